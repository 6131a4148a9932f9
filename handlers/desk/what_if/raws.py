"""Month-ends laid out for drafts, kept by the process as long as their records say the same."""

from collections.abc import Hashable, Mapping, Sequence
from threading import Lock
from typing import NamedTuple

from handlers.desk.desk import Desk
from handlers.jobs.history import last_ended
from handlers.jobs.what_if_rows import read_rows
from scoring.account import Account
from scoring.facts import HISTORY_MONTHS
from scoring.periods import period_end, periods_to
from scoring.what_if_rows import Rows


class Read(NamedTuple):
    """A month-end that was read: its accounts, and why some could not be read.

    `records` stays the same while its final records do; where any account was read from what is known now, `stamp`
    says of which state of the store.
    """

    rows: Rows
    failed: Mapping[str, str]
    records: Hashable
    stamp: Hashable


class _Records(NamedTuple):
    """The final records of a month: what stays the same while they do, and whose there are."""

    mark: Hashable
    accounts: frozenset[str]
    stamp: Hashable


class Raws:
    """Gives month-ends of the portfolio. One whose records are final is kept whatever else is written to the store."""

    def __init__(self, desk: Desk) -> None:
        """Read from the store of a desk."""
        self._desk = desk
        self._lock = Lock()
        self._kept: dict[str, Read] = {}

    @property
    def periods(self) -> Sequence[str]:
        """Name the month-ends, the latest last."""
        return periods_to(last_ended(self._desk.clock()), HISTORY_MONTHS)

    def read(self, periods: Sequence[str]) -> list[Read]:
        """Give month-ends; those that are not kept, or not as they were, are read, by one visit at a time."""
        accounts = self._desk.accounts()
        with self._lock:
            now = {period: self._records(period) for period in periods}
            missing = [period for period in periods if not self._is_as_it_was(period, now[period])]
            if missing:
                with self._desk.open_store() as store:
                    found, failed = read_rows(store, accounts, missing, self._desk.config.model)
                for rows in found:
                    self._kept[rows.period] = _read(rows, failed, accounts, now[rows.period])
            return [self._kept[period] for period in periods]

    def _is_as_it_was(self, period: str, now: _Records) -> bool:
        kept = self._kept.get(period)
        return kept is not None and kept.records == now.mark and kept.stamp in (None, now.stamp)

    def _records(self, period: str) -> _Records:
        return self._desk.memory.get(("what-if records", period), lambda: self._found(period))

    def _found(self, period: str) -> _Records:
        ids = frozenset(account.id for account in self._desk.accounts())
        with self._desk.open_store() as store:
            said = [
                (one.account_id, one.model_version, one.final_score, one.coverage_pct, one.low, one.high, one.arr)
                for one in store.summaries(period)
                if one.status == "final" and one.as_of == period_end(period)
            ]
        return _Records(hash((ids, *said)), frozenset(one[0] for one in said), object())


def _read(rows: Rows, failed: Mapping[str, str], accounts: Sequence[Account], records: _Records) -> Read:
    """Keep a month-end; an account that the CRM had deleted has no record, and counts as closed."""
    closed = records.accounts | set(rows.deleted)
    is_closed = all(account.id in closed for account in accounts)
    return Read(rows, failed, records.mark, None if is_closed else records.stamp)
