"""Zendesk Support over REST."""
