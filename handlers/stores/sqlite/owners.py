"""The owners of a source listed at once, and some owners by any of their ids: a few queries, however many there are."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from handlers.stores.attributes import read
from scoring.account import Owner, OwnerKey
from scoring.instants import Instant

_Row: TypeAlias = tuple[Any, ...]
_Rows: TypeAlias = Callable[[str, _Row], list[_Row]]

_IDS = "SELECT id, other, since FROM owner_ids WHERE source = ?"
_NAMES = "SELECT id, at, name FROM owner_names WHERE source = ?"
_SAID = "SELECT id, said FROM owner_attributes WHERE source = ?"

_SAME = """
WITH RECURSIVE same (place, source, id) AS (
  SELECT key, json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)
  UNION SELECT place, same.source, other FROM same JOIN owner_ids o ON o.source = same.source AND o.id = same.id)
SELECT same.place, same.source, same.id,
  (SELECT min(o.since) FROM owner_ids o WHERE o.source = same.source AND o.id = same.id), n.at, n.name
FROM same LEFT JOIN owner_names n ON n.source = same.source AND n.id = same.id"""
"""Each id of owners, by the place at which they were asked for."""

_SAID_OF = """
SELECT a.source, a.id, a.said FROM json_each(?) asked
JOIN owner_attributes a ON a.source = json_extract(asked.value, '$[0]') AND a.id = json_extract(asked.value, '$[1]')"""


def named(rows: _Rows, keys: Collection[OwnerKey]) -> list[Owner]:
    """Give some owners by any of their ids, in the order of the keys."""
    same: list[list[_Row]] = [[] for _ in keys]
    for place, *row in rows(_SAME, (json.dumps(list(keys)),)):
        same[place].append(tuple(row))
    known = [(source, key) for ids in same for source, key, since, *_ in ids if since is not None]
    said = defaultdict[OwnerKey, list[str]](list)
    for source, key, text in rows(_SAID_OF, (json.dumps(sorted({*known})),)) if known else ():
        said[source, key].append(text)
    return [_owner(ids, said) for ids in same]


def _owner(ids: Sequence[_Row], said: Mapping[OwnerKey, Sequence[str]]) -> Owner:
    """Make an owner of its ids, each with its source, since when it is known, and its name with the name's instant."""
    names = [(at, name) for *_, at, name in ids if name is not None]
    since = min((since for _, _, since, *_ in ids if since is not None), default=None)
    attributes = read(text for source, key, *_ in ids for text in said.get((source, key), ()))
    source, keys = ids[0][0], frozenset(key for _, key, *_ in ids)
    return Owner(source, keys, max(names)[1] if names else None, since, attributes)


def listed(rows: _Rows, source: str) -> Iterator[Owner]:
    """List the owners of a source by their smallest id."""
    ids, since = rows(_IDS, (source,)), dict[str, Instant]()
    for key, _, at in ids:
        since[key] = min(at, since.get(key, at))
    names: dict[str, tuple[Instant, str]] = {key: (at, name) for key, at, name in rows(_NAMES, (source,))}
    said = defaultdict[str, list[str]](list)
    for key, text in rows(_SAID, (source,)):
        said[key].append(text)
    for same in sorted(_joined((key, other) for key, other, _ in ids), key=min):
        named = [names[key] for key in same if key in names]
        attributes = read(text for key in sorted(same) for text in said.get(key, ()))
        yield Owner(source, same, max(named)[1] if named else None, min(since[key] for key in same), attributes)


def _joined(pairs: Iterable[tuple[str, str]]) -> Iterator[frozenset[str]]:
    """Give the sets of ids that pairs join."""
    beside: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        beside[one].add(other)
        beside[other].add(one)
    seen: set[str] = set()
    for first in beside:
        if first not in seen:
            same = frozenset(_reached(first, beside))
            seen |= same
            yield same


def _reached(first: str, beside: Mapping[str, set[str]]) -> set[str]:
    found, open_ids = {first}, [first]
    while open_ids:
        new = beside[open_ids.pop()] - found
        found |= new
        open_ids += new
    return found
