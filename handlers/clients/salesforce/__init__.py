"""The client of Salesforce's APIs."""
