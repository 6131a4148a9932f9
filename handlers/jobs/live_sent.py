"""What the CRM was last sent of each account of a running month, in a journal of the store."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from config.record_map import Sink
from handlers.jobs.kept import keep, read_kept
from handlers.stores.protocol import JournalStore
from scoring.appearance import Appearance
from scoring.instants import DAY, Instant
from scoring.periods import period_start

KEPT = 62 * DAY
"""A month, and the one after it."""


class _Note(msgspec.Struct, frozen=True):
    period: str
    shown: dict[str, Appearance]


@dataclass(frozen=True, slots=True)
class Sent:
    """Notes what was sent, collection by collection and only once the CRM has it: what is sent twice does no harm."""

    store: JournalStore
    now: Instant
    sink: Sink = "salesforce"

    @property
    def _journal(self) -> str:
        return f"{self.sink}/live"

    def known(self, period: str) -> Mapping[str, Appearance]:
        """Give what was last sent of each account in a month."""
        known: dict[str, Appearance] = {}
        for line in self.store.entries(self._journal, period_start(period)):
            note = read_kept(line, _Note, self._journal)
            known |= note.shown if note.period == period else {}
        return known

    def note(self, period: str, shown: Mapping[str, Appearance]) -> None:
        """Note what the CRM took."""
        if shown:
            self.store.append(self._journal, self.now, keep(_Note(period, dict(shown))), KEPT)
