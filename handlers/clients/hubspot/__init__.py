"""The client of HubSpot's API."""
