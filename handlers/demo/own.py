"""Our own messages about owners and feeds, as the sweep puts them on the queue."""

from collections.abc import Iterator
from random import Random

from handlers.demo.portfolio import Hotel, Quirk
from handlers.demo.span import FOUR_MONTHS, Span
from handlers.demo.wire import Json, Sent, sent
from scoring.instants import DAY, HOUR, Instant, format_instant

SOURCES = ("intercom", "salesforce", "looker")


def coverage(span: Span) -> Iterator[Sent]:
    """Tell since when each source is covered."""
    for source in SOURCES:
        since = span.end - (span.crm_days if source == "salesforce" else span.days) * DAY
        covered: Json = {"type": "feed.covered", "source": source, "since": format_instant(since)}
        yield sent(since, covered)


def heartbeats(span: Span) -> Iterator[Sent]:
    """Tell that each feed lives: a heartbeat a day, while it does."""
    for source in SOURCES:
        for day in range(span.days):
            if source == "looker" and span.is_out(day):
                continue
            at = span.end - day * DAY - HOUR
            heard: Json = {"type": "feed.heard", "source": source, "at": format_instant(at)}
            yield sent(at, heard)


def listings(hotel: Hotel, span: Span, rng: Random) -> Iterator[Sent]:
    """Tell every owner of a hotel, as each source's listing names it."""
    if hotel.quirk is Quirk.SILENT:
        return
    at = span.end - (span.days - FOUR_MONTHS + rng.randrange(100, 110)) * DAY
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
