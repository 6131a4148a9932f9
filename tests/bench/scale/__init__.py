"""What 200 to 1,000,000 accounts cost, counted by running the real code on a store and vendors that count."""
