"""The owners of a source, listed at once: three queries, however many there are."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from handlers.stores.attributes import read
from scoring.account import Owner
from scoring.instants import Instant

_Row: TypeAlias = tuple[Any, ...]
_Rows: TypeAlias = Callable[[str, _Row], list[_Row]]

_IDS = "SELECT id, other, since FROM owner_ids WHERE source = ?"
_NAMES = "SELECT id, at, name FROM owner_names WHERE source = ?"
_SAID = "SELECT id, said FROM owner_attributes WHERE source = ?"


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
