"""What an account's explanation says, part by part, for people who are no engineers."""
