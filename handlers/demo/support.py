"""Support of one hotel: how many conversations its health makes, how they go, and who is asked."""

from collections.abc import Iterator
from dataclasses import replace
from math import exp
from random import Random
from typing import Literal

from handlers.demo.conversations import Desk, unfold
from handlers.demo.intercom import company_item, contact_item, internal_item, notification, ticket_item
from handlers.demo.plans import MINUTE, Agent, Plan
from handlers.demo.portfolio import Company, Hotel
from handlers.demo.span import FOUR_MONTHS, Span
from handlers.demo.threads import Person
from handlers.demo.wire import Json, Sent, generator, hex_id, uuid
from scoring.instants import DAY, HOUR, NO_TIME, SECOND, Duration, Instant

_GUESTS = ("Lena Vogt", "Marc Dubois", "Sofia Costa", "Tom Hughes", "Aiko Mori", "Nils Berg")


def conversations(hotel: Hotel, span: Span, rng: Random) -> Iterator[Sent]:
    """Tell one hotel's conversations, and what else its companies send."""
    share = max(1, len(hotel.companies))
    for company in hotel.companies:
        desk = desk_of(company, span, rng, sla="Premium" if hotel.paid else None)
        yield from greetings(desk)
        for plan in _plans(hotel, _volume(hotel, rng) / share, span, rng):
            yield from unfold(plan, desk)
    if hotel.companies:
        yield from _others(hotel, span)


def _others(hotel: Hotel, span: Span) -> Iterator[Sent]:
    """Tell of conversations that a workflow's greeting opened, and of questions that came twice and were merged."""
    rng = generator(hotel.seed + 1)
    desk = desk_of(hotel.companies[0], span, rng)
    for begin in range(0, span.days, 45):
        created = span.end - (begin + rng.randrange(3, 44)) * DAY + rng.randrange(7 * HOUR // SECOND) * SECOND
        if created < hotel.left(span.end):
            yield from unfold(rng.choice(_OTHERS)(created, rng), desk)


def _welcomed(created: Instant, rng: Random) -> Plan:
    wrote = rng.randrange(20, 200) * SECOND
    reply = wrote + rng.randrange(20, 90) * MINUTE
    return Plan(created, reply, reply + 3 * HOUR, delivered_as="operator_initiated", wrote=wrote)


def _ignored(created: Instant, rng: Random) -> Plan:
    return Plan(created, close=rng.randrange(20, 40) * HOUR, delivered_as="operator_initiated")


def _merged(created: Instant, rng: Random) -> Plan:
    return Plan(created, close=rng.randrange(3, 50) * MINUTE, urgent=rng.choice(("", "priority")), merged=True)


_OTHERS = (_welcomed, _ignored, _merged)


def desk_of(company: Company, span: Span, rng: Random, sla: str | None = None) -> Desk:
    """Set up where a company's conversations happen, with a few guests who write."""
    contacts = tuple(_guest(name, company, rng) for name in rng.sample(_GUESTS, 4))
    return Desk(company, contacts, rng, span, sla)


def _guest(name: str, company: Company, rng: Random) -> Person:
    first, _, _ = name.lower().partition(" ")
    address = f"{first}@{company.company_id.lower()}.example.com"
    return Person(rng.choice(("user", "user", "lead")), hex_id(rng), name, address, uuid(rng))


def greetings(desk: Desk) -> Iterator[Sent]:
    """Tell of the company and its guests, by topics that say nothing of conversations."""
    start = desk.span.start + desk.rng.randrange(DAY // SECOND) * SECOND
    company, guest = desk.company, desk.contacts[0]
    item = company_item(company, start)
    person = contact_item(guest, start)
    attached: Json = {"company": item, "contact": person}
    yield notification("company.created", item, start, desk.rng)
    yield notification("contact.user.created", person, start + MINUTE, desk.rng)
    yield notification("company.contact.attached", attached, start + 2 * MINUTE, desk.rng)
    if desk.rng.random() < 0.2:
        yield notification("company.updated", company_item(company, start + DAY), start + DAY, desk.rng)
        yield from _ticket(desk, guest, start + 3 * DAY)


def _ticket(desk: Desk, guest: Person, at: Instant) -> Iterator[Sent]:
    ticket = str(desk.rng.randrange(10**11, 10**12))
    closed = ticket_item(ticket, guest, "resolved", at + DAY)
    internal = internal_item(int(ticket), guest, at)
    yield notification("ticket.created", ticket_item(ticket, guest, "submitted", at), at, desk.rng)
    yield notification("ticket.closed", {"type": "ticket_part", "ticket": closed}, at + DAY, desk.rng)
    yield notification("conversation.contact.attached", internal, at + HOUR, desk.rng)


def _volume(hotel: Hotel, rng: Random) -> float:
    """Say how many conversations a hotel has a day."""
    a_month = rng.uniform(6.5, 9.5) if hotel.paid else rng.uniform(4, 6)
    return a_month * (0.8 + 0.7 * (1 - hotel.health)) / 30


def _plans(hotel: Hotel, a_day: float, span: Span, rng: Random) -> Iterator[Plan]:
    """Plan the conversations of the last months, then those of before; who left writes no more.

    What was forgotten long ago was closed when somebody tidied up.
    """
    for first, last in ((FOUR_MONTHS, 0), (span.days, FOUR_MONTHS)):
        for _ in range(round(a_day * (first - last))):
            created = span.end - rng.randrange(last * DAY // SECOND + 1, first * DAY // SECOND) * SECOND
            if created < hotel.left(span.end):
                plan = _plan(created, 1 - hotel.health_at(created, span.end), hotel, rng)
                yield plan if last == 0 or plan.close else replace(plan, close=rng.randrange(20, 60) * DAY)


def _plan(created: Instant, gloom: float, hotel: Hotel, rng: Random) -> Plan:
    """Plan a conversation; `gloom` (0-1) is how badly the hotel does at the time."""
    agent = _agent(gloom, rng)
    alone = agent in {"resolved", "assumed"}
    reply = None if alone or rng.random() < 0.01 + 0.1 * gloom**2 else _reply(gloom, hotel, rng)
    rest = _close(gloom, hotel, rng) * (1 if reply is not None or alone else 3)
    return Plan(
        created=created,
        reply=reply,
        close=None if rng.random() < 0.05 * gloom else (reply or NO_TIME) + rest,
        reopened=rng.random() < 0.3 * gloom**2,
        escalated=rng.random() < 0.25 * gloom**2,
        urgent=_urgent(gloom, rng),
        agent=agent,
        rating=_rating(gloom, rng) if rng.random() < 0.25 else None,
        snoozed=rng.random() < 0.07,
        chatty=rng.random() < 0.3,
        delivered_as=rng.choices(("customer_initiated", "admin_initiated", "automated"), (92, 6, 2))[0],
        owner=rng.choices(("named", "swept", "unknown"), (957, 40, 3))[0],
        quiet=alone and rng.random() < 0.4,
        deleted=rng.random() < 0.008,
    )


def _reply(gloom: float, hotel: Hotel, rng: Random) -> Duration:
    typical = 25 * exp(3.2 * gloom) if hotel.paid else 100 * exp(3.6 * gloom)
    return round(typical * rng.lognormvariate(0, 0.5) * 60) * SECOND


def _close(gloom: float, hotel: Hotel, rng: Random) -> Duration:
    typical = 2 * exp(4.2 * gloom) if hotel.paid else 9 * exp(3.8 * gloom)
    return round(typical * rng.lognormvariate(0, 0.5) * 3600) * SECOND


def _urgent(gloom: float, rng: Random) -> Literal["", "priority", "tag"]:
    if rng.random() >= 0.04 + 0.6 * gloom**1.6:
        return ""
    return "priority" if rng.random() < 0.7 else "tag"


def _agent(gloom: float, rng: Random) -> Agent:
    if rng.random() >= 0.25:
        return ""
    if rng.random() < 0.03:
        return "preview"
    return rng.choices(("resolved", "assumed", "handed_over"), (60, 30, 5 + 80 * gloom))[0]


def _rating(gloom: float, rng: Random) -> int:
    return max(1, min(5, round(rng.gauss(4.9 - 2.6 * gloom, 0.8))))
