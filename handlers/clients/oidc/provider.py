"""An identity provider by its own description: where to send a browser, and what became of it."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from handlers.clients.oidc.asking import ask, exchange
from handlers.clients.oidc.errors import TokenError
from handlers.clients.oidc.keys import Keys
from handlers.clients.oidc.registration import Registration
from handlers.clients.oidc.tokens import Expected, access_claims, key_id, verified
from handlers.clients.remote import SourceError
from scoring.instants import HOUR, Instant

_DESCRIPTION = "/.well-known/openid-configuration"
_KEPT = HOUR


class Provider:
    """The identity provider of a registration; what it says of itself is kept for an hour."""

    def __init__(self, registration: Registration, now: Callable[[], Instant]) -> None:
        """Know a provider; it is asked when somebody signs in."""
        self._registration, self._now = registration, now
        self._told: tuple[Instant, Mapping[str, Any]] | None = None
        self._keys = Keys(lambda: ask(self._address("jwks_uri")), now)

    def begin(self, state: str, nonce: str, challenge: str) -> str:
        """Give the address that a browser is sent to; `challenge` is the S256 of PKCE's verifier."""
        wanted = {
            "response_type": "code",
            "client_id": self._registration.client_id,
            "redirect_uri": self._registration.callback,
            "scope": self._registration.scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return _with(self._address("authorization_endpoint"), wanted)

    def claims(self, code: str, verifier: str, nonce: str, wanted: tuple[str, ...]) -> Mapping[str, Any]:
        """Give what the provider says of whoever signed in: the id_token's claims.

        Where one of the `wanted` is not in them, the userinfo is asked too; of what both say the id_token holds.
        """
        methods = self._description().get("token_endpoint_auth_methods_supported")
        given = {"code": code, "code_verifier": verifier}
        tokens = exchange(self._address("token_endpoint"), methods, self._registration, given)
        token, access = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(token, str):
            raise TokenError("the identity provider gave no id_token: is `openid` among the scopes?")
        expected = Expected(self._issuer(), self._registration.client_id, nonce, self._now())
        claims = verified(token, self._keys.key(key_id(token)), expected)
        if isinstance(access, str) and self._description().get("userinfo_endpoint") and set(wanted) - claims.keys():
            return {**self._userinfo(access, claims), **claims}
        return claims

    def access(self, token: str, audience: str) -> Mapping[str, Any] | None:
        """Give the claims of an access token that is for an audience; None where it cannot be trusted.

        Raises SourceError where the provider cannot be asked for its keys.
        """
        try:
            key = self._keys.key(key_id(token))
            return access_claims(token, key, self._issuer(), audience, self._now())
        except TokenError:
            return None

    def end(self, back: str) -> str | None:
        """Give the address that signs a browser out of the provider and leads back; None where there is none.

        Cognito has one of its own kind: it wants the parameter `logout_uri`.
        """
        address = self._description().get("end_session_endpoint")
        if not isinstance(address, str) or not address.startswith("https://"):
            return None
        host = urlsplit(self._registration.issuer).hostname or ""
        name = "logout_uri" if host.startswith("cognito-idp.") else "post_logout_redirect_uri"
        return _with(address, {"client_id": self._registration.client_id, name: back})

    def _userinfo(self, access: str, claims: Mapping[str, Any]) -> Mapping[str, Any]:
        told = ask(self._address("userinfo_endpoint"), access)
        if told.get("sub") != claims["sub"]:
            raise TokenError("the identity provider's userinfo is of somebody else (sub)")
        return told

    def _issuer(self) -> str:
        return str(self._description()["issuer"])

    def _address(self, name: str) -> str:
        address = self._description().get(name)
        if not isinstance(address, str) or not address.startswith("https://"):
            raise SourceError(f"the identity provider's description has no {name} that begins with https://")
        return address

    def _description(self) -> Mapping[str, Any]:
        """Read how the provider describes itself; it must be the one that is asked for, to the letter."""
        if self._told is None or self._now() - self._told[0] >= _KEPT:
            issuer = self._registration.issuer.rstrip("/")
            told = ask(issuer + _DESCRIPTION)
            if str(told.get("issuer", "")).rstrip("/") != issuer:
                raise SourceError(
                    f"{issuer} describes itself as {told.get('issuer')!r}: set DESK_ISSUER to the issuer itself, "
                    "for Entra with the tenant's id, for Salesforce the My Domain"
                )
            self._told = self._now(), told
        return self._told[1]


def _with(address: str, query: Mapping[str, str]) -> str:
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(query)}"
