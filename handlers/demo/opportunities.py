"""The opportunities of a customer: opened, moved, won, lost, deleted."""

from collections.abc import Iterator

from handlers.demo.salesforce import created, deleted, record_id, updated
from handlers.demo.timeline import Timeline
from handlers.demo.wire import Json, Sent


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


def renewals(days: int | None, timeline: Timeline) -> Iterator[Sent]:
    """Tell of the renewal that was won, and of the open one that closes in so many days (None: it was lost)."""
    rng = timeline.rng
    yield from won("Renewal", rng.randrange(200, 360), timeline)
    if days is None:
        yield from _lost("Renewal", rng.randrange(15, 60), timeline)
        return
    planned = timeline.date(-days - rng.choice((0, 14, 30)))
    key, opened = opportunity("Renewal", rng.randrange(100, 190), planned, timeline)
    yield opened
    closes = timeline.date(-days)
    enriched: Json = {"AccountId": timeline.account} if rng.random() < 0.5 else {}
    step = rng.randrange(40, 90)
    yield updated("Opportunity", key, timeline.at(step), {"StageName": "Proposal", "CloseDate": closes}, enriched)
    if days < 90:
        yield updated("Opportunity", key, timeline.at(rng.randrange(2, 30)), {"StageName": "Negotiation"}, enriched)
    if rng.random() < 0.12:
        yield from _mistake(timeline)


def won(kind: str, days: int, timeline: Timeline) -> Iterator[Sent]:
    """Tell of an opportunity that was won; half of the time its stage alone says so."""
    key, opened = opportunity(kind, days + timeline.rng.randrange(20, 60), timeline.date(days - 10), timeline)
    yield opened
    flags = {"IsClosed": True, "IsWon": True} if timeline.rng.random() < 0.5 else {}
    stage = {"StageName": "Closed Won", "CloseDate": timeline.date(days), **flags}
    yield updated("Opportunity", key, timeline.at(days), stage)


def _lost(kind: str, days: int, timeline: Timeline) -> Iterator[Sent]:
    key, opened = opportunity(kind, days + 70, timeline.date(days - 10), timeline)
    yield opened
    yield updated("Opportunity", key, timeline.at(days), {"StageName": "Closed Lost", "IsClosed": True})


def _mistake(timeline: Timeline) -> Iterator[Sent]:
    """Tell of a renewal that was opened twice by mistake, and deleted."""
    key, opened = opportunity("Renewal", 50, timeline.date(-7), timeline)
    yield opened
    yield deleted("Opportunity", key, timeline.at(48))
