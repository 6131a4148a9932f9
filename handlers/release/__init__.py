"""The Salesforce package as something that is deployed, upgraded and removed; nothing here talks to an org."""


class ReleaseError(Exception):
    """Something that was given cannot be worked with; the message says what to do."""
