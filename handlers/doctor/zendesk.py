"""Zendesk: who is signed in, what may be read, whether a webhook tells of tickets."""

from collections.abc import Iterator
from typing import Final

from config.source import ZENDESK
from handlers.clients.remote import SourceError
from handlers.clients.zendesk.client import ZendeskClient
from handlers.doctor.check import Check, attempt
from handlers.zendesk_settings import ZendeskSettings
from scoring.instants import DAY, Instant

SYSTEM: Final = ZENDESK.name
_SIGN_IN = "make the OAuth client's secret anew, and check ZENDESK_SUBDOMAIN"
_ADMIN = "let an admin make the OAuth client: Zendesk exports tickets to admins alone"
_TOKENS_END = "API tokens end on 30 April 2027, and one that is not used for 30 days ends at once"
_CLIENT = "make an OAuth client (Admin Center, Apps and integrations, APIs), and set ZENDESK_CLIENT_ID and its secret"
_WEBHOOK = "to hear of new tickets at once, subscribe one to ticket events: see docs/zendesk.md"


def check_zendesk(client: ZendeskClient, settings: ZendeskSettings, now: Instant) -> Iterator[Check]:
    """Check an account; nothing more where nobody is signed in."""
    entrance = _entrance(client)
    yield entrance
    if not entrance.ok:
        return
    if not settings.client:
        yield Check(SYSTEM, "OAuth client", None, _TOKENS_END, _CLIENT)
    yield attempt(SYSTEM, "export tickets", lambda: next(client.export(now - DAY), None), _ADMIN)
    yield attempt(SYSTEM, "read organizations", client.some_organization, _ADMIN)
    yield _webhook(client)


def _entrance(client: ZendeskClient) -> Check:
    try:
        user = client.me()
    except SourceError as error:
        return Check(SYSTEM, "sign-in", False, str(error), _SIGN_IN)
    if user.get("id") is None:
        return Check(SYSTEM, "sign-in", False, "Zendesk takes us for nobody", _SIGN_IN)
    if user.get("role") != "admin":
        return Check(SYSTEM, "sign-in", False, f"whoever is signed in is no admin but {user.get('role')}", _ADMIN)
    return Check(SYSTEM, "sign-in")


def _webhook(client: ZendeskClient) -> Check:
    """Look for a webhook that tells of tickets: without one, tickets come by the sweep alone."""
    try:
        told = [one for one in client.webhooks() if _tells_of_tickets(one.get("subscriptions"))]
    except SourceError as error:
        return Check(SYSTEM, "webhook", None, str(error), _WEBHOOK)
    if any(one.get("status") == "active" for one in told):
        return Check(SYSTEM, "webhook")
    problem = "the one that is subscribed to ticket events is not active" if told else "none tells of tickets"
    return Check(SYSTEM, "webhook", None, problem, _WEBHOOK)


def _tells_of_tickets(subscriptions: object) -> bool:
    listed = subscriptions if isinstance(subscriptions, list) else []
    return ZENDESK.webhook is not None and any(
        isinstance(one, str) and one.startswith(f"{ZENDESK.webhook.type}ticket.") for one in listed
    )
