"""How far each subject reaches, kept beside its owners: of an account only what a score can use is read.

Every member of a subject says how far all of its observations reach, whoever was their owner: what is known of a
subject under one owner brings it back under another. A reach may be too wide, and is never too narrow. A reading that
was ever said to be of several owners stands in front of no other, and no other in front of it.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias

from handlers.parts import in_parts
from handlers.stores.codec import decode_observation, decode_subject
from handlers.stores.protocol import StoreError
from scoring.instants import Instant
from scoring.observations import Subject
from scoring.scope import NEVER, Reach, joined

Row: TypeAlias = tuple[Any, ...]

ALWAYS = Instant(2**62)
"""After all instants."""

EVERYWHERE = Reach(NEVER, ALWAYS, open=ALWAYS)
"""The reach of what cannot be read: it is in every scope."""

NOWHERE = Reach(ALWAYS, NEVER)
"""The reach of nothing: joined to another it changes none."""

JOIN_MEMBERS = """INSERT INTO members VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (owner, subject) DO UPDATE
SET first = min(first, excluded.first), last = max(last, excluded.last),
  open = max(open, excluded.open), closed = max(closed, excluded.closed)
WHERE excluded.first < first OR excluded.last > last OR excluded.open > open OR excluded.closed > closed"""

_EVEN = f"""
UPDATE members SET (first, last, open, closed) = (
  SELECT min(m.first), max(m.last), max(max(m.open), iif(instr(m.subject, '/reading/'), {ALWAYS}, {NEVER})),
    max(m.closed)
  FROM members m WHERE m.subject = members.subject)
WHERE EXISTS (SELECT 1 FROM members o WHERE o.subject = members.subject AND o.owner != members.owner)"""  # noqa: S608  our own words

_EVEN_SOME = f"{_EVEN} AND subject IN (SELECT value FROM json_each(?))"  # noqa: S608  our own words

_FILL = "UPDATE members SET first = ?, last = ?, open = ?, closed = ? WHERE subject = ?"
_EVERY = "SELECT subject, at, owner, form, content FROM observations ORDER BY subject"
_PAGE = 1_000


def join_members(db: sqlite3.Connection, members: Iterable[Row]) -> None:
    """Unite members with those known; all of one subject then say the same reach."""
    rows = list(members)
    db.executemany(JOIN_MEMBERS, rows)
    db.execute(_EVEN_SOME, (json.dumps(sorted({row[1] for row in rows})),))


def even_all(db: sqlite3.Connection) -> None:
    """Join what the members of each subject say."""
    db.execute(_EVEN)


def fill_reaches(db: sqlite3.Connection) -> None:
    """Reckon the reaches of a file that has none yet; few subjects are in memory at once."""
    db.execute("UPDATE members SET first = ?, last = ?, open = ?, closed = ?", NOWHERE)
    for some in in_parts(_reaches(db), _PAGE):
        db.executemany(_FILL, some)
    even_all(db)


def _reaches(db: sqlite3.Connection) -> Iterator[Row]:
    for key, rows in groupby(db.execute(_EVERY), itemgetter(0)):
        yield *reach_of_rows(decode_subject(key), (row[1:] for row in rows)), key


def reach_of_rows(subject: Subject, said: Iterable[Row]) -> Reach:
    """Give how far observations, as `encode_observation` writes them, reach; one that cannot be read: everywhere."""
    try:
        return joined(decode_observation(subject, *one) for one in said)
    except StoreError:
        return EVERYWHERE
