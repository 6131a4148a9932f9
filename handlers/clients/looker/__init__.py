"""The client of Looker's API."""
