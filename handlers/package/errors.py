"""What is wrong with what was asked of the package."""


class PackageError(ValueError):
    """A name that Salesforce would refuse, or a part that is not there; its text is one line."""
