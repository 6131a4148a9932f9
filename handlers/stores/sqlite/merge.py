"""Rows of observations, owners and feeds: each write keeps what outlasts the others, in whatever order they come."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from handlers.stores.codec import encode_observation, encode_subject
from handlers.stores.protocol import Batch
from handlers.stores.sqlite.reaches import join_members
from scoring.observations import Gap, Observation, Subject
from scoring.scope import joined

Row: TypeAlias = tuple[Any, ...]


class Rows(NamedTuple):
    """The rows of a batch, each table's in the order of its key: what is left to do is to write them."""

    observations: list[Row]
    members: list[Row]
    gap_marks: list[Row]
    owner_ids: list[Row]
    owner_names: list[Row]
    owner_attributes: list[Row]
    feeds: list[Row]
    heard: list[Row]


_MERGE: Mapping[str, str] = {
    "observations": "INSERT INTO observations VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    "gap_marks": "INSERT INTO gap_marks VALUES (?) ON CONFLICT DO NOTHING",
    "owner_ids": """INSERT INTO owner_ids VALUES (?, ?, ?, ?) ON CONFLICT (source, id, other) DO UPDATE
        SET since = excluded.since WHERE excluded.since < since""",
    "owner_names": """INSERT INTO owner_names VALUES (?, ?, ?, ?) ON CONFLICT (source, id) DO UPDATE
        SET at = excluded.at, name = excluded.name WHERE (excluded.at, excluded.name) > (at, name)""",
    "owner_attributes": """INSERT INTO owner_attributes VALUES (?, ?, ?, ?) ON CONFLICT (source, id, slot) DO UPDATE
        SET said = excluded.said WHERE excluded.said > said""",
    "feeds": """INSERT INTO feeds VALUES (?, ?) ON CONFLICT (source) DO UPDATE
        SET covered_since = excluded.covered_since WHERE excluded.covered_since < covered_since""",
    "heard": """INSERT INTO heard VALUES (?, ?, ?, ?) ON CONFLICT (source, hour) DO UPDATE
        SET first = min(first, excluded.first), last = max(last, excluded.last)""",
}
"""By table how its rows are united with those there; members are joined by their reach."""


def rows_of(batch: Batch) -> Rows:
    """Lay out a batch."""
    named = batch.namings.items()
    return Rows(
        *lay_out(batch.observations),
        sorted({row for (source, said), since in batch.first_named.items() for row in _id_rows(source, said, since)}),
        sorted((source, said[0], n.at, n.name) for (source, said), n in named if n.name is not None),
        sorted((*key, said) for key, said in batch.described.items()),
        sorted(batch.covered.items()),
        sorted((*key, *hour) for key, hour in batch.heard.items()),
    )


def united(several: Collection[Rows]) -> Rows:
    """Put the rows of several batches together, in the order of each table's key."""
    return Rows(*(sorted(row for rows in table for row in rows) for table in zip(*several, strict=True)))


def write(db: sqlite3.Connection, rows: Rows) -> None:
    """Unite rows with what is known."""
    for table, merge in _MERGE.items():
        db.executemany(merge, getattr(rows, table))
    join_members(db, rows.members)


def _id_rows(source: str, ids: tuple[str, ...], since: int) -> Iterator[Row]:
    for key in ids:
        yield source, key, ids[0], since
        yield source, ids[0], key, since


def lay_out(observations: Mapping[Subject, Collection[Observation]]) -> tuple[list[Row], list[Row], list[Row]]:
    """Give the rows of observations, members and gap marks, each in the order of its table.

    Every member says how far all that is given of its subject reaches.
    """
    rows: list[Row] = []
    members: set[Row] = set()
    marks: set[Row] = set()
    for subject, said in observations.items():
        key, far = encode_subject(subject), joined(said)
        for observation in said:
            rows.append((key, *encode_observation(observation)))
            members.add((f"{subject.source}/{observation.owner}" if observation.owner else "", key, *far))
            if isinstance(observation.content, Gap):
                marks.add((key,))
    return sorted(rows), sorted(members), sorted(marks)
