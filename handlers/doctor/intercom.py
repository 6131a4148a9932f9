"""Intercom: token, API version, what the token may read."""

from collections.abc import Iterator
from typing import Final

from config.source import INTERCOM
from handlers.clients.intercom.calls import IntercomError
from handlers.clients.intercom.client import IntercomClient
from handlers.doctor.check import Check, attempt
from scoring.instants import DAY, Instant

SYSTEM: Final = INTERCOM.name
_WORN_VERSION = "intercom_version_invalid"
_TOKEN = "copy the app's access token again, and check INTERCOM_REGION"  # noqa: S105 - an advice
_GRANT = "give the app, in the Developer Hub, the permission to"
_HUB = "open the app's webhooks in the Developer Hub: topics of conversations, contacts and companies must be there"


def check_intercom(client: IntercomClient, now: Instant) -> Iterator[Check]:
    """Check a workspace; nothing more where the token or the version is refused."""
    entrance = _entrance(client)
    yield entrance
    if not entrance.ok:
        return
    yield Check(SYSTEM, "API version")
    yield attempt(SYSTEM, "read companies", client.some_company, f"{_GRANT} read and list users and companies")
    talks = client.search_conversations(now - DAY, now)
    yield attempt(SYSTEM, "read conversations", lambda: next(talks, None), f"{_GRANT} read conversations")
    yield Check(SYSTEM, "webhook topics", None, "Intercom has no API that lists an app's topics", _HUB)


def _entrance(client: IntercomClient) -> Check:
    try:
        client.me()
    except IntercomError as error:
        if error.code == _WORN_VERSION:
            return Check(SYSTEM, "API version", False, str(error), "set INTERCOM_API_VERSION to 2.16, or leave it out")
        return Check(SYSTEM, "token", False, str(error), _TOKEN)
    return Check(SYSTEM, "token")
