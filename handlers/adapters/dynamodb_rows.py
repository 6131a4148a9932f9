"""Observations as attributes of a DynamoDB item."""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64encode
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from handlers.adapters.codec import decode_observation, encode_observation
from handlers.adapters.dynamodb_change import CHUNK
from handlers.adapters.store import NewerFormError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from handlers.adapters.dynamodb_change import Item
    from scoring.instants import Instant
    from scoring.observations import Observation, Subject

_SIGN = "o#"
_FORM = 2
"""The form that is written: a mark, then the deflated text. Form 1 bears no mark."""
_MARK = 0b111
"""The low bits of a mark, above which the form stands. No deflated text begins so: block type 3 is reserved."""
_USUAL_1 = (
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
"""What observations usually say, so that it need not be packed. What was written by it is read by it: a better one
is another form's."""
_USUAL: Mapping[int, bytes] = {1: _USUAL_1, 2: _USUAL_1}
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
    """Name an attribute by the digest of its text, by which the text is checked when it is read.

    It hangs on what is said alone, so equal observations are one attribute in whatever form each was packed.
    """
    return _SIGN + urlsafe_b64encode(blake2b(line, digest_size=9).digest()).decode()


def _pack(line: bytes) -> bytes:
    """Make a text a third as long: an item is paid for by the kilobyte at each write."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, _USUAL[_FORM])
    return bytes([_FORM << 3 | _MARK]) + packer.compress(line) + packer.flush()


def _unpack(packed: bytes) -> bytes:
    marked = packed != b"" and packed[0] & _MARK == _MARK
    form = packed[0] >> 3 if marked else 1
    if form not in _USUAL:
        raise NewerFormError("an observation", form, _FORM)
    unpacker = zlib.decompressobj(-15, _USUAL[form])
    return unpacker.decompress(packed[1:] if marked else packed) + unpacker.flush()


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
    return {name: _read(subject, name, value["B"]) for name, value in item.items() if name.startswith(_SIGN)}


def _read(subject: Subject, name: str, packed: bytes) -> Observation:
    try:
        line = _unpack(packed)
        if name_of(line) != name:
            raise StoreError(f"an observation of {subject} is not what its name was made of; restore the store")
        at, owner, form, content = _DECODER.decode(line)
    except (msgspec.DecodeError, zlib.error) as error:
        raise StoreError(f"an observation of {subject} cannot be read; restore the store: {error}") from error
    return decode_observation(subject, at, owner, form, bytes(content).decode())
