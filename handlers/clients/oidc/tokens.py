"""An id_token is believed only when all of it fits: signature, issuer, audience, time and nonce."""

from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

import jwt

from handlers.clients.oidc.errors import TokenError
from scoring.instants import SECOND, Instant

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""By public keys alone: a token signed by a shared secret, or by nothing, is none."""

LEEWAY_SECONDS = 120
"""So far the clocks of the provider and of the desk may be apart."""

_REQUIRED = ["iss", "aud", "sub", "exp", "iat"]


@dataclass(frozen=True, slots=True)
class Expected:
    """What an id_token must say: who issued it, for whom, for which sign-in, and at what time it is read."""

    issuer: str
    client_id: str
    nonce: str
    now: Instant


def key_id(token: str) -> str | None:
    """Name the key that a token says it is signed by; raises TokenError where it is no signed token of ours."""
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise TokenError(f"the identity provider gave no id_token that can be read ({error})") from error
    if header.get("alg") not in ALGORITHMS:
        raise TokenError(f"the id_token is signed by {header.get('alg')!r}: expected one of {', '.join(ALGORITHMS)}")
    kid = header.get("kid")
    return kid if isinstance(kid, str) else None


def access_claims(token: str, key: jwt.PyJWK, issuer: str, audience: str, now: Instant) -> Mapping[str, Any]:
    """Give the claims of an access token; raises TokenError where anything of it does not fit.

    An id_token is refused whatever it is for: it says who signed in, and opens nothing.
    """
    options: Any = {"require": _REQUIRED, "verify_exp": False, "verify_nbf": False, "verify_iat": False}
    try:
        claims: Mapping[str, Any] = jwt.decode(token, key, list(ALGORITHMS), options, audience=audience, issuer=issuer)
    except (jwt.InvalidTokenError, jwt.InvalidKeyError) as error:
        raise TokenError(f"the access token cannot be trusted: {error}") from error
    if "nonce" in claims or "at_hash" in claims or claims.get("token_use") == "id":
        raise TokenError("an id_token was brought in the place of an access token")
    _check_times(claims, now)
    return claims


def verified(token: str, key: jwt.PyJWK, expected: Expected) -> Mapping[str, Any]:
    """Give the claims of an id_token; raises TokenError where anything of it does not fit."""
    options: Any = {"require": _REQUIRED, "verify_exp": False, "verify_nbf": False, "verify_iat": False}
    try:
        claims: Mapping[str, Any] = jwt.decode(
            token, key, list(ALGORITHMS), options, audience=expected.client_id, issuer=expected.issuer
        )
    except (jwt.InvalidTokenError, jwt.InvalidKeyError) as error:
        raise TokenError(f"the id_token cannot be trusted: {error}") from error
    _check_parties(claims, expected)
    _check_times(claims, expected.now)
    return claims


def _check_parties(claims: Mapping[str, Any], expected: Expected) -> None:
    """See that it is for us alone, and for the sign-in that was begun in this browser."""
    audience, party = claims["aud"], claims.get("azp")
    if party is None and isinstance(audience, list) and len(audience) > 1:
        raise TokenError("the id_token is for several clients, and does not say which asked for it (azp)")
    if party is not None and party != expected.client_id:
        raise TokenError("the id_token was asked for by another client (azp)")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not compare_digest(nonce.encode(), expected.nonce.encode()):
        raise TokenError("the id_token is of another sign-in (nonce)")


def _check_times(claims: Mapping[str, Any], now: Instant) -> None:
    second = now // SECOND
    ends, begins, issued = (_seconds(claims, name) for name in ("exp", "nbf", "iat"))
    if ends is None or ends + LEEWAY_SECONDS <= second:
        raise TokenError("the id_token is over (exp): is the clock of one side wrong?")
    if max(begins or 0, issued or 0) - LEEWAY_SECONDS > second:
        raise TokenError("the id_token is of a later time (iat): is the clock of one side wrong?")


def _seconds(claims: Mapping[str, Any], name: str) -> int | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TokenError(f"the id_token has no time that can be read ({name})")
    return int(value)
