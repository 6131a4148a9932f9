"""A look back at what customers wrote: conversations of the last days are read in full, once, over REST.

A search gives no parts, and a webhook only the newest: so a pilot sees suggestions on its first day. The text stays in
memory; what is stored is what any re-read stores, with what was read in its messages.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import msgspec

from config.intake import Intake
from config.source import INTERCOM
from handlers.clients.intercom.client import IntercomClient
from handlers.jobs.fold import Tally, WordsReader, fold_lines
from handlers.pulls.intercom import BACKFILL_DAYS, OVERLAP
from handlers.sources.reading import Json, key, seconds, take
from handlers.stores.protocol import Store
from scoring.instants import DAY, Instant, format_instant, parse_instant

CURSOR = "words/backfill"
AT_ONCE = 50
"""So many conversations are read, stored and noted together: a stop costs no more than these."""


def usual_since(now: Instant) -> Instant:
    """Give the instant from which a look back begins where none is asked for."""
    return now - BACKFILL_DAYS * DAY


@dataclass(frozen=True, slots=True)
class LookBack:
    """Reads conversations in full: from which workspace, into which store, by which reader of words."""

    client: IntercomClient
    store: Store
    intake: Intake
    words: WordsReader
    now: Instant

    def take_in(self, since: Instant) -> Iterator[Tally]:
        """Read the conversations that changed since an instant, the longest unchanged first; yield what came of some.

        One that was stopped resumes where it was: what was read in full before is not asked for again. Raises
        SourceError where Intercom cannot be asked.
        """
        begun, reached = self._progress(since)
        found = iter(self.client.search_conversations(reached - OVERLAP, self.now))
        while some := list(islice(found, AT_ONCE)):
            yield self._taken(some)
            reached = max([reached, *(at for one in some if (at := take(one, "updated_at", seconds, [])) is not None)])
            self._note(begun, reached)
        self._note(begun, self.now)

    def _progress(self, since: Instant) -> tuple[Instant, Instant]:
        """Say where a look back began and how far it came; one that began later than `since` begins anew."""
        kept = (self.store.cursor(CURSOR) or "").split()
        begun, reached = (parse_instant(kept[0]), parse_instant(kept[1])) if len(kept) == 2 else (since, since)
        return (begun, max(reached, since)) if begun <= since else (since, since)

    def _note(self, begun: Instant, reached: Instant) -> None:
        self.store.set_cursor(CURSOR, f"{format_instant(begun)} {format_instant(reached)}")

    def _taken(self, some: Iterable[Json]) -> Tally:
        tally = Tally()
        for one in fold_lines(self._bodies(some), INTERCOM.name, self.store, self.intake, self.now, self.words):
            tally.add(one)
        return tally

    def _bodies(self, some: Iterable[Json]) -> Iterator[bytes]:
        read_at = format_instant(self.now)
        for one in some:
            identity = take(one, "id", key, [])
            whole = None if identity is None else self.client.conversation(identity)
            if whole is not None:
                yield msgspec.json.encode({"type": "intercom.conversation", "read_at": read_at, "conversation": whole})
