"""How a Zendesk account is reached: its address, and one of two ways to sign in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.environment import SettingsError, all_or_none, get, https, seconds

_SUBDOMAIN = re.compile(r"[a-z0-9][a-z0-9-]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ZendeskSettings:
    """Access to one Zendesk account at `url`, by an OAuth client (an id and its secret) or an API token.

    Of an API token `client` is empty, and `email` is that of the user whom it speaks for.
    """

    url: str
    secret: str = field(repr=False)
    client: str = ""
    email: str = ""
    timeout_seconds: int = 60


def zendesk_settings(environ: Mapping[str, str]) -> ZendeskSettings | None:
    """Read how a Zendesk account is reached; where both ways are given, the OAuth client, since tokens end in 2027."""
    token = all_or_none(environ, "ZENDESK_EMAIL", "ZENDESK_API_TOKEN")
    client = all_or_none(environ, "ZENDESK_CLIENT_ID", "ZENDESK_CLIENT_SECRET")
    subdomain = get(environ, "ZENDESK_SUBDOMAIN", "").removeprefix("https://").partition(".")[0]
    url = get(environ, "ZENDESK_URL", f"https://{subdomain}.zendesk.com" if subdomain else "")
    timeout = seconds(environ, "ZENDESK_TIMEOUT", "60")
    if not (url or token or client):
        return None
    if subdomain and not _SUBDOMAIN.fullmatch(subdomain):
        raise SettingsError(f"ZENDESK_SUBDOMAIN is {subdomain!r}: expected acme of https://acme.zendesk.com")
    if not url:
        raise SettingsError("ZENDESK_SUBDOMAIN not set: it says which account ZENDESK_CLIENT_ID or ZENDESK_EMAIL is of")
    if client is not None:
        return ZendeskSettings(https("ZENDESK_URL", url), client[1], client=client[0], timeout_seconds=timeout)
    if token is None:
        raise SettingsError("ZENDESK_CLIENT_ID and ZENDESK_CLIENT_SECRET not set: without them nobody signs in")
    return ZendeskSettings(https("ZENDESK_URL", url), token[1], email=token[0], timeout_seconds=timeout)
