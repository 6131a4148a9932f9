"""Zendesk over REST as messages of our queue: tickets with their metrics, organizations, the feed's state."""

from collections.abc import Iterable, Iterator, Mapping

from config.source import ZENDESK
from handlers.clients.zendesk.client import Ticket, ZendeskClient
from handlers.pulls.ids import ids_of
from handlers.pulls.listed import Listed, Message
from handlers.sources.reading import Json, members, moment, take
from scoring.instants import DAY, SECOND, Instant, format_instant

BACKFILL_DAYS = 100
"""The volume trend looks back 90 days; the rest lets the days before the first run be scored too."""
OVERLAP = 15 * 60 * SECOND
"""An export without a cursor begins so long before its instant: clocks may differ, and stamps lag."""

_READ = (
    "id created_at updated_at status priority tags organization_id requester_id submitter_id via satisfaction_rating"
).split()
_SCRUBBED = "SCRUBBED"
"""The subject of a ticket that was deleted for good: what anybody wrote in it is gone."""
_METRICS = "reopens solved_at status_updated_at reply_time_in_minutes reply_time_in_seconds".split()


def backfill_since(now: Instant) -> Instant:
    """Give the instant from which a backfill begins where none is asked for."""
    return now - BACKFILL_DAYS * DAY


def tickets(read: Iterable[Ticket], now: Instant) -> Iterator[Message]:
    """Tell tickets, without anything that anybody wrote in them."""
    read_at = format_instant(now)
    for one in read:
        metrics = None if one.metrics is None else _members(one.metrics, _METRICS)
        yield {"type": "zendesk.ticket", "read_at": read_at, "ticket": _short(one.ticket), "metrics": metrics}


def untouched_since(client: ZendeskClient, since: Instant, now: Instant) -> Iterator[Message]:
    """Tell the tickets that were last updated before an instant: those that are still open count, however old."""
    for page in client.oldest():
        earlier = [one for one in page if _updated(one) < since]
        yield from tickets(earlier, now)
        if len(earlier) < len(page):
            return


def _updated(one: Ticket) -> Instant:
    """Say when a ticket was last updated; one that does not say it is told, so that it is heard of."""
    return take(one.ticket, "updated_at", moment, []) or Instant(0)


def _short(ticket: Json) -> Message:
    short = _members(ticket, _READ)
    if "via" in ticket:
        via = members(ticket["via"])
        short["via"] = {
            "channel": via.get("channel"),
            "source": {"rel": members(via.get("source")).get("rel")},
        }
    if "satisfaction_rating" in ticket:
        short["satisfaction_rating"] = {"score": members(ticket["satisfaction_rating"]).get("score")}
    return short | ({"scrubbed": True} if ticket.get("subject") == _SCRUBBED else {})


def _members(item: Mapping[str, object], names: Iterable[str]) -> Message:
    return {name: item[name] for name in names if name in item}


def organizations(client: ZendeskClient, now: Instant) -> Iterator[Message]:
    """List every organization as an owner: known since its creation, and its name and attributes as of now."""
    return (message for one in listed(client) for message in one.messages(now))


def listed(client: ZendeskClient) -> Iterator[Listed]:
    """List every organization."""
    for one in client.organizations():
        ids = (one["id"],) if one.get("id") else ()
        yield Listed(ZENDESK.name, ids, one.get("created_at"), one.get("name"), _attributes(one))


def _attributes(organization: Json) -> Message:
    """Give what may tell who the organization is elsewhere: its id in our own systems, its domains, its own ids."""
    domains = organization.get("domain_names")
    named = [one for one in domains if isinstance(one, str)] if isinstance(domains, list) else []
    own = ids_of(members(organization.get("organization_fields")))
    told = {"external_id": organization.get("external_id"), "domain_names": ", ".join(named) or None}
    return {**told, "organization_fields": own}


def heard(now: Instant) -> Message:
    """Tell that Zendesk answered."""
    return {"type": "feed.heard", "source": ZENDESK.name, "at": format_instant(now)}


def covered(since: Instant) -> Message:
    """Tell since when all tickets are known."""
    return {"type": "feed.covered", "source": ZENDESK.name, "since": format_instant(since)}
