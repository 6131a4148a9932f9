"""What under salesforce/ follows from config, and how the files of the package are found, read and written."""
