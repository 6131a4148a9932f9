"""What the CRM was last sent of each account of a running month, in a journal of the store."""

from collections.abc import Iterable, Mapping
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


class _Note(msgspec.Struct, frozen=True, omit_defaults=True):
    period: str
    shown: dict[str, Appearance] = {}
    begun: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What was last sent of each account, and of which accounts it is not sure what the CRM has since."""

    shown: Mapping[str, Appearance]
    unsure: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sent:
    """Notes what is sent, collection by collection: that it is begun, and what the CRM took.

    What was begun and not taken, as where a run was killed or no answer came, may be there or not: it is sent
    again whatever it looks like by then. What is sent twice does no harm.
    """

    store: JournalStore
    now: Instant
    sink: Sink = "salesforce"

    @property
    def _journal(self) -> str:
        return f"{self.sink}/live"

    def known(self, period: str) -> Known:
        """Give what was last sent of each account in a month."""
        shown, unsure = dict[str, Appearance](), set[str]()
        for line in self.store.entries(self._journal, period_start(period)):
            note = read_kept(line, _Note, self._journal)
            if note.period == period:
                shown |= note.shown
                unsure = {*unsure, *note.begun} - note.shown.keys()
        return Known(shown, frozenset(unsure))

    def begin(self, period: str, accounts: Iterable[str]) -> None:
        """Note that something is about to be sent."""
        self.store.append(self._journal, self.now, keep(_Note(period, begun=tuple(accounts))), KEPT)

    def note(self, period: str, shown: Mapping[str, Appearance]) -> None:
        """Note what the CRM took."""
        if shown:
            self.store.append(self._journal, self.now, keep(_Note(period, dict(shown))), KEPT)
