"""Digests of what listings said of companies: how they are made, and how they stand in cursors of the store.

A digest is 6 bytes of who is listed and 8 of what is said of it. Those of a source stand in shards,
`listed/SOURCE/SHARDS/SHARD`, beside `listed/SOURCE`, which says how many there are; what is told since
these were written stands in logs, `listed/SOURCE/told/NUMBER`: first of all who is about to be told.
"""

from base64 import b64decode, b64encode
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

import msgspec

from config.source import SOURCES
from handlers.jobs.kept import keep, read_kept
from handlers.pulls.listed import Listed
from handlers.stores.protocol import FactStore
from scoring.account import OwnerKey

LISTED = "listed/"
"""What the names of all these cursors begin with."""

SHARD_SIZE = 8_192
"""Digests of a shard, at most so many when shards are made: 153 KB of an item's 400."""

_WHO, _WHAT = 6, 8
_SIZE = _WHO + _WHAT
_TELLING, _TOLD = "telling ", "told "


class _Head(msgspec.Struct, frozen=True):
    shards: int = 1


@dataclass(slots=True)
class Digests:
    """The digests that a store has of a source, each shard read when it is first needed."""

    store: FactStore
    source: str
    shards: int
    read: dict[int, bytes] = field(default_factory=dict)

    def has(self, digest: bytes) -> bool:
        """Tell whether a company was listed before, and the same was said of it."""
        part = self._part(_shard_of(digest, self.shards))
        place = bisect_left(range(len(part) // _SIZE), digest, key=lambda number: _at(part, number))
        return _at(part, place) == digest

    def without(self, who: Collection[bytes]) -> Iterator[bytes]:
        """List the digests of all but some."""
        for shard in range(self.shards):
            yield from (one for one in _each(self._part(shard)) if who_of(one) not in who)

    def names(self) -> list[str]:
        """Name the cursors in which they stand."""
        return [_shard(self.source, self.shards, number) for number in range(self.shards)]

    def _part(self, number: int) -> bytes:
        if number not in self.read:
            self.read[number] = b64decode(self.store.cursor(_shard(self.source, self.shards, number)) or "")
        return self.read[number]


def kept_digests(store: FactStore, source: str) -> Digests:
    """Give the digests of a source."""
    head = f"{LISTED}{source}"
    return Digests(store, source, read_kept(store.cursor(head) or keep(_Head()), _Head, head).shards)


def digest_of(company: Listed) -> bytes:
    """Give the digest of what a listing says of a company: the same whatever the order of its members."""
    said = msgspec.json.encode([company.ids, company.created, company.name, company.attributes], order="deterministic")
    first = str(company.ids[0]) if company.ids else ""
    return _owner(company.source, first) + blake2b(said, digest_size=_WHAT).digest()


def who_of(digest: bytes) -> bytes:
    """Give of whom a digest is."""
    return digest[:_WHO]


def written(source: str, digests: Iterable[bytes], before: Iterable[str]) -> Mapping[str, str]:
    """Give the cursors that have digests, in the order in which they are to be kept; those of `before` are emptied."""
    every = sorted(set(digests))
    shards = 1 << max(0, -(-len(every) // SHARD_SIZE) - 1).bit_length()
    parts: list[list[bytes]] = [[] for _ in range(shards)]
    for one in every:
        parts[_shard_of(one, shards)].append(one)
    marks = {_shard(source, shards, number): _packed(part) for number, part in enumerate(parts)}
    return {**marks, f"{LISTED}{source}": keep(_Head(shards)), **{one: "" for one in before if one not in marks}}


def log_name(source: str, number: int) -> str:
    """Name a log."""
    return f"{LISTED}{source}/told/{number:05d}"


def log_text(digests: Iterable[bytes], *, is_told: bool) -> str:
    """Write a log of companies that are about to be told, or that were."""
    return f"{_TOLD if is_told else _TELLING}{_packed(digests)}"


def read_log(text: str) -> tuple[bool, list[bytes]]:
    """Read a log: whether its companies were told, and their digests."""
    word, _, packed = text.partition(" ")
    return f"{word} " == _TOLD, list(_each(b64decode(packed)))


def without_owners(name: str, text: str, owners: Iterable[OwnerKey]) -> str:
    """Give the text of a cursor of digests without those of some owners."""
    gone = {_owner(source, key) for source, key in owners if name.startswith(f"{LISTED}{source}/")}
    word, blank, packed = text.rpartition(" ")
    left = [one for one in _each(b64decode(packed)) if who_of(one) not in gone] if gone else []
    return f"{word}{blank}{_packed(left)}" if gone else text


def _owner(source: str, key: str) -> bytes:
    return blake2b(f"{source}/{SOURCES[source].key(key)}".encode(), digest_size=_WHO).digest()


def _at(part: bytes, number: int) -> bytes:
    return part[number * _SIZE : (number + 1) * _SIZE]


def _each(part: bytes) -> Iterator[bytes]:
    return (_at(part, number) for number in range(len(part) // _SIZE))


def _packed(digests: Iterable[bytes]) -> str:
    return b64encode(b"".join(digests)).decode()


def _shard_of(digest: bytes, shards: int) -> int:
    return int.from_bytes(digest[1:3]) % shards


def _shard(source: str, shards: int, number: int) -> str:
    return f"{LISTED}{source}/{shards}/{number:04d}"
