"""Why somebody could not be signed in."""

from handlers.clients.remote import SourceError


class TokenError(SourceError):
    """What the identity provider said cannot be trusted; the text says why."""


class DeniedError(SourceError):
    """The identity provider signed nobody in; the text says why, in its own word."""
