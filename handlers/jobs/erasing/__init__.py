"""Erasing somebody: an account, a company as one source knows it, a person; out of all that is kept."""
