"""Who is who: which owner in Intercom and Looker is which account in Salesforce."""
