"""Channels of chat programs, told by incoming webhooks: Slack, and Teams."""
