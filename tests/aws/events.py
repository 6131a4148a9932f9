"""What is sent to the stack: events of the demo's pilots, as few as the published scores need."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal, TypeAlias

from handlers.demo import Demo, generate
from handlers.demo.portfolio import Hotel, Quirk
from scoring.instants import SECOND, parse_instant

OTHERS, WHOLE, LAST_DAYS = 30, 12, "2026-10-28"
"""So many change events of other accounts; of every so many conversations one with all that was said of it; readings
and heartbeats from this day on. The emulator hands over ten events at a time: each hundred more is seconds of a test.
"""
BEGINNING, AS_OF = parse_instant("2026-10-01"), parse_instant("2026-11-01")
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
    readable = [body for body in portfolio.lines() if body not in unreadable and not _is_old(body)]
    ours = [body for body in readable if _names(body, worked) or not _names(body, others)]
    known = set(ours)
    theirs = [body for body in readable if body not in known and _kind(body) == "change"]
    own = [body for body in ours if _kind(body) == "own"]
    return Events(
        notifications=tuple(_thinned([body for body in ours if _kind(body) == "notification"])),
        changes=(*(body for body in ours if _kind(body) == "change"), *theirs[:OTHERS]),
        own=tuple(own),
    )


def _thinned(notifications: Sequence[bytes]) -> Iterator[bytes]:
    """Leave out what a later notification of the same conversation says again, and what ended before the month.

    Of every so many conversations one is told with all that was said of it.
    """
    said: dict[object, list[bytes]] = {}
    for body in notifications:
        said.setdefault(_conversation(body), []).append(body)
    yield from said.pop(None, ())
    for number, bodies in enumerate(said.values()):
        latest = max(bodies, key=_updated)
        if number % WHOLE == 0:
            yield from bodies
        elif b'"state":"closed"' not in latest or _updated(latest) >= BEGINNING // SECOND:
            yield latest


def _conversation(body: bytes) -> object:
    item = json.loads(body)["data"]["item"]
    return item["id"] if item.get("type") == "conversation" and "updated_at" in item else None


def _updated(body: bytes) -> int:
    return int(json.loads(body)["data"]["item"]["updated_at"])


def _is_old(body: bytes) -> bool:
    """Tell what no score of the month asks for: a sign of life, or a reading, of before its last days."""
    message = json.loads(body)
    return (
        message.get("type") in ("feed.heard", "looker.reading")
        and str(message.get("at", message.get("date"))) < LAST_DAYS
    )


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
