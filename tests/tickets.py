"""Zendesk's tickets, metrics and webhook events for tests: each with all that it bears, changed member by member."""

from typing import Any

from scoring.instants import HOUR, SECOND, format_instant, parse_instant
from tests.messages import Message

ORGANIZATION = 6607619104125
CREATED = "2026-01-10T07:40:00Z"
UPDATED = "2026-01-10T09:10:05Z"
READ = "2026-01-12T10:00:00Z"


def later(stamp: str, minutes: float) -> str:
    """Give the stamp so many minutes later."""
    return format_instant(parse_instant(stamp) + int(minutes * HOUR / 60))


def ticket(**members: object) -> dict[str, Any]:
    """Give a ticket as REST does: one that a customer mailed, answered and solved."""
    own: dict[str, Any] = {
        "url": "https://acme.zendesk.com/api/v2/tickets/5158.json",
        "id": 5158,
        "external_id": None,
        "via": {"channel": "email", "source": {"from": {"address": "a@b"}, "to": {}, "rel": None}},
        "created_at": CREATED,
        "updated_at": UPDATED,
        "generated_timestamp": parse_instant(str(members.get("updated_at", UPDATED))) // SECOND,
        "type": "question",
        "subject": "Printer",
        "description": "The lobby printer is dark.",
        "priority": "normal",
        "status": "solved",
        "requester_id": 20978392,
        "submitter_id": 20978392,
        "assignee_id": 1,
        "organization_id": ORGANIZATION,
        "tags": ["lobby"],
        "custom_fields": [],
        "satisfaction_rating": {"score": "unoffered"},
        "custom_status_id": 4419,
    }
    return own | members


def metrics(number: int = 5158, **members: object) -> dict[str, Any]:
    """Give the metrics of that ticket: answered after 20 minutes, solved once."""
    own: dict[str, Any] = {
        "url": f"https://acme.zendesk.com/api/v2/ticket_metrics/{number}.json",
        "id": number * 10,
        "ticket_id": number,
        "created_at": CREATED,
        "updated_at": UPDATED,
        "group_stations": 1,
        "reopens": 0,
        "replies": 1,
        "initially_assigned_at": CREATED,
        "status_updated_at": UPDATED,
        "solved_at": UPDATED,
        "reply_time_in_minutes": {"calendar": 20, "business": 0},
        "full_resolution_time_in_minutes": {"calendar": 90, "business": 0},
    }
    return own | members


NOT_YET: dict[str, Any] = {
    "reply_time_in_minutes": {"calendar": None, "business": None},
    "solved_at": None,
    "replies": 0,
}
"""Metrics of a ticket that waits for its first reply."""


def reread(item: object = None, told: object = None, read_at: str = READ, **members: object) -> Message:
    """Give our message of a ticket that came over REST."""
    return {
        "type": "zendesk.ticket",
        "read_at": read_at,
        "ticket": ticket() if item is None else item,
        "metrics": metrics() if told is None else told,
        **members,
    }


def event(topic: str, time: str = UPDATED, change: object = None, **detail: object) -> Message:
    """Give a webhook event: ids are texts, states in capitals, and no metrics are there."""
    own: dict[str, Any] = {
        "actor_id": "20978392",
        "assignee_id": "",
        "created_at": CREATED,
        "description": "The lobby printer is dark.",
        "external_id": None,
        "id": "5158",
        "is_public": True,
        "organization_id": str(ORGANIZATION),
        "priority": "NORMAL",
        "requester_id": "20978392",
        "status": "SOLVED",
        "submitter_id": "20978392",
        "subject": "Printer",
        "tags": ["lobby"],
        "type": "QUESTION",
        "updated_at": UPDATED,
        "via": {"channel": "mail"},
    }
    return {
        "account_id": 22129848,
        "detail": own | detail,
        "event": {} if change is None else change,
        "id": "b7c8d9e0-1f2a-3b4c-5d6e-7f8a9b0c1d2e",
        "subject": "zen:ticket:5158",
        "time": time,
        "type": f"zen:event-type:{topic}",
        "zendesk_event_version": "2022-11-06",
    }


def created(**detail: object) -> Message:
    """Give the event of a ticket that nobody has touched since."""
    return event("ticket.created", CREATED, **{"status": "NEW", "updated_at": CREATED, **detail})
