"""The client of Intercom's REST API."""
