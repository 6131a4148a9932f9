"""Observations as attributes of a DynamoDB item."""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64encode
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from handlers.stores.codec import decode_observation, encode_observation
from handlers.stores.dynamodb.change import CHUNK
from handlers.stores.dynamodb.packing import pack, unpack
from handlers.stores.protocol import StoreError
from scoring.instants import Instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handlers.stores.dynamodb.change import Item
    from scoring.observations import Observation, Subject

SIGN = "o#"
"""How the name of an attribute begins that is an observation."""
_CHUNK_BYTES = 150_000
_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(tuple[int, str, str, msgspec.Raw])


class Row(NamedTuple):
    """An observation as an attribute: its instant, its owner (empty: none), name and packed text."""

    at: Instant
    owner: str
    name: str
    packed: bytes


def row_of(observation: Observation) -> Row:
    """Lay out an observation; the attribute's name is a digest of all that it says."""
    return written_row(*encode_observation(observation))


def written_row(at: Instant, owner: str, form: str, content: str) -> Row:
    """Lay out an observation as the codec writes it."""
    line = _ENCODER.encode((at, owner, form, msgspec.Raw(content.encode())))
    return Row(at, owner, name_of(line), pack(line, form))


def name_of(line: bytes) -> str:
    """Name an attribute by the digest of its text, by which the text is checked when it is read.

    It hangs on what is said alone, so equal observations are one attribute in whatever form each was packed.
    """
    return SIGN + urlsafe_b64encode(blake2b(line, digest_size=9).digest()).decode()


def attributes(rows: Iterable[Row]) -> Item:
    """Give the attributes of rows."""
    return {row.name: {"B": row.packed} for row in rows}


def chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Split rows into as many as one write takes: so many attributes, and well below the size of an item."""
    chunk: list[Row] = []
    size = 0
    for row in rows:
        length = len(row.packed)
        if chunk and (len(chunk) == CHUNK or size + length > _CHUNK_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(row)
        size += length
    if chunk:
        yield chunk


def observations_in(item: Item, subject: Subject) -> dict[str, Observation]:
    """Read the observations that an item holds, by the names of their attributes.

    Raises NewerFormError where a newer version of the program wrote one, StoreError where one cannot be read.
    """
    return {
        name: decode_observation(subject, *_read(subject, name, value["B"]))
        for name, value in item.items()
        if name.startswith(SIGN)
    }


def written_in(item: Item, subject: Subject) -> dict[str, tuple[Instant, str, str, str]]:
    """Give the observations that an item holds as the codec writes them, by the names of their attributes.

    Raises NewerFormError where a newer version of the program packed one, StoreError where one is damaged.
    """
    read = {name: _read(subject, name, value["B"]) for name, value in item.items() if name.startswith(SIGN)}
    return {name: (at, owner, form, bytes(content).decode()) for name, (at, owner, form, content) in read.items()}


def _read(subject: Subject, name: str, packed: bytes) -> tuple[Instant, str, str, msgspec.Raw]:
    try:
        line = unpack(packed)
        if name_of(line) != name:
            raise StoreError(f"an observation of {subject} is not what its name was made of; restore the store")
        at, owner, form, content = _DECODER.decode(line)
    except (msgspec.DecodeError, zlib.error) as error:
        raise StoreError(f"an observation of {subject} cannot be read; restore the store: {error}") from error
    return Instant(at), owner, form, content
