"""How the attributes of owners are written down.

A slot holds what was last said of one set of attribute names, so that each naming is one write;
of an attribute in several slots the latest said holds.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b

import msgspec

from scoring.instants import Instant

_DECODER = msgspec.json.Decoder(tuple[tuple[str, str], ...])


def slot_of(attributes: Iterable[tuple[str, str]]) -> str:
    """Name the slot of attributes: a digest of their names."""
    names = msgspec.json.encode([name for name, _ in attributes])
    return blake2b(names, digest_size=8).hexdigest()


def written(at: Instant, attributes: tuple[tuple[str, str], ...]) -> str:
    """Write attributes so that texts of one slot sort by the instant they were said at, then by content."""
    return f"{at:020d} {msgspec.json.encode(attributes).decode()}"


def read(slots: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Read the attributes of all slots of an owner, sorted by name."""
    return tuple((name, value) for name, (_, value) in sorted(_latest(slots).items()))


def superseded(slots: Mapping[str, str]) -> list[str]:
    """Name the slots of which every attribute was said later in another one: without them all reads the same."""
    latest = _latest(slots.values())
    return [slot for slot, said in slots.items() if all(latest[name] > value for name, value in _said(said))]


def _latest(slots: Iterable[str]) -> dict[str, tuple[str, str]]:
    latest: dict[str, tuple[str, str]] = {}
    for name, value in (pair for said in slots for pair in _said(said)):
        latest[name] = max(value, latest.get(name, ("", "")))
    return latest


def _said(slot: str) -> Iterator[tuple[str, tuple[str, str]]]:
    at, _, text = slot.partition(" ")
    return ((name, (at, value)) for name, value in _DECODER.decode(text))
