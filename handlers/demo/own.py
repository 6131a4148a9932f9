"""Our own messages about owners and feeds, as the sweep puts them on the queue."""

from collections.abc import Iterator
from random import Random

from handlers.demo.portfolio import Hotel, Quirk
from handlers.demo.wire import Json, Sent, sent
from scoring.instants import DAY, HOUR, Instant, format_instant

COVERED_DAYS = {"intercom": 120, "salesforce": 400, "looker": 120}
"""Since how many days before the end each source is covered."""


def coverage(end: Instant) -> Iterator[Sent]:
    """Tell since when each source is covered."""
    for source, days in COVERED_DAYS.items():
        since = end - days * DAY
        covered: Json = {"type": "feed.covered", "source": source, "since": format_instant(since)}
        yield sent(since, covered)


def heartbeats(end: Instant) -> Iterator[Sent]:
    """Tell that each feed lives: a heartbeat a day."""
    for source in COVERED_DAYS:
        for day in range(120):
            at = end - day * DAY - HOUR
            heard: Json = {"type": "feed.heard", "source": source, "at": format_instant(at)}
            yield sent(at, heard)


def listings(hotel: Hotel, end: Instant, rng: Random) -> Iterator[Sent]:
    """Tell every owner of a hotel, as each source's listing names it."""
    if hotel.quirk is Quirk.SILENT:
        return
    at = end - rng.randrange(100, 110) * DAY
    yield _listed("salesforce", hotel.id, hotel.name, at)
    for company in hotel.companies:
        yield _listed("intercom", company.company_id, company.name, at, company.id)
    for customer in hotel.customers:
        yield _listed("looker", customer, hotel.name, at)


def _listed(source: str, owner: str, name: str, at: Instant, *also: str) -> Sent:
    message: Json = {"type": "owner.listed", "source": source, "owner": owner, "name": name}
    if also:
        message["also"] = list(also)
    return sent(at, {**message, "attributes": {"industry": "Hospitality"}, "at": format_instant(at)})
