"""Records, their summaries and the models they were made under, in the embedded store; and how it is asked."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from handlers.parts import in_parts
from handlers.stores.codec import decode_record
from handlers.stores.sqlite.file import store_errors
from handlers.stores.sqlite.records import BODIES, PERIODS, RECORDS_OF, SUMMARIES, put_row, remove_record, row_of
from handlers.stores.summaries import decode_score, decode_summary
from scoring.record import Record
from scoring.summary import Summary

_PAGE = 500
"""How many rows a listing reads, or records a transaction writes, at a time."""

Row: TypeAlias = tuple[Any, ...]


class SqliteRecords:
    """What one file keeps of records; all that is asked of it is asked here."""

    _path: Path
    _db: sqlite3.Connection

    def put_records(self, records: Iterable[Record]) -> list[Record]:
        """Write records and their summaries, each only where it outranks the one there; give those not written."""
        unwritten: list[Record] = []
        for some in in_parts(records, _PAGE):
            with self._transaction() as db:
                unwritten += [record for record in some if not put_row(db, row_of(record))]
        return unwritten

    def remove_record(self, account_id: str, period: str) -> bool:
        """Take the record of an account and period away, and its summary; tell whether there was one."""
        with self._transaction() as db:
            return remove_record(db, account_id, period)

    def record(self, account_id: str, period: str) -> Record | None:
        """Give the record of an account and period."""
        return self._one_record("SELECT body FROM records WHERE account_id = ? AND period = ?", account_id, period)

    def record_before(self, account_id: str, period: str) -> Record | None:
        """Give the latest record of an account before a period."""
        earlier = "SELECT body FROM records WHERE account_id = ? AND period < ? ORDER BY period DESC LIMIT 1"
        return self._one_record(earlier, account_id, period)

    def records_at(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Record]:
        """Give the records of some accounts and periods."""
        return {key: record for key in keys if (record := self.record(*key)) is not None}

    def record_and_before(self, account_id: str, period: str) -> tuple[Record | None, Record | None]:
        """Give the record of an account and period, and the latest before it."""
        return self.record(account_id, period), self.record_before(account_id, period)

    def records(self) -> Iterator[Record]:
        """List all records, by account and period."""
        return (record for key in self.record_keys() if (record := self.record(*key)) is not None)

    def records_of(self, account_id: str) -> list[Record]:
        """Give all records of an account, by period."""
        return [decode_record(body) for (body,) in self._rows(RECORDS_OF, (account_id,))]

    def record_keys(self) -> Iterator[tuple[str, str]]:
        """List the accounts and periods that have a record, in that order."""
        page = """SELECT account_id, period FROM records
        WHERE (account_id, period) > (?, ?) ORDER BY account_id, period LIMIT ?"""
        after = ("", "")
        while rows := self._rows(page, (*after, _PAGE)):
            yield from rows
            after = rows[-1]

    def summaries(self, period: str) -> Iterator[Summary]:
        """List the summaries of a period's records, by account."""
        after = ""
        while rows := self._rows(SUMMARIES, (period, after, _PAGE)):
            page = [decode_summary(body) for (body,) in rows]
            yield from page
            after = page[-1].account_id

    def final_scores(self, period: str) -> Mapping[str, float | None]:
        """Give the score of each account that has a record of a period."""
        return dict(decode_score(body) for (body,) in self._rows(BODIES, (period,)))

    def summarised(self) -> list[str]:
        """List the periods that have summaries, the earliest first."""
        return [period for (period,) in self._rows(PERIODS)]

    def put_model(self, version: str, text: str) -> None:
        """Keep the text of a model version."""
        with self._transaction() as db:
            db.execute("INSERT INTO models VALUES (?, ?) ON CONFLICT DO NOTHING", (version, text))

    def model(self, version: str) -> str | None:
        """Give the text of a model version."""
        return next((text for (text,) in self._rows("SELECT text FROM models WHERE version = ?", (version,))), None)

    def _one_record(self, query: str, account_id: str, period: str) -> Record | None:
        rows = self._rows(query, (account_id, period))
        return decode_record(rows[0][0]) if rows else None

    def _rows(self, query: str, values: Row | Mapping[str, str | int] = ()) -> list[Row]:
        with store_errors(self._path):
            return self._db.execute(query, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with store_errors(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
