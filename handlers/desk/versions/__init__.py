"""The versions of the model: which there were, whose records they made, and what differs between two."""
