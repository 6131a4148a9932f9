"""Observations as attributes of a DynamoDB item."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from handlers.adapters.codec import decode_observation, encode_observation
from handlers.adapters.dynamodb_change import CHUNK, text
from handlers.adapters.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handlers.adapters.dynamodb_change import Item
    from scoring.instants import Instant
    from scoring.observations import Observation, Subject

_SIGN = "o#"
_CHUNK_BYTES = 150_000
_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(tuple[int, str, str, msgspec.Raw])


class Row(NamedTuple):
    """An observation as an attribute: its instant, its owner (empty: none), name and text."""

    at: Instant
    owner: str
    name: str
    text: str


def row_of(observation: Observation) -> Row:
    """Lay out an observation; the attribute's name is a digest of all that it says."""
    at, owner, form, content = encode_observation(observation)
    line = _ENCODER.encode((at, owner, form, msgspec.Raw(content.encode())))
    return Row(at, owner, name_of(line), line.decode())


def name_of(line: bytes) -> str:
    """Name an attribute by the digest of its text."""
    return _SIGN + blake2b(line, digest_size=10).hexdigest()


def attributes(rows: Iterable[Row]) -> Item:
    """Give the attributes of rows."""
    return {row.name: text(row.text) for row in rows}


def chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Split rows into as many as one write takes: so many attributes, and well below the size of an item."""
    chunk: list[Row] = []
    size = 0
    for row in rows:
        length = len(row.text.encode())
        if chunk and (len(chunk) == CHUNK or size + length > _CHUNK_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(row)
        size += length
    if chunk:
        yield chunk


def observations_in(item: Item, subject: Subject) -> dict[str, Observation]:
    """Read the observations that an item holds, by the names of their attributes.

    Raises StoreError where one cannot be read.
    """
    return {name: _read(subject, value["S"]) for name, value in item.items() if name.startswith(_SIGN)}


def _read(subject: Subject, line: str) -> Observation:
    try:
        at, owner, form, content = _DECODER.decode(line)
    except msgspec.DecodeError as error:
        raise StoreError(f"an observation of {subject} cannot be read; restore the store: {error}") from error
    return decode_observation(subject, at, owner, form, bytes(content).decode())
