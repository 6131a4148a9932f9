"""The account: one page that says how it stands, how it came there, and what is behind each figure."""
