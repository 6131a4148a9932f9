"""What ids of owners this connection has said: most of what comes says them again, and changes nothing.

All is forgotten as soon as anything else is written to the file, by this connection or another: a row may be gone.
SQLite counts the rows that a connection changes, and for it the commits of all others (PRAGMA data_version).
"""

import sqlite3
from typing import Any, TypeAlias

from handlers.stores.sqlite.reaches import ALWAYS

_Row: TypeAlias = tuple[Any, ...]
MOST = 60_000
"""From so many on no more are remembered: some 11 MB."""


class SaidIds:
    """Since when ids go together: what stands in the file is no later."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        self._since: dict[_Row, int] = {}
        self._others = self._changes = -1

    def new(self, db: sqlite3.Connection, rows: list[_Row]) -> list[_Row]:
        """Give those rows of `owner_ids` that may change the file, within the transaction that writes them."""
        ((others,),) = db.execute("PRAGMA data_version")
        if (others, db.total_changes) != (self._others, self._changes):
            self._since.clear()
        self._others = others
        since = self._since
        return [row for row in rows if row[3] < since.get(row[:3], ALWAYS)]

    def keep(self, db: sqlite3.Connection, rows: list[_Row]) -> None:
        """Remember rows in the order of their key, once they are committed: of one key the least instant.

        What does not fit is not remembered: all owners are said again and again, so what came first serves as well.
        """
        if len(self._since) < MOST:
            self._since.update((row[:3], row[3]) for row in reversed(rows))
        self._changes = db.total_changes
