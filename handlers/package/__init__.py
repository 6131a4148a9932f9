"""The Salesforce package as an org needs it: without what the org has already, by the org's own names."""
