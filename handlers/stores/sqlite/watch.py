"""A connection to a store's file that lasts: it sees when others wrote, and adds lines to journals itself.

SQLite counts, for a connection, the commits of all others and none of its own (PRAGMA data_version:
https://www.sqlite.org/pragma.html#pragma_data_version). So what is kept of a store outlives a line that is added here.
"""

from collections.abc import Hashable
from pathlib import Path
from threading import Lock

from handlers.stores.protocol import StoreError
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import Duration, Instant


class Watch:
    """Watches one file for any number of threads; a file that is put in its place is another."""

    def __init__(self, path: Path) -> None:
        """Watch a file; it is opened when it is first asked about."""
        self._path = path
        self._lock = Lock()
        self._store: SqliteStore | None = None
        self._of: int | None = None

    def stamp(self) -> Hashable:
        """Give what changes when anybody else writes to the file; None where there is none."""
        with self._lock:
            store = self._opened()
            return None if store is None else (self._of, store.others())

    def append(self, journal: str, at: Instant, text: str, kept: Duration) -> None:
        """Add a line to a journal, kept for so long after its instant. Raises StoreError where it cannot be added."""
        with self._lock:
            store = self._opened()
            if store is None:
                raise StoreError(f"the store {self._path} is gone: nothing can be kept in it")
            store.append(journal, at, text, kept)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._leave()

    def _opened(self) -> SqliteStore | None:
        found = self._path.stat().st_ino if self._path.exists() else None
        if found != self._of:
            self._leave()
        if found is not None and self._store is None:
            self._store, self._of = SqliteStore(self._path, one_thread=False), found
        return self._store

    def _leave(self) -> None:
        if self._store is not None:
            self._store.close()
        self._store = self._of = None
