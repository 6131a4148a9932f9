"""The pilot check: what people think of an account before they see its score; and what was extracted, held to it."""
