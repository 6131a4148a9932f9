"""Settings of the desk where people sign in: from the environment, read once into a frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from handlers.clients.oidc.registration import SCOPES, Registration
from handlers.environment import SettingsError, all_or_none, get, https

LEAST_SECRET = 32
"""Who guesses the secret can be anybody: it is no password that somebody thought of."""


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """Where the desk stands, who signs people in, and the secrets of its cookies, the one that is used first.

    `address` begins with https:// and has no path: where browsers find the desk, and the only name it answers to.
    `audience` is whom the access tokens of agents are made for.
    """

    address: str
    registration: Registration
    secrets: tuple[str, ...] = field(repr=False)
    audience: str = ""

    @property
    def host(self) -> str:
        """Name the host that the desk answers to."""
        return urlsplit(self.address).hostname or ""


def desk_settings(environ: Mapping[str, str]) -> DeskSettings:
    """Read the settings; raises SettingsError where one is missing: without a sign-in there is no desk for others."""
    given = all_or_none(environ, "DESK_ADDRESS", "DESK_ISSUER", "DESK_CLIENT_ID", "DESK_SECRET")
    if given is None:
        raise SettingsError("DESK_ISSUER is not set: without an identity provider the desk serves one machine alone")
    address, issuer, client_id, secret = given
    address = _site(https("DESK_ADDRESS", address))
    secrets = tuple(one for one in (secret, environ.get("DESK_OLD_SECRET", "").strip()) if one)
    if min(map(len, secrets)) < LEAST_SECRET:
        raise SettingsError(f"DESK_SECRET or DESK_OLD_SECRET is shorter than {LEAST_SECRET} characters: make a longer")
    scopes = get(environ, "DESK_SCOPES", SCOPES)
    if "openid" not in scopes.split():
        raise SettingsError(f"DESK_SCOPES is {scopes!r}: expected openid among them")
    registration = Registration(
        https("DESK_ISSUER", issuer), client_id, f"{address}/callback", environ.get("DESK_CLIENT_SECRET", "").strip(),
        scopes,
    )  # fmt: skip
    return DeskSettings(address, registration, secrets, get(environ, "DESK_AUDIENCE", f"{address}/mcp"))


def _site(address: str) -> str:
    parts = urlsplit(address)
    if parts.path or parts.query or parts.fragment or not parts.hostname:
        raise SettingsError(f"DESK_ADDRESS is {address!r}: expected https:// and a host, without a path")
    return address
