"""Figures as data, and the loader that refuses a wrong one by name before anything runs."""
