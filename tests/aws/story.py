"""What the story sends: events of the demo's pilots; and what a replay of the same events comes to."""

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Literal, TypeAlias

from config.portfolio import load_portfolio
from handlers.clock import now
from handlers.demo import Demo, generate
from handlers.demo.portfolio import Hotel, Quirk
from handlers.jobs.finalise import finalise
from handlers.jobs.fold import fold_lines
from handlers.jobs.records import Terms
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import parse_instant
from scoring.record import Record
from tests.live.orgs import CONFIG

RELAYED = 300
AS_OF = parse_instant("2026-11-01")
Kind: TypeAlias = Literal["notification", "change", "own"]


@dataclass(frozen=True, slots=True)
class Events:
    """Readable queue bodies: Intercom's notifications, Salesforce's change events, messages of our own."""

    notifications: tuple[bytes, ...]
    changes: tuple[bytes, ...]
    own: tuple[bytes, ...]

    def __iter__(self) -> Iterator[bytes]:
        """Give all of them."""
        return chain(self.notifications, self.changes, self.own)


def portfolio() -> Demo:
    """Make up the demo's pilots, the worked examples among them."""
    return generate(2026, AS_OF, accounts=15, pilots=15)


def events_of(portfolio: Demo) -> Events:
    """Choose what tells of the worked examples or names no customer, and change events of the others."""
    worked, others = set[bytes](), set[bytes]()
    for hotel in portfolio.hotels:
        (worked if hotel.quirk is Quirk.WORKED else others).update(_ids(hotel))
    unreadable = set(portfolio.unreadable)
    readable = [body for body in portfolio.lines() if body not in unreadable and not _is_old_heartbeat(body)]
    ours = [body for body in readable if _names(body, worked) or not _names(body, others)]
    known = set(ours)
    theirs = [body for body in readable if body not in known and _kind(body) == "change"]
    return Events(
        notifications=tuple(body for body in ours if _kind(body) == "notification"),
        changes=tuple([*(body for body in ours if _kind(body) == "change"), *theirs][:RELAYED]),
        own=tuple(body for body in ours if _kind(body) == "own"),
    )


def _is_old_heartbeat(body: bytes) -> bool:
    """Tell a sign of life that no score asks for: of a month but the last."""
    return b'"feed.heard"' in body and b"2026-10-" not in body


def _names(body: bytes, ids: Iterable[bytes]) -> bool:
    return any(key in body for key in ids)


def _ids(hotel: Hotel) -> Iterator[bytes]:
    """Give every id by which a message can be known to be of a customer."""
    companies = (key for company in hotel.companies for key in (company.id, company.company_id))
    return (key.encode() for key in (hotel.id, *companies, *hotel.customers))


def _kind(body: bytes) -> Kind:
    message = json.loads(body)
    if message.get("type") == "notification_event":
        return "notification"
    return "change" if "detail" in message else "own"


class Kept:
    """Keeps the records that a run writes."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self.records: dict[str, Record] = {}

    def write(self, records: Iterable[Record]) -> None:
        """Keep records by their key."""
        self.records.update({record.key: record for record in records})


def replayed(events: Iterable[bytes], mapping: Path, folder: Path) -> dict[str, Record]:
    """Fold events into a new embedded store and close the period, as the command line does; records by key."""
    kept = Kept()
    with closing(SqliteStore(folder / "replay.db", durable=False)) as store:
        for _ in fold_lines(events, "events", store, CONFIG.intake, now()):
            pass
        finalise(load_portfolio(mapping), store, kept, Terms("2026-10", AS_OF, CONFIG.model, "final", now()))
    return kept.records
