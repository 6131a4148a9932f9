"""Stores as each released format wrote them, and what they must still say."""
