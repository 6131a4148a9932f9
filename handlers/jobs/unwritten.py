"""Records that the CRM has not taken yet: named in the store until it has."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from config.record_map import Sink
from handlers.jobs.kept import keep, read_kept
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.record import Record

_IF_FINAL = "/final"
"""Ends the name of a record that was about to be written: it is due if it was made final."""
_PERIOD = len("YYYY-MM")

Members: TypeAlias = Callable[[Collection[str]], Collection[str]]
"""Says which of some accounts are in the portfolio, by their ids."""


class Unwritten:
    """What is due to a CRM, by the keys of records: from before a write, so that a run that is killed leaves it due.

    Parts of a portfolio keep their names apart: they may be written side by side, and no list is too
    long to keep. Each gives and clears what is due of its own accounts, wherever it was noted; an
    account that left the portfolio is let go.
    """

    def __init__(self, store: Store, portfolio: Members, sink: Sink = "salesforce", part: str = "") -> None:
        """Keep the names in a store, for the accounts of a portfolio, of whom a `part` is written now."""
        self._store, self._portfolio, self._everywhere = store, portfolio, f"{sink}/unwritten"
        self._here = f"{self._everywhere}/{part}" if part else self._everywhere

    def begin(self, accounts: Collection[str], keys: Iterable[str]) -> list[Record]:
        """Give what was due of some accounts; from now on the records of these keys are due too, if made final."""
        noted = self._noted()
        due = {name for names in noted.values() for name in names if _account_of(name) in accounts}
        self._keep(self._here, noted.get(self._here, set()) | {f"{key}{_IF_FINAL}" for key in keys})
        return list(self._records(due))

    def end(self, accounts: Collection[str], refused: Iterable[Record]) -> None:
        """Say that all of these accounts is written but some records."""
        noted = {self._here: set[str]()} | self._noted()
        others_ids = self._portfolio({_account_of(name) for names in noted.values() for name in names} - {*accounts})
        remaining = {record.key for record in refused}
        for cursor, names in noted.items():
            others = {name for name in names if _account_of(name) in others_ids}
            if cursor == self._here:
                self._keep(cursor, others | remaining)
            elif others != names:
                self._keep(cursor, others)

    def due(self) -> list[str]:
        """Name the records that the CRM has not taken yet, by their keys."""
        return [record.key for record in self._records(set[str]().union(*self._noted().values()))]

    def _records(self, due: set[str]) -> Iterator[Record]:
        for key in sorted({name.removesuffix(_IF_FINAL) for name in due}):
            record = self._store.record(_account_of(key), key[-_PERIOD:])
            if record is not None and (key in due or record.status == "final"):
                yield record

    def _noted(self) -> dict[str, set[str]]:
        """Read what is due, by the cursor it is noted in."""
        noted = self._store.cursors(self._everywhere).items()
        read = {cursor: set(read_kept(kept, list[str], cursor)) for cursor, kept in noted if kept}
        return {cursor: names | self._of_periods(names) for cursor, names in read.items()}

    def _of_periods(self, names: set[str]) -> set[str]:
        """Name the records of the periods that an earlier version noted as a whole."""
        periods = {name for name in names if len(name) == _PERIOD}
        keys = self._store.record_keys() if periods else ()
        return {f"{account_id}_{period}{_IF_FINAL}" for account_id, period in keys if period in periods}

    def _keep(self, cursor: str, due: set[str]) -> None:
        kept = keep(sorted(due))
        if (self._store.cursor(cursor) or keep([])) != kept:
            self._store.set_cursor(cursor, kept)


@dataclass(frozen=True, slots=True)
class Due:
    """What is due of some accounts while records of some keys are written to the CRM."""

    unwritten: Unwritten
    accounts: frozenset[str]
    keys: tuple[str, ...]

    def begin(self) -> list[Record]:
        """Give what was due before; from now on what is to be written is due too."""
        return self.unwritten.begin(self.accounts, self.keys)

    def end(self, refused: Iterable[Record]) -> None:
        """Say that all is written but these records."""
        self.unwritten.end(self.accounts, refused)


def due_of(unwritten: Unwritten, accounts: Iterable[Account], period: str) -> Due:
    """Give what is due of accounts while a period of theirs is written."""
    ids = [account.id for account in accounts]
    return Due(unwritten, frozenset(ids), tuple(f"{account_id}_{period}" for account_id in ids))


def _account_of(name: str) -> str:
    return name.removesuffix(_IF_FINAL)[: -_PERIOD - 1]
