"""The store in DynamoDB's tables."""
