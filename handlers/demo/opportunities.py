"""The opportunities of a customer: opened, moved, won, lost, deleted."""

from collections.abc import Iterator
from typing import NamedTuple

from handlers.demo.salesforce import created, deleted, record_id, updated
from handlers.demo.timeline import Timeline
from handlers.demo.wire import Json, Sent

_YEAR = 365


def opportunity(kind: str, start: int, closes: str, timeline: Timeline) -> tuple[str, Sent]:
    """Open an opportunity so many days before the end; give its id and its creation."""
    key = record_id("Opportunity", timeline.rng)
    fields: Json = {
        "AccountId": timeline.account,
        "Name": f"{kind} {closes[:4]}",
        "Type": kind,
        "StageName": "Qualification",
        "IsClosed": False,
        "IsWon": False,
        "CloseDate": closes,
        "Probability": 10,
    }
    return key, created("Opportunity", key, timeline.at(start), fields)


class Past(NamedTuple):
    """How many days ago a renewal was won, where chance does not say, and one was lost, so many `ahead` of its date."""

    won: int | None = None
    lost: int | None = None
    ahead: int = 10


def renewals(days: int | None, timeline: Timeline, past: Past) -> Iterator[Sent]:
    """Tell of the renewal that was won, and of the open one that closes in so many days.

    None is of one that was lost. In a long story there is always one to come.
    """
    rng = timeline.rng
    chance = rng.randrange(200, 360)
    last = chance if past.won is None else past.won
    yield from won("Renewal", last, timeline, opened=last + _YEAR if timeline.span.is_long else None)
    if days is None:
        over = rng.randrange(15, 60) if past.lost is None else past.lost
        yield from _lost(over, last - 3 if timeline.span.is_long else over + 70, timeline, past.ahead)
        return
    planned = timeline.date(-days - rng.choice((0, 14, 30)))
    begun = rng.randrange(100, 190)
    key, opened = opportunity("Renewal", last - 3 if timeline.span.is_long else begun, planned, timeline)
    yield opened
    closes = timeline.date(-days)
    enriched: Json = {"AccountId": timeline.account} if rng.random() < 0.5 else {}
    step = rng.randrange(40, 90)
    yield updated("Opportunity", key, timeline.at(step), {"StageName": "Proposal", "CloseDate": closes}, enriched)
    if days < 90:
        yield updated("Opportunity", key, timeline.at(rng.randrange(2, 30)), {"StageName": "Negotiation"}, enriched)
    if rng.random() < 0.12:
        yield from _mistake(timeline)


def won(kind: str, days: int, timeline: Timeline, opened: int | None = None) -> Iterator[Sent]:
    """Tell of an opportunity that was won; half of the time its stage alone says so."""
    begun = days + timeline.rng.randrange(20, 60)
    key, creation = opportunity(kind, begun if opened is None else opened, timeline.date(days - 10), timeline)
    yield creation
    flags = {"IsClosed": True, "IsWon": True} if timeline.rng.random() < 0.5 else {}
    stage = {"StageName": "Closed Won", "CloseDate": timeline.date(days), **flags}
    yield updated("Opportunity", key, timeline.at(days), stage)


def _lost(days: int, begun: int, timeline: Timeline, ahead: int) -> Iterator[Sent]:
    key, creation = opportunity("Renewal", begun, timeline.date(days - ahead), timeline)
    yield creation
    yield updated("Opportunity", key, timeline.at(days), {"StageName": "Closed Lost", "IsClosed": True})


def _mistake(timeline: Timeline) -> Iterator[Sent]:
    """Tell of a renewal that was opened twice by mistake, and deleted."""
    key, opened = opportunity("Renewal", 50, timeline.date(-7), timeline)
    yield opened
    yield deleted("Opportunity", key, timeline.at(48))
