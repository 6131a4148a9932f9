"""What Zendesk refuses, as one line that says what to do."""

from collections.abc import Mapping
from typing import TypeAlias

import requests

from handlers.clients.remote import SourceError, blotted

Json: TypeAlias = dict[str, object]

_LONGEST = 160
_HINTS: Mapping[int, str] = {
    400: "check ZENDESK_CLIENT_ID and ZENDESK_CLIENT_SECRET, or run this again",
    401: "check ZENDESK_CLIENT_ID and ZENDESK_CLIENT_SECRET (or ZENDESK_EMAIL and ZENDESK_API_TOKEN)",
    403: "whoever made the OAuth client (or has ZENDESK_EMAIL) must be an admin, the client's scopes must hold read",
    404: "check ZENDESK_SUBDOMAIN",
    429: "the rate limit is used up: stop other exports of this account, then run this again",
}


class ZendeskError(SourceError):
    """Zendesk could not be used; with the status of its answer, where there was one."""

    def __init__(self, text: str, status: int | None = None) -> None:
        """Say in one line what happened and what to do."""
        super().__init__(text)
        self.status = status


def json_of(answer: requests.Response) -> Json:
    """Give the object that an answer holds; empty where it holds none."""
    try:
        said = answer.json()
    except requests.exceptions.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}


def error_of(answer: requests.Response, what: str, *secrets: str) -> ZendeskError:
    """Say what a call came to, without the secrets that its answer may repeat."""
    status, told = answer.status_code, _told(json_of(answer))
    shown = " ".join(blotted(told, *secrets).split())[:_LONGEST]
    what = f"Zendesk: {what} was answered with {status}{f' ({shown})' if shown else ''}"
    return ZendeskError(f"{what}: {_hint(status)}", status)


def _hint(status: int) -> str:
    if status >= 500:
        return "Zendesk is out of order: run this again later"
    return _HINTS.get(status, "check ZENDESK_SUBDOMAIN")


def _told(said: Json) -> str:
    """Give what an error says: a text, or an object with a title, and a description beside it."""
    error = said.get("error")
    parts = [*error.values()] if isinstance(error, dict) else [error]
    told = [*parts, said.get("description"), said.get("error_description")]
    return ": ".join(part for part in told if isinstance(part, str) and part)
