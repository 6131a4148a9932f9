"""What Salesforce needs to know of the record map: fields, permissions, page layout, report type."""
