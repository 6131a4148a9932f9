"""The embedded store as processes read it that share a work: what they would write is kept for the one that writes."""

import json
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from handlers.stores.sharable import RecordRow, Written
from handlers.stores.sqlite.file import open_to_read
from handlers.stores.sqlite.records import RANKS, row_of
from handlers.stores.sqlite.store import SqliteStore
from scoring.observations import Observation, Subject
from scoring.record import Record


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
