"""A whole store as a file of JSON lines, and back."""
