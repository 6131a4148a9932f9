"""What an org says before the Salesforce package is deployed to it, and what to do about it; only reading."""
