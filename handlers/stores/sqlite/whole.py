"""A whole file, read as it is at one instant, or written wholly or not at all."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from handlers.stores.sqlite.file import open_file, store_errors
from handlers.stores.sqlite.keeping import TABLE
from handlers.stores.sqlite.reaches import even_all
from handlers.stores.sqlite.whole_read import EXPORTED, rows_of
from handlers.stores.sqlite.whole_write import write_rows
from handlers.stores.whole import IMPORTED, Export, Imported, NotEmptyError, Tell, imported_of, imported_text
from handlers.stores.whole_rows import Row
from scoring.instants import Instant


class SqliteWhole:
    """A file that is exported from, or imported into."""

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        """Open the file, or make it. Raises StoreError where it cannot be used."""
        self._path = path
        self.db = open_file(path, durable=durable)
        with self.transaction("DEFERRED") as db:
            db.execute(TABLE)

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    @contextmanager
    def read(self, now: Instant) -> Iterator[Iterator[Row]]:
        """Give all that the file holds at this instant, whoever writes to it meanwhile."""
        with self.transaction("DEFERRED") as db:
            yield rows_of(db, now)

    def take_in(self, export: Export, now: Instant, tell: Tell) -> bool:
        """Write all that an export holds in one transaction, so that a stop leaves the file as it was."""
        with self.transaction("IMMEDIATE") as db:
            before = imported_of(_imported(db))
            if before is not None:
                _read_through(export, tell)
                before.check(export.proof)
                return False
            if there := held(db):
                raise NotEmptyError(there)
            for done in write_rows(db, export.rows()):
                tell(done)
            even_all(db)
            text = imported_text(Imported(export.proof, now, is_whole=True))
            db.execute("INSERT INTO cursors VALUES (?, ?)", (IMPORTED, text))
        return True

    @contextmanager
    def transaction(self, kind: str) -> Iterator[sqlite3.Connection]:
        """Do something wholly or not at all; reading takes place at one instant."""
        with store_errors(self._path):
            self.db.execute(f"BEGIN {kind}")
            try:
                yield self.db
                self.db.execute("COMMIT")
            finally:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")


@contextmanager
def scratch() -> Iterator[SqliteWhole]:
    """Give an empty file of no other use than to hold and to sort rows; it is removed afterwards."""
    with TemporaryDirectory(prefix="healthscore-") as folder:
        whole = SqliteWhole(Path(folder) / "rows.db", durable=False)
        try:
            yield whole
        finally:
            whole.close()


def held(db: sqlite3.Connection) -> list[str]:
    """Name the tables of which a file holds rows."""
    asked = {table: f"SELECT EXISTS (SELECT 1 FROM {table})" for table in EXPORTED}  # noqa: S608  our own words
    return [table for table, query in asked.items() if db.execute(query).fetchone()[0]]


def _imported(db: sqlite3.Connection) -> str | None:
    row = db.execute("SELECT value FROM cursors WHERE name = ?", (IMPORTED,)).fetchone()
    return None if row is None else str(row[0])


def _read_through(export: Export, tell: Tell) -> None:
    for done, _ in enumerate(export.rows(), 1):
        if done % 10_000 == 0:
            tell(done)
