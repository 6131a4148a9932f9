"""Pure: a vendor's payload in, statements in our words out."""
