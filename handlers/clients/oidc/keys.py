"""The keys that an identity provider signs by: kept for an hour, asked for anew when it signs by one unknown."""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

import jwt

from handlers.clients.oidc.errors import TokenError
from scoring.instants import HOUR, SECOND, Instant

KEPT = HOUR
AT_MOST_EVERY = 60 * SECOND
"""A token that names a key nobody knows makes the desk ask anew at most so often."""


class Keys:
    """The public keys of a provider by their ids."""

    def __init__(self, ask: Callable[[], Mapping[str, Any]], now: Callable[[], Instant]) -> None:
        """Ask for the set of keys by `ask`, when it is needed."""
        self._ask, self._now = ask, now
        self._keys: Mapping[str | None, jwt.PyJWK] = {}
        self._asked: Instant | None = None
        self._lock = Lock()

    def key(self, kid: str | None) -> jwt.PyJWK:
        """Give a key by its id; raises TokenError where there is none, SourceError where nobody answers."""
        with self._lock:
            found = None if self._is_older_than(KEPT) else _one(self._keys, kid)
            if found is None and self._is_older_than(AT_MOST_EVERY):
                self._keys, self._asked = _read(self._ask()), self._now()
                found = _one(self._keys, kid)
        if found is None:
            raise TokenError(f"the id_token is signed by a key that its identity provider does not publish ({kid!r})")
        return found

    def _is_older_than(self, age: int) -> bool:
        return self._asked is None or self._now() - self._asked >= age


def _one(keys: Mapping[str | None, jwt.PyJWK], kid: str | None) -> jwt.PyJWK | None:
    """Choose a key; a token that names none is of the only one that there is."""
    if kid is not None:
        return keys.get(kid)
    return next(iter(keys.values())) if len(keys) == 1 else None


def _read(told: Mapping[str, Any]) -> dict[str | None, jwt.PyJWK]:
    """Read the keys for signatures; one of a kind that is not known here is passed over."""
    try:
        keys = jwt.PyJWKSet.from_dict(dict(told)).keys
    except (jwt.PyJWKSetError, jwt.PyJWKError, jwt.InvalidKeyError, AttributeError, TypeError) as error:
        raise TokenError(f"the identity provider publishes no key that can be used ({error})") from error
    return {key.key_id: key for key in keys if key.public_key_use in (None, "sig") and key.key_type != "oct"}
