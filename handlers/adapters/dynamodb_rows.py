"""Observations as attributes of a DynamoDB item."""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64encode
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from handlers.adapters.codec import decode_observation, encode_observation
from handlers.adapters.dynamodb_change import CHUNK
from handlers.adapters.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handlers.adapters.dynamodb_change import Item
    from scoring.instants import Instant
    from scoring.observations import Observation, Subject

_SIGN = "o#"
_USUAL = (
    b'"fields",{"values":[["account","csql","opportunity","payment","signal","event"]],"created":,"read_at":'
    b'"gap",{"object":"Account","resynced":true}"reading",{"date":,"values":[["active_modules",],["available_modules",'
    b'],["platform_score",],["platform_score_90d_ago",],["staff_logins_30d",],["staff_logins_prev_30d",],'
    b'["admin_logins_30d",],["admin_logins_prev_30d",],["messaging",],["automations",],["contactless",],["requests",'
    b'],["staff_adoption","tombstone",{}]'
    b'"conversation",{"created":17,"state":"snoozed","state":"open","state":"closed","delivered_as":'
    b'"customer_initiated","priority":"not_priority","priority":"priority","priority":"none","tags":["p1"],'
    b'"first_admin_reply":17,"last_close":17,"reopens":0,"parts":1,"agent_took_part":true,"agent_source":"profile",'
    b'"agent_resolution":"assumed_resolution","agent_rating":5,"rating":5}]'
)
"""What observations usually say. It is part of the stored form: what was written by it is read by it."""
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
    at, owner, form, content = encode_observation(observation)
    line = _ENCODER.encode((at, owner, form, msgspec.Raw(content.encode())))
    return Row(at, owner, name_of(line), _pack(line))


def name_of(line: bytes) -> str:
    """Name an attribute by the digest of its text."""
    return _SIGN + urlsafe_b64encode(blake2b(line, digest_size=9).digest()).decode()


def _pack(line: bytes) -> bytes:
    """Make a text a third as long: an item is paid for by the kilobyte at each write."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, _USUAL)
    return packer.compress(line) + packer.flush()


def _unpack(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj(-15, _USUAL)
    return unpacker.decompress(packed) + unpacker.flush()


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

    Raises StoreError where one cannot be read.
    """
    return {name: _read(subject, value["B"]) for name, value in item.items() if name.startswith(_SIGN)}


def _read(subject: Subject, packed: bytes) -> Observation:
    try:
        at, owner, form, content = _DECODER.decode(_unpack(packed))
    except (msgspec.DecodeError, zlib.error) as error:
        raise StoreError(f"an observation of {subject} cannot be read; restore the store: {error}") from error
    return decode_observation(subject, at, owner, form, bytes(content).decode())
