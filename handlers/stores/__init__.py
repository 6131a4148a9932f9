"""Stores: where facts, owners, feeds and records are kept."""
