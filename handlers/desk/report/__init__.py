"""The monthly report: one printed page for leaders, as a file, and as tables."""
