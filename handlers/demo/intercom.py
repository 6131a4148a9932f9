"""Intercom's shapes beside the conversation: notifications, companies, contacts, tickets."""

from random import Random

from handlers.demo.portfolio import Company
from handlers.demo.threads import Person
from handlers.demo.wire import Json, Sent, iso, seconds, sent, uuid
from scoring.instants import Instant

APP = "k4d9x2mq"


def notification(topic: str, item: Json, at: Instant, rng: Random) -> Sent:
    """Wrap an item as a webhook notification that was created at `at`."""
    message: Json = {
        "type": "notification_event",
        "app_id": APP,
        "data": {"type": "notification_event_data", "item": item},
        "links": {},
        "id": f"notif_{uuid(rng)}",
        "topic": topic,
        "delivery_status": "pending",
        "delivery_attempts": 1,
        "delivered_at": 0,
        "first_sent_at": seconds(at) + rng.randrange(2),
        "created_at": seconds(at),
        "self": None,
    }
    return sent(at, message)


def company(one: Company, at: Instant) -> Json:
    """Write a company as it stands inside a conversation."""
    stamp = seconds(at)
    return {
        "type": "company",
        "id": one.id,
        "name": one.name,
        "app_id": APP,
        "plan": {"type": "plan", "id": "269315", "name": "Pro"},
        "company_id": one.company_id,
        "remote_created_at": 1_663_597_223,
        "created_at": 1_663_597_223,
        "updated_at": stamp,
        "last_request_at": stamp,
        "size": 100,
        "website": "https://hotels.example.com",
        "industry": "Hospitality",
        "monthly_spend": 100,
        "session_count": 100,
        "user_count": 100,
        "custom_attributes": {"paid_subscriber": True, "monthly_spend": 155.5, "team_mates": 9},
        "tags": {"type": "tag.list", "tags": []},
        "segments": {"type": "segment.list", "segments": []},
    }


def company_item(one: Company, at: Instant) -> Json:
    """Write a company as a `company.*` webhook carries it: ISO dates, `tag_ids`."""
    return {
        "type": "company",
        "company_id": one.company_id,
        "id": one.id,
        "app_id": APP,
        "name": one.name,
        "remote_created_at": None,
        "created_at": "2022-09-19T08:40:23.000+00:00",
        "updated_at": iso(at),
        "monthly_spend": 0,
        "session_count": 0,
        "user_count": 4,
        "tag_ids": [],
        "custom_attributes": {},
        "plan": {},
    }


def contact_item(person: Person, at: Instant) -> Json:
    """Write a contact as a `contact.*` webhook carries it."""
    return {
        "type": "contact",
        "id": person.id,
        "workspace_id": APP,
        "external_id": person.external_id,
        "role": person.type,
        "email": person.email,
        "name": person.name,
        "phone": None,
        "owner_id": None,
        "has_hard_bounced": False,
        "unsubscribed_from_emails": False,
        "created_at": iso(at),
        "updated_at": iso(at),
        "last_seen_at": None,
        "custom_attributes": {},
        "tags": {"type": "list", "data": [], "url": f"/contacts/{person.id}/tags", "total_count": 0, "has_more": False},
    }


def ticket_item(ticket_id: str, person: Person, state: str, at: Instant) -> Json:
    """Write a ticket as a `ticket.*` webhook carries it."""
    return {
        "type": "ticket",
        "id": ticket_id,
        "ticket_id": ticket_id[-4:],
        "category": "Customer",
        "ticket_attributes": {"_default_title_": "Room keys", "_default_description_": "The keys do not open"},
        "ticket_state": {"type": "ticket_state", "id": "7493", "category": state},
        "contacts": {
            "type": "contact.list",
            "contacts": [{"type": "contact", "id": person.id, "external_id": person.external_id}],
        },
        "open": state != "resolved",
        "created_at": seconds(at),
        "updated_at": seconds(at),
    }


def internal_item(number: int, contact: Person, at: Instant) -> Json:
    """Write what `conversation.contact.attached` carries: an internal shape with integer ids."""
    options = {"include_parts": False, "locale": "en"}
    model = {
        "id": number,
        "app_id": 7_421_133,
        "company_id": "-1",
        "created_at": iso(at),
        "updated_at": iso(at),
        "state": "open",
    }
    person = {"id": number - 7, "type": "contact", "anonymous": False, "email": contact.email, "created_at": iso(at)}
    return {"conversation": {"parts": [], "options": options, "model": model}, "contact": person}
