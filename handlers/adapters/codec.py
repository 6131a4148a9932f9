"""How observations and records are written down: plain JSON texts, one text for one content."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from typing import Any

import msgspec

from handlers.adapters.store import StoreError
from scoring.instants import Instant
from scoring.observations import (
    NOBODY,
    Content,
    Conversation,
    Fields,
    Gap,
    Observation,
    Reading,
    Subject,
    Tombstone,
    Value,
)
from scoring.record import Record

_FORMS: Mapping[type[Content], str] = {
    Conversation: "conversation",
    Tombstone: "tombstone",
    Fields: "fields",
    Gap: "gap",
    Reading: "reading",
}
_NOBODY = " "
"""No source's key is blank, so this stands for an owner that was said to be nobody."""
_EXACT = 2**53
"""Whole numbers below this are the same as floats and as integers."""


def _lean(kind: type[Content]) -> type[msgspec.Struct]:
    """Make the twin of a content type that leaves out what stands at its default."""
    columns = [(f.name, Any) if f.default is MISSING else (f.name, Any, f.default) for f in fields(kind)]
    return msgspec.defstruct(kind.__name__, columns, omit_defaults=True)


_LEAN = {kind: _lean(kind) for kind in _FORMS}
_CONTENTS: Mapping[str, msgspec.json.Decoder[Content]] = {
    form: msgspec.json.Decoder(kind) for kind, form in _FORMS.items()
}
_RECORD = msgspec.json.Decoder(Record)
_ENCODER = msgspec.json.Encoder()


def encode_content(content: Content) -> tuple[str, str]:
    """Give a content's form and its text; equal contents have equal texts.

    What stands at its default is left out, so a field that is added later changes no text.
    """
    kind = type(content)
    lean = msgspec.convert(_plain(content), _LEAN[kind], from_attributes=True)
    return _FORMS[kind], _ENCODER.encode(lean).decode()


def decode_content(form: str, text: str) -> Content:
    """Read a content back.

    Raises StoreError where form or text is not one that `encode_content` gives.
    """
    try:
        return _CONTENTS[form].decode(text)
    except (KeyError, msgspec.DecodeError) as error:
        raise StoreError(f"an observation of form {form!r} cannot be read; restore the store: {error}") from error


def _plain(content: Content) -> Content:
    """Write whole numbers as integers, so that 1 and 1.0 are one text."""
    if isinstance(content, Fields):
        return replace(content, values=tuple((name, _whole(value)) for name, value in content.values))
    if isinstance(content, Reading):
        return replace(content, values=tuple((name, _whole_number(value)) for name, value in content.values))
    return content


def _whole(value: Value) -> Value:
    return _whole_number(value) if isinstance(value, float) else value


def _whole_number(value: float) -> float:
    return int(value) if abs(value) < _EXACT and value == int(value) else value


def encode_observation(observation: Observation) -> tuple[Instant, str, str, str]:
    """Give instant, owner (as `encode_owner` writes it), form and text of an observation."""
    return (observation.at, encode_owner(observation.owner), *encode_content(observation.content))


def encode_owner(owner: str | None) -> str:
    """Write an owner: empty where nothing was said of one, a blank where it was said to be nobody."""
    return "" if owner is None else owner or _NOBODY


def decode_owner(text: str) -> str | None:
    """Read an owner as `encode_owner` writes it."""
    return NOBODY if text == _NOBODY else text or None


def is_named(owner: str) -> bool:
    """Tell whether an owner, as `encode_owner` writes it, is somebody."""
    return owner not in ("", _NOBODY)


def decode_observation(subject: Subject, at: Instant, owner: str, form: str, text: str) -> Observation:
    """Read an observation back.

    Raises StoreError where form or text cannot be read.
    """
    return Observation(subject, at, decode_content(form, text), decode_owner(owner))


def encode_subject(subject: Subject) -> str:
    """Write a subject as `source/kind/id`."""
    return "/".join(subject)


def decode_subject(text: str) -> Subject:
    """Read a subject; its id may hold slashes."""
    return Subject(*text.split("/", 2))


def encode_record(record: Record) -> str:
    """Write a record as JSON that a person can read."""
    return _ENCODER.encode(record).decode()


def decode_record(text: str) -> Record:
    """Read a record back.

    Raises StoreError where the text is no record.
    """
    try:
        return _RECORD.decode(text)
    except msgspec.DecodeError as error:
        raise StoreError(f"a record cannot be read; restore the store or rescore its account: {error}") from error


def record_rank(record: Record) -> str:
    """Give a text that sorts as records outrank one another: final, then as-of, then run."""
    return f"{record.status == 'final':d} {record.score.as_of:020d} {record.scored_at:020d}"
