"""The work behind the doors: fold, sweep, rescore, finalise, explain; whoever calls, and whatever keeps the bytes."""
