"""How what nobody needs leaves the embedded store: rows are deleted, and overwritten in the file.

The table of marks is made when there is something to mark. A mark counts the observations that its fact had:
where there are more by now, or fewer, an event came, and the mark holds no longer.
"""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from handlers.stores.codec import decode_subject, encode_subject
from handlers.stores.keeping import Held, Holding, Mark
from handlers.stores.sqlite.unseen import Rows, forget_messages, forget_subjects
from scoring.account import AccountFacts
from scoring.instants import DAY, Duration, Instant
from scoring.observations import Subject
from scoring.scope import Scope
from scoring.suggestion_terms import KEPT_DAYS

_Row: TypeAlias = tuple[Any, ...]
TABLES_OF_SUBJECTS = ("observations", "members", "gap_marks", "nobodys")
"""The tables whose rows are of one subject each."""

_PAGE = 2_000

TABLE = """
CREATE TABLE IF NOT EXISTS nobodys (
  subject TEXT NOT NULL PRIMARY KEY, since INTEGER NOT NULL, expires INTEGER, observations INTEGER NOT NULL)
WITHOUT ROWID"""
"""Made where it is missing."""

_HOLDINGS = """
SELECT m.subject, json_group_array(m.owner), n.since, n.expires, n.observations,
  (SELECT count(*) FROM observations o WHERE o.subject = m.subject)
FROM members m LEFT JOIN nobodys n USING (subject)
WHERE m.subject > ? GROUP BY m.subject ORDER BY m.subject LIMIT ?"""

_MARK = """
INSERT OR REPLACE INTO nobodys VALUES (?, ?, ?, (SELECT count(*) FROM observations WHERE subject = ?))"""

_EXPIRED = """
SELECT subject FROM nobodys n WHERE expires <= ?
AND observations = (SELECT count(*) FROM observations o WHERE o.subject = n.subject)"""


@dataclass(frozen=True)
class SqliteKeeping:
    """Marks and removes rows of one file."""

    _rows: Rows
    _transaction: Callable[[], AbstractContextManager[sqlite3.Connection]]

    def holdings(self, now: Instant, after: str | None = None) -> Iterator[Held]:
        """List every subject page by page, by its key, but those that have expired."""
        self._make()
        more: str | None = after or ""
        while more is not None:
            rows = self._rows(_HOLDINGS, (more, _PAGE))
            more = rows[-1][0] if len(rows) == _PAGE else None
            yield Held([one for row in rows if not _is_gone(one := _holding(row), now)], more)

    def mark(self, marks: Mapping[Subject, Mark | None]) -> None:
        """Mark facts, or take their marks away, in one transaction."""
        self._make()
        keyed = [(encode_subject(subject), mark) for subject, mark in marks.items()]
        with self._transaction() as db:
            db.executemany(_MARK, [(key, *mark, key) for key, mark in keyed if mark is not None])
            db.executemany("DELETE FROM nobodys WHERE subject = ?", [(key,) for key, mark in keyed if mark is None])

    def put_away(self, known: AccountFacts, scope: Scope, kept: Duration | None) -> None:
        """Leave facts where they are: a file finds by itself what a scope needs."""

    def remove_expired(self, now: Instant) -> int:
        """Remove the facts that have expired; what stood in their rows is overwritten."""
        self._make()
        gone = self._rows(_EXPIRED, (now,))
        if gone:
            with self._overwriting(), self._transaction() as db:
                _remove(db, gone)
        return len(gone)

    def forget_unseen(self, scope: Scope) -> int:
        """Forget what no score from an instant on can use; what stood in its rows is overwritten."""
        self._make()
        with self._overwriting():
            count = forget_subjects(self._rows, self._transaction, scope, _remove)
            forget_messages(self._rows, self._transaction, Instant(scope.as_of - KEPT_DAYS * DAY))
        return count

    @contextmanager
    def _overwriting(self) -> Iterator[None]:
        """Overwrite what is deleted meanwhile, and empty the log afterwards."""
        self._rows("PRAGMA secure_delete = ON", ())
        yield
        self._rows("PRAGMA wal_checkpoint(TRUNCATE)", ())

    def remove_cursors(self, names: Collection[str]) -> None:
        """Remove cursors."""
        self._rows("PRAGMA secure_delete = ON", ())
        with self._transaction() as db:
            db.executemany("DELETE FROM cursors WHERE name = ?", [(name,) for name in sorted(names)])

    def _make(self) -> None:
        """Make the table of marks, and forget those whose subject somebody removed."""
        with self._transaction() as db:
            db.execute(TABLE)
            db.execute("DELETE FROM nobodys WHERE subject NOT IN (SELECT subject FROM members)")


def _remove(db: sqlite3.Connection, gone: list[_Row]) -> None:
    """Remove subjects, each a row of its key, with all that was ever said of them."""
    for table in TABLES_OF_SUBJECTS:
        db.executemany(f"DELETE FROM {table} WHERE subject = ?", gone)  # noqa: S608 - names of ours


def _holding(row: _Row) -> Holding:
    key, owners, since, expires, counted, there = row
    mark = Mark(since, expires) if since is not None and counted == there else None
    named = (owner.partition("/")[2] for owner in json.loads(owners))
    return Holding(decode_subject(key), frozenset(filter(None, named)), mark)


def _is_gone(one: Holding, now: Instant) -> bool:
    return one.mark is not None and one.mark.expires is not None and one.mark.expires <= now
