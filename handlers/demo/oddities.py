"""What goes wrong in the wild: unreadable messages, unheard-of words, owners that nobody mapped."""

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from random import Random

from handlers.demo.conversations import unfold
from handlers.demo.intercom import notification
from handlers.demo.plans import Plan
from handlers.demo.portfolio import Company, Hotel, Quirk
from handlers.demo.salesforce import change
from handlers.demo.snapshot import conversation
from handlers.demo.span import Span
from handlers.demo.support import desk_of, greetings
from handlers.demo.threads import ADMINS, API_2_16, Part, Thread
from handlers.demo.wire import Json, Sent, hex_id, iso, seconds, sent
from scoring.instants import DAY, HOUR, Instant

UNMAPPED = ("Trial Guest House", "Partner Sandbox")
"""Names of the companies that no row of the mapping names."""


def unreadable(end: Instant) -> tuple[Sent, ...]:
    """Give messages that nobody can read, each for a reason of its own."""
    at = end - 8 * DAY
    ping = {"type": "notification_event", "topic": "conversation.user.created", "created_at": seconds(at)}
    nameless: Json = {"type": "conversation", "created_at": seconds(at), "updated_at": seconds(at)}
    header: Json = {"entityName": "Account", "changeType": "UPDATE", "commitTimestamp": at // 1000}
    relay: Json = {"source": "aws.partner/salesforce.com/00DRM000000Fxts2AC/0YLRM0000004Dfg4AE"}
    flow: Json = {"source": "aws.partner/appflow/salesforce.com/123456789012/crm", "detail": {"Name": "Flat"}}
    customer: Json = {"type": "looker.reading", "customer_id": "axp-1", "values": {}}
    bodies = (
        b"<html><head><title>502 Bad Gateway</title></head></html>",
        json.dumps(ping).encode()[:-30],
        b'["notification_event"]',
        _body({"type": "zendesk.ticket", "id": 7}),
        _body({**ping, "data": {"item": nameless}}),
        _body({**relay, "detail": {"payload": {"ChangeEventHeader": header}}}),
        _body({**flow, "detail": {"ChangeEventHeader": {**header, "recordIds": ["0015f00000abcdeAAA"]}}}),
        _body({**customer, "date": "2199-01-01", "pulled_at": "2199-01-01T05:00:00Z"}),
        _body({"type": "looker.reading", "date": iso(at), "pulled_at": iso(at), "values": {}}),
    )
    return tuple(Sent(at + number * HOUR, body) for number, body in enumerate(bodies))


def _body(message: Json) -> bytes:
    return json.dumps(message).encode()


def strangers(span: Span, rng: Random) -> Iterator[Sent]:
    """Tell of companies that map to no account, and of one conversation with words of its own."""
    for name in UNMAPPED:
        desk = desk_of(Company(hex_id(rng), name.lower().replace(" ", "-"), name), span, rng)
        yield from greetings(desk)
        for days in (5, 12, 47):
            yield from unfold(Plan(span.end - days * DAY, reply=2 * HOUR, close=9 * HOUR), desk)


def odd_words(hotel: Hotel, span: Span, rng: Random) -> Iterator[Sent]:
    """Tell of conversations with words, members and topics that we never heard of, or with none."""
    at = span.end - 40 * DAY
    desk = desk_of(hotel.companies[0], span, rng)
    thread = Thread(
        id="215470000000001",
        company=desk.company,
        contact=desk.contacts[0],
        created=at,
        delivered_as="customer_initiated",
        body="The lift plays music",
        handler=ADMINS[0],
        updated=at,
        priority="blocker",
        parts=1,
    )
    item = conversation(thread, Part("comment", thread.contact, thread.body), API_2_16)
    yield notification("conversation.user.created", {**item, "mood": "patient"}, at, rng)
    hollow = dict.fromkeys(("tags", "statistics", "teammates", "source", "contacts", "custom_attributes"))
    closed = {**item, **hollow, "state": "closed", "open": False, "updated_at": seconds(at + HOUR)}
    yield notification("conversation.sla.breached", closed, at + HOUR, rng)


def pings(end: Instant) -> Iterator[Sent]:
    """Tell that the webhook was tested, twice."""
    for days in (118, 30):
        at = end - days * DAY
        item: Json = {"type": "ping", "message": "something something interzen"}
        message: Json = {
            "type": "notification_event",
            "app_id": "k4d9x2mq",
            "data": {"type": "notification_event_data", "item": item},
            "links": {},
            "id": None,
            "topic": "ping",
            "delivery_status": None,
            "delivery_attempts": 1,
            "delivered_at": 0,
            "first_sent_at": seconds(at),
            "created_at": seconds(at),
            "self": None,
        }
        yield sent(at, message)


def merged(hotels: Sequence[Hotel], end: Instant) -> Iterator[Sent]:
    """Tell of one change to two accounts in one transaction, merged into one event."""
    together = [hotel.id for hotel in hotels if hotel.quirk is Quirk.MERGED]
    for pair in pairwise(together):
        yield change("UPDATE", "Account", pair, end - 15 * DAY, {"Responsiveness__c": 2}, ("Responsiveness__c",))
