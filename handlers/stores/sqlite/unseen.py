"""What no score of the months that are kept can use leaves the embedded store, some hundreds of subjects a transaction.

It is looked for owner by owner, by how far the subjects of each reach. Of an owner that nothing had named by then
nothing leaves: any sign of it may count.
"""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, TypeAlias

from handlers.stores.sqlite.queries import scope_values
from scoring.instants import Instant
from scoring.scope import Scope

_Row: TypeAlias = tuple[Any, ...]
_Values: TypeAlias = _Row | Mapping[str, str | int]
Rows: TypeAlias = Callable[[str, _Values], list[_Row]]
Remove: TypeAlias = Callable[[sqlite3.Connection, list[_Row]], None]
Transaction: TypeAlias = Callable[[], AbstractContextManager[sqlite3.Connection]]

_AT_ONCE = 500

_OWNERS = """
WITH RECURSIVE each (owner) AS (
  SELECT min(owner) FROM members WHERE owner > ''
  UNION ALL
  SELECT (SELECT min(m.owner) FROM members m WHERE m.owner > each.owner) FROM each WHERE each.owner IS NOT NULL)
SELECT owner FROM each WHERE owner IS NOT NULL"""
"""Goes from owner to owner by the index: the subjects of each are not read."""

_NAMED = "SELECT 1 FROM owner_ids WHERE source = ? AND id = ? AND since < ? LIMIT 1"

_UNSEEN = """
SELECT subject FROM members m
WHERE owner = :owner AND subject >= :conversations AND subject < :end_of_conversations
  AND last < :since AND (open = -1 OR open < closed)
  AND NOT EXISTS (
    SELECT 1 FROM members o WHERE o.subject = m.subject AND o.owner NOT IN ('', :owner) AND NOT EXISTS (
      SELECT 1 FROM owner_ids i WHERE i.source = substr(o.owner, 1, instr(o.owner, '/') - 1)
      AND i.id = substr(o.owner, instr(o.owner, '/') + 1) AND i.since < :as_of))
UNION ALL
SELECT subject FROM members
WHERE owner = :owner AND subject >= :readings AND subject < :end_of_readings
  AND open = -1 AND closed = -1 AND last < (
    SELECT max(r.first) FROM members r
    WHERE r.owner = :owner AND r.subject >= :readings AND r.subject < :end_of_readings
      AND r.open = -1 AND r.closed = -1 AND r.last <= :as_of)
LIMIT :at_once"""
"""Of one owner; -1 is `NEVER`."""

_TALKS = """
SELECT DISTINCT subject FROM observations
WHERE form = 'message' AND at < ? AND subject NOT IN (SELECT subject FROM nobodys)"""
"""Those of nobody leave whole, on a day of their own."""

_MESSAGES = "DELETE FROM observations WHERE form = 'message' AND at < ? AND subject = ?"
_EMPTY = """
DELETE FROM members WHERE subject = ? AND NOT EXISTS (SELECT 1 FROM observations o WHERE o.subject = members.subject)"""


def forget_subjects(rows: Rows, transaction: Transaction, scope: Scope, remove: Remove) -> int:
    """Remove the subjects that no score from `scope.as_of` on can use, and count them."""
    count = 0
    for (owner,) in rows(_OWNERS, ()):
        source, _, key = owner.partition("/")
        asked = {**scope_values(source, "", scope), "owner": owner, "at_once": _AT_ONCE}
        while rows(_NAMED, (source, key, scope.as_of)) and rows(_UNSEEN, asked):
            with transaction() as db:
                gone = db.execute(_UNSEEN, asked).fetchall()
                remove(db, gone)
            count += len(gone)
    return count


def forget_messages(rows: Rows, transaction: Transaction, oldest: Instant) -> None:
    """Forget what customers wrote before an instant, in conversations that are not marked as nobody's."""
    talks = rows(_TALKS, (oldest,))
    for start in range(0, len(talks), _AT_ONCE):
        some = talks[start : start + _AT_ONCE]
        with transaction() as db:
            db.executemany(_MESSAGES, [(oldest, *one) for one in some])
            db.executemany(_EMPTY, some)
