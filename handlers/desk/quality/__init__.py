"""The quality of what is known: what waits for somebody, held closes, dead letters."""
