"""Speed and memory against their goals, beside `json.loads` of the same bytes: `make bench`."""
