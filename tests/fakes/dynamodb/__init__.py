"""DynamoDB in small: what the store asks of it, answered in its own words; whatever else is asked is an error."""
