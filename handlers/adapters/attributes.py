"""How the attributes of owners are written down.

A slot holds what was last said of one set of attribute names, so that each naming is one write;
of an attribute in several slots the latest said holds.
"""

from collections.abc import Iterable
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
    latest: dict[str, tuple[str, str]] = {}
    for said in slots:
        at, _, text = said.partition(" ")
        for name, value in _DECODER.decode(text):
            latest[name] = max((at, value), latest.get(name, ("", "")))
    return tuple((name, value) for name, (_, value) in sorted(latest.items()))
