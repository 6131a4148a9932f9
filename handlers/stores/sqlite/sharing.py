"""The embedded store shared by processes: others read the file, and one writes what they would write."""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from handlers.stores.sharable import Reader, RecordRow, Written
from handlers.stores.sqlite.file import READERS_CACHE, open_to_read
from handlers.stores.sqlite.records import RANKS, put_row, row_of
from handlers.stores.sqlite.store import SqliteStore
from scoring.observations import Observation, Subject
from scoring.record import Record


class _OutrankedError(Exception):
    """A record that is there outranks one that was to be written."""


@dataclass(frozen=True)
class SqliteSharing:
    """Lets other processes read one file."""

    _path: Path
    _rows: Callable[[str, tuple[()]], list[Any]]
    _transaction: Callable[[], AbstractContextManager[sqlite3.Connection]]
    _discard: Callable[[Subject, Collection[Observation]], None]

    @property
    def opener(self) -> Callable[[], Reader]:
        """Give what opens the file to read it in another process."""
        return partial(SqliteReader, self._path)

    def hold_little(self) -> None:
        """Hold as little of the file in memory as a reader."""
        self._rows(READERS_CACHE, ())

    def take_in(self, written: Written) -> bool:
        """Forget what is to be forgotten, and write the records in one transaction, unless any there outranks one."""
        for subject, observations in written.gone:
            self._discard(subject, observations)
        try:
            with self._transaction() as db:
                _put_all(db, written.rows)
        except _OutrankedError:
            return False
        return True


def _put_all(db: sqlite3.Connection, rows: Iterable[RecordRow]) -> None:
    if not all(put_row(db, row) for row in rows):
        raise _OutrankedError


class SqliteReader(SqliteStore):
    """A store in one file that is only read: anything else that would be written is refused by SQLite."""

    def __init__(self, path: Path) -> None:
        """Open the file. Raises StoreError where it cannot be used."""
        self._begin(path, open_to_read(path))
        self._written = Written()

    def taken(self) -> Written:
        """Give what was to be written since this was asked last."""
        written, self._written = self._written, Written()
        return written

    def put_records(self, records: Iterable[Record]) -> list[Record]:
        """Keep records to be written that outrank those there; give the others."""
        some = [(record, row_of(record)) for record in records]
        ranks = self._ranks([row for _, row in some])
        self._written.rows += [row for _, row in some if _outranks(row, ranks)]
        return [record for record, row in some if not _outranks(row, ranks)]

    def _ranks(self, rows: Sequence[RecordRow]) -> dict[tuple[str, str], str]:
        """Give how the records rank that are there, by account and period."""
        periods = {row.period for row in rows}
        asked = [(period, json.dumps([row.account_id for row in rows if row.period == period])) for period in periods]
        return {(key, period): rank for period, ids in asked for key, rank in self._rows(RANKS, (period, ids))}

    def discard(self, subject: Subject, observations: Collection[Observation]) -> None:
        """Keep observations to be forgotten."""
        self._written.gone.append((subject, observations))


def _outranks(row: RecordRow, ranks: dict[tuple[str, str], str]) -> bool:
    return row.rank >= ranks.get((row.account_id, row.period), "")
