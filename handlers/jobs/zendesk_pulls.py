"""What a sweep or a backfill pulls of Zendesk: organizations, and every ticket that changed, by the export's cursor."""

from collections.abc import Iterator
from dataclasses import dataclass

from config.source import ZENDESK
from handlers.clients.zendesk.client import Page, ZendeskClient
from handlers.clients.zendesk.errors import ZendeskError
from handlers.jobs.listings import Listing
from handlers.jobs.pull import Places, Pull
from handlers.pulls import zendesk
from handlers.pulls.listed import Message
from scoring.instants import Instant, format_instant, parse_instant

NAME = ZENDESK.name
ORGANIZATIONS, TICKETS = f"{NAME}/organizations", f"{NAME}/tickets"
UNTOUCHED, BACKFILL, COVERED = f"{NAME}/untouched", f"{NAME}/backfill", f"{NAME}/covered"
CURSOR = f"{NAME}/cursor"
"""The cursor from which the next sweep goes on."""

_REFUSED = (400, 404, 422)
"""How an export answers a cursor that it does not know any more."""


@dataclass(slots=True)
class _Way:
    """How far an export has come: the cursor behind the last page of which every ticket was told."""

    cursor: str | None

    def tickets(self, pages: Iterator[Page], now: Instant) -> Iterator[Message]:
        """Tell the tickets of pages; with its last ticket a page is done."""
        for page in pages:
            told = list(zendesk.tickets(page.tickets, now))
            yield from told[:-1]
            self.cursor = page.cursor
            yield from told[-1:]


@dataclass(frozen=True, slots=True)
class ZendeskPulls:
    """Plans what is pulled of Zendesk as of one moment."""

    client: ZendeskClient
    places: Places

    def sweep(self) -> Iterator[Pull]:
        """Pull the tickets that changed since the last sweep, and once a day the organizations."""
        now = self.places.now
        since = self.places.cursor(NAME, zendesk.backfill_since(now))
        way = _Way(self.places.store.cursor(CURSOR) or None)
        yield Pull(TICKETS, way.tickets(self._export(since, way.cursor), now), marks=lambda: _mark(CURSOR, way.cursor))
        yield self.places.alive(NAME, since)
        if self.places.is_due(ORGANIZATIONS):
            listing = Listing(self.places.store, NAME, now)
            yield Pull(ORGANIZATIONS, listing.changed(zendesk.listed(self.client)), now, listing.marks)

    def backfill(self, since: Instant | None) -> Iterator[Pull]:
        """Pull all tickets that changed within 100 days, or since an instant, and those untouched that are older.

        One that was stopped goes on behind the last page that was taken in whole.
        """
        now, begun = self.places.now, since or zendesk.backfill_since(self.places.now)
        yield Pull(ORGANIZATIONS, zendesk.organizations(self.client, now), now)
        yield Pull(UNTOUCHED, zendesk.untouched_since(self.client, begun, now))
        way = _Way(self._stopped_at(begun))
        pages = self._export(begun, way.cursor)
        yield Pull(TICKETS, way.tickets(pages, now), marks=lambda: _mark(BACKFILL, way.cursor, begun))
        yield Pull(COVERED, [zendesk.covered(begun)], marks=lambda: _mark(CURSOR, way.cursor), closes=True)
        yield self.places.alive(NAME, begun, BACKFILL)

    def _stopped_at(self, begun: Instant) -> str | None:
        """Give the cursor of a backfill that began no later, and was stopped."""
        since, _, cursor = (self.places.store.cursor(BACKFILL) or "").partition(" ")
        return cursor if cursor and parse_instant(since) <= begun else None

    def _export(self, since: Instant, cursor: str | None) -> Iterator[Page]:
        """Export from a cursor on; where it is not known any more, from an instant on."""
        try:
            yield from self.client.export(since, cursor)
        except ZendeskError as error:
            if cursor is None or error.status not in _REFUSED:
                raise
            yield from self.client.export(since - zendesk.OVERLAP)


def _mark(name: str, cursor: str | None, begun: Instant | None = None) -> dict[str, str]:
    written = cursor if begun is None or cursor is None else f"{format_instant(begun)} {cursor}"
    return {} if written is None else {name: written}
