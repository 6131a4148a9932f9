"""Who an agent works for, where people sign in: the person of the token that it brings with each request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from config.desk import DeskTerms
from handlers.desk.claims import person_of
from handlers.desk.people import Person


class Bearer(Protocol):
    """Says whose token it is."""

    def __call__(self, token: str) -> Person | None:
        """Give the person of a token; None where it cannot be trusted. Raises SourceError where nobody can say."""


class AccessTokens(Protocol):
    """What is asked of an identity provider: to tell its own access tokens from others."""

    def access(self, token: str, audience: str) -> Mapping[str, Any] | None:
        """Give the claims of an access token for an audience; None where it cannot be trusted."""


@dataclass(frozen=True)
class ProviderBearer:
    """Believes access tokens of the identity provider that people sign in by, made for this audience alone."""

    provider: AccessTokens
    audience: str
    terms: DeskTerms

    def __call__(self, token: str) -> Person | None:
        """Give the person of a token."""
        claims = self.provider.access(token, self.audience)
        return None if claims is None else person_of(claims, self.terms)
