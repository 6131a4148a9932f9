"""How somebody is erased out of the embedded store: rows go, and no page of the file keeps what stood in them."""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeAlias

from handlers.stores.account_forms import encode_change
from handlers.stores.accounts import Change
from handlers.stores.codec import encode_observation, encode_subject
from handlers.stores.erasable import Line
from handlers.stores.sqlite.keeping import TABLES_OF_SUBJECTS
from handlers.stores.sqlite.merge import lay_out
from handlers.stores.sqlite.queries import FORGET_OBSERVATION
from handlers.stores.sqlite.reaches import join_members
from handlers.stores.tombstones import ACCOUNT_GONE, ERASED
from scoring.account import Account
from scoring.facts import Fact
from scoring.instants import NO_TIME, Duration, Instant
from scoring.observations import Subject

_Row: TypeAlias = tuple[Any, ...]
_AT_ONCE = 500


@dataclass(frozen=True)
class SqliteErasing:
    """Deletes and rewrites rows of one file."""

    _db: sqlite3.Connection
    _rows: Callable[[str, _Row], list[_Row]]
    _transaction: Callable[[], AbstractContextManager[sqlite3.Connection]]

    settles: Duration = NO_TIME
    """A merge reads the tombstones in its own transaction."""

    def forget_subjects(self, subjects: Collection[Subject]) -> None:
        """Forget subjects with all that was ever said of them, some hundreds a transaction."""
        keys = [(encode_subject(one),) for one in subjects]
        there = {name for (name,) in self._rows("SELECT name FROM sqlite_master WHERE type = 'table'", ())}
        for start in range(0, len(keys), _AT_ONCE):
            with self._transaction() as db:
                for table in there.intersection(TABLES_OF_SUBJECTS):
                    db.executemany(f"DELETE FROM {table} WHERE subject = ?", keys[start : start + _AT_ONCE])  # noqa: S608

    def rewrite_fact(self, before: Fact, after: Fact) -> None:
        """Replace a fact by another, in one transaction."""
        key = encode_subject(before.subject)
        gone = [(key, *encode_observation(one)) for one in before.observations - after.observations]
        rows, members, _ = lay_out({before.subject: after.observations})
        with self._transaction() as db:
            db.executemany(FORGET_OBSERVATION, gone)
            db.executemany("INSERT INTO observations VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", rows)
            stays = [member[0] for member in members]
            old = "DELETE FROM members WHERE subject = ? AND owner NOT IN (SELECT value FROM json_each(?))"
            known = "SELECT DISTINCT owner FROM observations WHERE subject = ?"
            said = [f"{before.subject.source}/{owner}" for (owner,) in db.execute(known, (key,)) if owner.strip()]
            db.execute(old, (key, json.dumps([*stays, *said, ""])))
            join_members(db, members)

    def forget_owner(self, source: str, ids: Collection[str]) -> int:
        """Forget an owner by all ids that it goes by."""
        wanted = json.dumps(sorted(ids))
        among = "(SELECT value FROM json_each(?))"
        known = f"SELECT DISTINCT id FROM owner_ids WHERE source = ? AND id IN {among}"  # noqa: S608 - no value
        with self._transaction() as db:
            found = len(db.execute(known, (source, wanted)).fetchall())
            db.execute(f"DELETE FROM owner_ids WHERE source = ? AND other IN {among}", (source, wanted))  # noqa: S608
            for table in ("owner_ids", "owner_names", "owner_attributes"):
                db.execute(f"DELETE FROM {table} WHERE source = ? AND id IN {among}", (source, wanted))  # noqa: S608
        return found

    def rewrite_attributes(self, source: str, change: Callable[[str], str], *, write: bool) -> int:
        """Replace attributes of a source's owners where they are still so, or only count them."""
        known = self._rows("SELECT id, slot, said FROM owner_attributes WHERE source = ?", (source,))
        changed = [(change(said), source, key, slot, said) for key, slot, said in known if change(said) != said]
        if write:
            with self._transaction() as db:
                asked = "UPDATE owner_attributes SET said = ? WHERE source = ? AND id = ? AND slot = ? AND said = ?"
                db.executemany(asked, changed)
        return len(changed)

    def forget_history(self, account_id: str, by: str, at: Instant) -> int:
        """Forget the history of an account; one line stays that says when somebody was erased, and by whom."""
        with self._transaction() as db:
            gone = db.execute("DELETE FROM account_changes WHERE account_id = ?", (account_id,)).rowcount
            if gone:
                said = encode_change(Change(ACCOUNT_GONE, Account(ACCOUNT_GONE, {}), None))
                line = "INSERT INTO account_changes (account_id, at, by, body) VALUES (?, ?, ?, ?)"
                db.execute(line, (ACCOUNT_GONE, at, by, said))
        return gone

    def lines(self) -> Iterator[Line]:
        """List cursors, journals and the history."""
        asked = """
        SELECT 'cursor', name, value, '' FROM cursors WHERE substr(name, 1, length(?)) != ?
        UNION ALL SELECT 'journal/' || journal, key, text, '' FROM journals
        UNION ALL SELECT 'history', account_id || '/' || number, body, by FROM account_changes"""
        return (Line(*row) for row in self._rows(asked, (ERASED, ERASED)))

    def rewrite_line(self, line: Line, after: Line | None) -> bool:
        """Replace a line by another, or delete it, where it is still as given."""
        with self._transaction() as db:
            if after is None:
                return _done(db, _delete(line))
            if after.name == line.name:
                return _done(db, _update(line, after))
            db.execute("INSERT OR REPLACE INTO cursors VALUES (?, ?)", (after.name, after.text))
            return _done(db, _delete(line))

    def scrub(self) -> str | None:
        """Rewrite the file from its living rows, and empty its log: nothing of the deleted ones stays in either."""
        try:
            self._db.execute("PRAGMA secure_delete = ON")
            self._db.execute("VACUUM")
            ((busy, *_),) = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError as error:
            return f"the file of the store cannot be rewritten now ({error}): end other programs that use it"
        return "another program reads the file of the store: end it, then run the same again" if busy else None


def _done(db: sqlite3.Connection, asked: tuple[str, Sequence[Any]]) -> bool:
    return db.execute(*asked).rowcount == 1


def _delete(line: Line) -> tuple[str, Sequence[Any]]:
    if line.place == "cursor":
        return "DELETE FROM cursors WHERE name = ? AND value = ?", (line.name, line.text)
    if line.place == "history":
        return "DELETE FROM account_changes WHERE number = ?", (_number(line),)
    journal = line.place.removeprefix("journal/")
    return "DELETE FROM journals WHERE journal = ? AND key = ?", (journal, line.name)


def _update(line: Line, after: Line) -> tuple[str, Sequence[Any]]:
    if line.place == "cursor":
        return "UPDATE cursors SET value = ? WHERE name = ? AND value = ?", (after.text, line.name, line.text)
    if line.place == "history":
        return "UPDATE account_changes SET body = ?, by = ? WHERE number = ?", (after.text, after.by, _number(line))
    journal = line.place.removeprefix("journal/")
    return "UPDATE journals SET text = ? WHERE journal = ? AND key = ?", (after.text, journal, line.name)


def _number(line: Line) -> int:
    return int(line.name.rpartition("/")[2])
