"""Input and output only, one thing each."""
