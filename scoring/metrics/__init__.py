"""Metrics: raw values from views, one file a dimension."""
