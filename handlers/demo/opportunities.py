"""The opportunities of a customer: opened, moved, won, lost, deleted."""

from collections.abc import Iterator

from handlers.demo.ledger import Ledger
from handlers.demo.salesforce import created, deleted, record_id, updated
from handlers.demo.wire import Json, Sent


def opportunity(kind: str, start: int, closes: str, ledger: Ledger) -> tuple[str, Sent]:
    """Open an opportunity so many days before the end; give its id and its creation."""
    key = record_id("Opportunity", ledger.rng)
    fields: Json = {
        "AccountId": ledger.account,
        "Name": f"{kind} {closes[:4]}",
        "Type": kind,
        "StageName": "Qualification",
        "IsClosed": False,
        "IsWon": False,
        "CloseDate": closes,
        "Probability": 10,
    }
    return key, created("Opportunity", key, ledger.at(start), fields)


def renewals(days: int | None, ledger: Ledger) -> Iterator[Sent]:
    """Tell of the renewal that was won, and of the open one that closes in so many days (None: it was lost)."""
    rng = ledger.rng
    yield from won("Renewal", rng.randrange(200, 360), ledger)
    if days is None:
        yield from _lost("Renewal", rng.randrange(15, 60), ledger)
        return
    planned = ledger.date(-days - rng.choice((0, 14, 30)))
    key, opened = opportunity("Renewal", rng.randrange(100, 190), planned, ledger)
    yield opened
    closes = ledger.date(-days)
    enriched: Json = {"AccountId": ledger.account} if rng.random() < 0.5 else {}
    step = rng.randrange(40, 90)
    yield updated("Opportunity", key, ledger.at(step), {"StageName": "Proposal", "CloseDate": closes}, enriched)
    if days < 90:
        yield updated("Opportunity", key, ledger.at(rng.randrange(2, 30)), {"StageName": "Negotiation"}, enriched)
    if rng.random() < 0.12:
        yield from _mistake(ledger)


def won(kind: str, days: int, ledger: Ledger) -> Iterator[Sent]:
    """Tell of an opportunity that was won; half of the time its stage alone says so."""
    key, opened = opportunity(kind, days + ledger.rng.randrange(20, 60), ledger.date(days - 10), ledger)
    yield opened
    flags = {"IsClosed": True, "IsWon": True} if ledger.rng.random() < 0.5 else {}
    stage = {"StageName": "Closed Won", "CloseDate": ledger.date(days), **flags}
    yield updated("Opportunity", key, ledger.at(days), stage)


def _lost(kind: str, days: int, ledger: Ledger) -> Iterator[Sent]:
    key, opened = opportunity(kind, days + 70, ledger.date(days - 10), ledger)
    yield opened
    yield updated("Opportunity", key, ledger.at(days), {"StageName": "Closed Lost", "IsClosed": True})


def _mistake(ledger: Ledger) -> Iterator[Sent]:
    """Tell of a renewal that was opened twice by mistake, and deleted."""
    key, opened = opportunity("Renewal", 50, ledger.date(-7), ledger)
    yield opened
    yield deleted("Opportunity", key, ledger.at(48))
