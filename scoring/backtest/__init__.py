"""Does the score warn? Scores held against outcomes, exactly as docs/trust.md defines it."""
