"""The portfolio: all accounts of a month, what a morning holds, and the file of what is shown."""
