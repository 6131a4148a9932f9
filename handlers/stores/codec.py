"""How observations and records are written down: plain JSON texts, one text for one content."""

from collections.abc import Mapping
from dataclasses import fields

import msgspec
from msgspec import structs

from handlers.stores.protocol import NewerFormError, StoreError
from scoring.instants import Instant
from scoring.observations import (
    NOBODY,
    Content,
    Conversation,
    Fields,
    Gap,
    Message,
    Observation,
    Reading,
    Subject,
    Tombstone,
    Value,
)
from scoring.record import Record, rank

_FORMS: Mapping[type[Content], str] = {
    Conversation: "conversation",
    Message: "message",
    Tombstone: "tombstone",
    Fields: "fields",
    Gap: "gap",
    Reading: "reading",
}
_NOBODY = " "
"""No source's key is blank, so this stands for an owner that was said to be nobody."""
_EXACT = 2**53
"""Whole numbers below this are the same as floats and as integers."""


_CONTENTS: Mapping[str, msgspec.json.Decoder[Content]] = {
    form: msgspec.json.Decoder(kind) for kind, form in _FORMS.items()
}
_RECORD = msgspec.json.Decoder(Record)
_RECORD_FORM = 4
"""The form of record that is written; form 1 bore no form."""
_BEGIN = f'{{"form":{_RECORD_FORM},'
_CAME_WITH: Mapping[str, int] = {
    **dict.fromkeys(("signals_known", "unknown"), 2),
    **dict.fromkeys(("csm", "arr", "currency", "renewal", "moved"), 3),
    **dict.fromkeys(("steady_before", "alert", "left", "first"), 4),
}
"""Members of a record that earlier forms did not have, each with the form it came with."""
_ENCODER = msgspec.json.Encoder()


def _tail_since(form: int) -> str:
    """Give what the text of a record ends with today where it has nothing that a form did not have."""
    later = [field for field in fields(Record) if _CAME_WITH.get(field.name, 0) > form]
    return "".join(f',"{field.name}":{_ENCODER.encode(field.default).decode()}' for field in later)


_BEFORE = 3
_TAIL = _tail_since(_BEFORE)
"""A record of the form before is proved as quickly as one of today; of earlier ones members are compared one by one."""


def encode_content(content: Content) -> tuple[str, str]:
    """Give a content's form and its text; equal contents have equal texts.

    What stands at its default is left out, so a field that is added later changes no text.
    """
    return _FORMS[type(content)], _ENCODER.encode(_plain(content)).decode()


def decode_content(form: str, text: str | msgspec.Raw) -> Content:
    """Read a content back.

    Raises StoreError where form or text is not one that `encode_content` gives.
    """
    decoder = _CONTENTS.get(form)
    if decoder is None:
        said = f"an observation is of the form {form!r}, which this version of the program does not know"
        raise StoreError(f"{said}: use the newer version that wrote it, or restore the store")
    try:
        return decoder.decode(text)
    except msgspec.DecodeError as error:
        raise StoreError(f"an observation of form {form!r} cannot be read; restore the store: {error}") from error


def _plain(content: Content) -> Content:
    """Write whole numbers as integers, so that 1 and 1.0 are one text."""
    if isinstance(content, Fields):
        return structs.replace(content, values=tuple((name, _whole(value)) for name, value in content.values))
    if isinstance(content, Reading):
        return structs.replace(content, values=tuple((name, _whole_number(value)) for name, value in content.values))
    if isinstance(content, Message):
        known = content.sentiment
        return content if known is None else structs.replace(content, sentiment=_whole_number(known))
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


def decode_observation(subject: Subject, at: Instant, owner: str, form: str, text: str | msgspec.Raw) -> Observation:
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


class _Form(msgspec.Struct):
    form: int = 1


_FORM = msgspec.json.Decoder(_Form)


def encode_record(record: Record) -> str:
    """Write a record as JSON that a person can read, its form first; 1 and 1.0 make no difference."""
    return _written(_RECORD.decode(_ENCODER.encode(record)))


def _written(record: Record) -> str:
    return _BEGIN + _ENCODER.encode(record).decode().removeprefix("{")


def _written_in(form: int, record: Record) -> str:
    """Write a record as it was written in its form, where that is known."""
    text = _written(record)
    if form != _BEFORE:
        return text
    return f'{{"form":{form},{text.removeprefix(_BEGIN).removesuffix(_TAIL + "}")}}}'


def decode_record(text: str) -> Record:
    """Read a record back.

    Raises NewerFormError where a newer version of the program wrote it, StoreError where the text is no record.
    """
    try:
        form = _FORM.decode(text).form
        if form > _RECORD_FORM:
            raise NewerFormError("a record", form, _RECORD_FORM)
        record = _RECORD.decode(text)
    except msgspec.DecodeError as error:
        raise _unreadable(str(error)) from error
    odd = [] if text == _written_in(form, record) else _odd_members(text, record, form)
    if odd:
        raise _unreadable(f"{', '.join(odd)}: missing, or no part of a record of form {form}")
    return record


def _unreadable(why: str) -> StoreError:
    return StoreError(f"a record cannot be read; restore the store or rescore its account: {why}")


def _odd_members(text: str, record: Record, form: int) -> list[str]:
    """Name the members that a record's text has and its form does not, or the other way round."""
    said, known = msgspec.json.decode(text), {"form": form, **msgspec.to_builtins(record)}
    return sorted(name for name in _differing({"form": form, **said}, known) if _CAME_WITH.get(name, 0) <= form)


def _differing(said: object, known: object) -> set[str]:
    """Name the members that one has and the other does not, at any depth."""
    if isinstance(said, dict) and isinstance(known, dict):
        inner = (_differing(said[name], known[name]) for name in said.keys() & known.keys())
        return set(said.keys() ^ known.keys()).union(*inner)
    if isinstance(said, list) and isinstance(known, list):
        return set[str]().union(*map(_differing, said, known))
    return set()


def record_rank(record: Record) -> str:
    """Give a text that sorts as records rank."""
    is_final, as_of, scored_at = rank(record)
    return f"{is_final:d} {as_of:020d} {scored_at:020d}"
