"""Rows of observations, owners and feeds: each write keeps what outlasts the others, in whatever order they come."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeAlias

from handlers.stores.codec import encode_observation, encode_subject
from handlers.stores.protocol import Batch
from scoring.observations import Gap, Observation, Subject
from scoring.scope import joined

Row: TypeAlias = tuple[Any, ...]


def merge_owners(db: sqlite3.Connection, batch: Batch) -> None:
    """Unite ids, names and attributes of owners with those known."""
    ids = {row for (source, said), since in batch.first_named.items() for row in _id_rows(source, said, since)}
    names = [(source, said[0], n.at, n.name) for (source, said), n in batch.namings.items() if n.name is not None]
    db.executemany(
        """INSERT INTO owner_ids VALUES (?, ?, ?, ?) ON CONFLICT (source, id, other) DO UPDATE
        SET since = excluded.since WHERE excluded.since < since""",
        sorted(ids),
    )
    db.executemany(
        """INSERT INTO owner_names VALUES (?, ?, ?, ?) ON CONFLICT (source, id) DO UPDATE
        SET at = excluded.at, name = excluded.name WHERE (excluded.at, excluded.name) > (at, name)""",
        sorted(names),
    )
    db.executemany(
        """INSERT INTO owner_attributes VALUES (?, ?, ?, ?) ON CONFLICT (source, id, slot) DO UPDATE
        SET said = excluded.said WHERE excluded.said > said""",
        sorted((*key, said) for key, said in batch.described.items()),
    )


def _id_rows(source: str, ids: tuple[str, ...], since: int) -> Iterator[Row]:
    for key in ids:
        yield source, key, ids[0], since
        yield source, ids[0], key, since


def merge_feeds(db: sqlite3.Connection, batch: Batch) -> None:
    """Unite what feeds covered, and when they were heard, with what is known."""
    db.executemany(
        """INSERT INTO feeds VALUES (?, ?) ON CONFLICT (source) DO UPDATE
        SET covered_since = excluded.covered_since WHERE excluded.covered_since < covered_since""",
        sorted(batch.covered.items()),
    )
    db.executemany(
        """INSERT INTO heard VALUES (?, ?, ?, ?) ON CONFLICT (source, hour) DO UPDATE
        SET first = min(first, excluded.first), last = max(last, excluded.last)""",
        sorted((*key, *hour) for key, hour in batch.heard.items()),
    )


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
