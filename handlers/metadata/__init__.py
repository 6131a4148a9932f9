"""What Salesforce needs to know of config: fields, permissions, page layout, report type, words of picklists."""
