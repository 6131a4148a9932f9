"""How calls to Zendesk are signed in: by an OAuth client of one's own, or by an API token as long as there are any."""

from base64 import b64encode
from collections.abc import Callable

import requests

from handlers.clients.zendesk.errors import ZendeskError, error_of, json_of
from handlers.zendesk_settings import ZendeskSettings

SCOPE = "read"
LASTS_SECONDS = 3600
"""A token is asked for so long: a sweep of a whole desk may take most of it."""
EARLY_SECONDS = 60.0
"""It is renewed so long before it ends."""


class Access:
    """Gives the header that signs a call in; raises ZendeskError where Zendesk refuses."""

    def __init__(self, settings: ZendeskSettings, session: requests.Session, now: Callable[[], float]) -> None:
        """Sign in by a session; `now` is Unix time in seconds."""
        self._settings, self._session, self._now = settings, session, now
        self._token, self._until = "", 0.0
        if not (settings.secret.isascii() and settings.secret.isprintable()):
            raise ZendeskError("Zendesk: ZENDESK_CLIENT_SECRET or ZENDESK_API_TOKEN has characters that are in none")

    @property
    def may_renew(self) -> bool:
        """Tell whether a call that was refused is worth another with a new token."""
        return bool(self._settings.client)

    def header(self) -> str:
        """Give the value of `Authorization`."""
        if not self._settings.client:
            pair = f"{self._settings.email}/token:{self._settings.secret}"
            return f"Basic {b64encode(pair.encode()).decode()}"
        if self._now() >= self._until:
            self._renew()
        return f"Bearer {self._token}"

    def forget(self) -> None:
        """Use a token no longer that Zendesk has refused."""
        self._until = 0.0

    def _renew(self) -> None:
        body = {
            "grant_type": "client_credentials",
            "client_id": self._settings.client,
            "client_secret": self._settings.secret,
            "scope": SCOPE,
            "expires_in": LASTS_SECONDS,
        }
        try:
            answer = self._session.post(f"{self._settings.url}/oauth/tokens", json=body, allow_redirects=False)
        except requests.RequestException as error:
            raise unreachable("POST /oauth/tokens", error) from None
        said = json_of(answer)
        token, lasts = said.get("access_token"), said.get("expires_in")
        if answer.status_code not in (200, 201) or not isinstance(token, str) or not token:
            raise error_of(answer, "POST /oauth/tokens", self._settings.secret)
        self._token = token
        self._until = self._now() + (lasts if isinstance(lasts, int) else LASTS_SECONDS) - EARLY_SECONDS


def unreachable(what: str, error: requests.RequestException) -> ZendeskError:
    """Say that no answer came."""
    told = f"Zendesk: {what} got no answer ({type(error).__name__})"
    return ZendeskError(f"{told}: check the network and ZENDESK_SUBDOMAIN, then run this again")
