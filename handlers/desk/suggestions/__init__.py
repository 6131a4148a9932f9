"""Suggested signals at the desk: what waits, answers to it, whether it helps."""
