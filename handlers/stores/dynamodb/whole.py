"""A whole store in DynamoDB: read into a file that sorts it, or written from a file that has proved it.

DynamoDB gives no snapshot of several tables: what others write meanwhile may be in what is read, or not.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.engine import Engine
from handlers.stores.dynamodb.families import LEFT_OUT, family_of
from handlers.stores.dynamodb.registry import Registry
from handlers.stores.dynamodb.tables import Tables, check_tables, create_tables, is_of_older_stack
from handlers.stores.dynamodb.whole_read import is_filled, rows_in
from handlers.stores.dynamodb.whole_write import Writer
from handlers.stores.protocol import StoreError
from handlers.stores.sqlite.records import fill_summaries
from handlers.stores.sqlite.whole import scratch
from handlers.stores.sqlite.whole_read import rows_of, rows_of_kind
from handlers.stores.sqlite.whole_write import write_rows
from handlers.stores.whole import IMPORTED, Imported, NotEmptyError, imported_of, imported_text
from handlers.stores.whole_rows import ROWS, ChangeRow, extracted
from scoring.instants import Instant

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from handlers.stores.whole import Export, Tell
    from handlers.stores.whole_rows import Row

_PAGE = 1_000
_SORTED = """
INSERT INTO account_changes (account_id, at, by, body)
SELECT account_id, at, by, body FROM unsorted ORDER BY account_id, number"""


_WITHOUT_PARTS_LEFT = (
    "DELETE FROM observations WHERE subject NOT IN (SELECT subject FROM items)",
    "DELETE FROM members WHERE subject NOT IN (SELECT subject FROM items)",
)
"""Parts outlast the item that names them by some weeks, and nobody reads them."""

_COUNTED_ANEW = """
UPDATE nobodys SET observations = (SELECT count(*) FROM observations o WHERE o.subject = nobodys.subject)"""
"""A mark came with the first of several items, maybe."""

_TRIES = 12
"""Nobody waits for a single call of a whole store: one that is throttled is made again for a minute or so."""


def open_tables(prefix: str, *, create: bool) -> DynamoWhole:
    """Open the tables of a prefix, making those that are missing if it may `create` them.

    Raises StoreError where DynamoDB cannot be used, or where tables are missing.
    """
    client, tables = connect(_TRIES), Tables(prefix)
    if create and not is_of_older_stack(client, tables):
        create_tables(client, tables)
    elif not check_tables(client, tables):
        raise StoreError(f"DynamoDB has no {tables.accounts}: deploy the stack anew (make deploy), which makes it")
    return DynamoWhole(client, prefix)


class DynamoWhole:
    """The tables of a prefix that are exported from, or imported into."""

    def __init__(self, client: DynamoDBClient, prefix: str, calls_at_once: int = 8) -> None:
        """Use the tables of a prefix, which are there."""
        self._tables = Tables(prefix)
        self._engine = Engine(client, calls_at_once)
        self._registry = Registry(self._engine, self._tables.registry)

    def close(self) -> None:
        """Release the connections."""
        self._engine.close()

    @contextmanager
    def read(self, now: Instant) -> Iterator[Iterator[Row]]:
        """Give all that the tables hold, sorted by a file on this machine's disk."""
        with scratch() as whole:
            with whole.transaction("IMMEDIATE") as db:
                self._fill(db)
            yield rows_of(whole.db, now)

    def _fill(self, db: sqlite3.Connection) -> None:
        db.execute("CREATE TEMP TABLE unsorted (account_id, number, at, by, body)")
        db.execute("CREATE TEMP TABLE items (subject)")
        found = rows_in(self._engine, self._tables, lambda key: db.execute("INSERT INTO items VALUES (?)", (key,)))
        for _ in write_rows(db, _apart(db, found)):
            pass
        for statement in (_SORTED, *_WITHOUT_PARTS_LEFT, _COUNTED_ANEW):
            db.execute(statement)
        if not is_filled(self._engine, self._tables):
            fill_summaries(db)

    def take_in(self, export: Export, now: Instant, tell: Tell) -> bool:
        """Prove an export in a file, then write what it holds; an import that was stopped is completed."""
        with scratch() as whole:
            with whole.transaction("IMMEDIATE") as db:
                for _ in write_rows(db, export.rows()):
                    pass
            begun = self._begun(export.proof, now)
            if not begun.is_whole:
                self._write(whole.db, begun, tell)
            return not begun.is_whole

    def _begun(self, proof: str, now: Instant) -> Imported:
        """Give how far the import of an export has come; an empty store begins with it."""
        begun = imported_of(self._registry.cursor(IMPORTED))
        if begun is not None:
            begun.check(proof)
            return begun
        if there := self._held():
            raise NotEmptyError(there)
        return self._note(Imported(proof, now, is_whole=False))

    def _note(self, imported: Imported) -> Imported:
        self._registry.set_cursor(IMPORTED, imported_text(imported))
        return imported

    def _write(self, db: sqlite3.Connection, begun: Imported, tell: Tell) -> None:
        """Write row by row, and note how many are surely written."""
        writer, done = Writer(self._engine, self._tables, db), 0
        for kind, page in _pages(db, Instant(begun.at)):
            done += len(page)
            if done > begun.rows:
                writer.write(kind, page)
                self._note(Imported(begun.proof, begun.at, is_whole=False, rows=done))
            tell(done)
        writer.finish()
        self._note(Imported(begun.proof, begun.at, is_whole=True))

    def _held(self) -> list[str]:
        """Name what the tables hold, but for what ends by itself."""
        tables = self._tables
        found = [name for name in (tables.facts, tables.scores, tables.accounts) if self._any(name)]
        keys = self._engine.scan(tables.registry, ("pk", "sk"))
        families = (family_of(key["pk"]["S"]) for key in keys)
        held = next((family for family in families if family not in LEFT_OUT), None)
        return found if held is None else [*found, f"{tables.registry}: {held}"]

    def _any(self, table: str) -> bool:
        return next(self._engine.scan(table, ()), None) is not None


def _pages(db: sqlite3.Connection, now: Instant) -> Iterator[tuple[type[Row], list[Row]]]:
    for kind in ROWS:
        rows = rows_of_kind(db, kind, now)
        while page := list(islice(rows, _PAGE)):
            yield kind, page


def _apart(db: sqlite3.Connection, rows: Iterable[Row]) -> Iterator[Row]:
    """Pass rows on, but for changes of accounts, which must be sorted before they are numbered."""
    for row in rows:
        if isinstance(row, ChangeRow):
            values = (row.account_id, row.number, row.at, row.by, extracted(row.change))
            db.execute("INSERT INTO unsorted VALUES (?, ?, ?, ?, ?)", values)
        else:
            yield row
