"""The usual notification of Intercom, read at once: of a conversation, every member of its usual kind.

There are no rules here, only a shape. What a member means is said by the readers of `intercom_conversation`; these
raise no error and remark nothing of what is usual. Whatever is not, be it of another shape, refused or remarked by a
reader, is left whole to `intercom.read_notification`, which takes one member after the other and says what it drops.
"""

from functools import lru_cache
from operator import attrgetter
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

import msgspec

from config.intake import Intake
from handlers.sources.intercom_conversation import (
    MEMBERS,
    MERGED,
    PARTS,
    SOURCE,
    Company,
    company_of,
    customer_wrote,
    remark_unknown,
    tags_of,
    told_by,
)
from handlers.sources.intercom_topics import CONVERSATION_TOPICS
from handlers.sources.reading import Taken, count, key, rating, seconds, word
from scoring.feeds import Heard
from scoring.observations import Conversation

_COMPANIES = 10_000
_Item: TypeAlias = Any
"""A conversation of the usual shape, which is made from MEMBERS: see `_shape`."""
_Time = int | str
_KINDS: dict[Any, Any] = {word: str | None, seconds: _Time | None, count: int | None, rating: int | None}
"""By reader, the kinds of value that are usual for it."""


class _Tag(TypedDict):
    name: str


class _Tags(TypedDict):
    tags: list[_Tag]


class _Company(msgspec.Struct, gc=False, frozen=True):
    id: str | None = None
    company_id: str | None = None
    name: str | None = None
    website: str | None = None


class _Created(TypedDict):
    created_at: NotRequired[Any]


class _Part(msgspec.Struct, gc=False):
    part_type: str | None = None
    created_at: Any = None


class _Parts(msgspec.Struct, gc=False):
    conversation_parts: list[_Part] = []
    total_count: Any = None


class _Attributes(msgspec.Struct, gc=False):
    Merged: None = None


_ALSO: dict[str, list[tuple[str, Any] | tuple[str, Any, Any]]] = {
    "": [
        ("type", Literal["conversation"]),
        ("id", str),
        ("created_at", _Time),
        ("updated_at", _Time),
        ("state", str),
        ("ai_agent_participated", bool | None, None),
        ("tags", _Tags | None, None),
        ("tags_added", None, None),
        ("first_contact_reply", _Created | None, None),
        ("conversation_parts", _Parts | None, None),
        ("custom_attributes", _Attributes | None, None),
        ("company", _Company | None | msgspec.UnsetType, msgspec.UNSET),
        *[(name, Any, None) for name in ("open", "name", "company_id", "website", "conversation_id")],
    ],
    "statistics": [("count_conversation_parts", int), ("first_contact_reply_at", Any, None)],
}
"""What a conversation has beside MEMBERS, by part: "" is the conversation itself."""


def _shape(part: str, parts: dict[str, type[msgspec.Struct]]) -> type[msgspec.Struct]:
    usual = [(one.name, _KINDS[one.read], None) for one in MEMBERS if one.part == part]
    nested = [(name, kind if name in _ALSO else kind | None) for name, kind in parts.items()]
    told = [*_ALSO.get(part, []), *usual, *((*one, None) if one[0] not in _ALSO else one for one in nested)]
    return msgspec.defstruct(f"Usual {part or 'conversation'}", sorted(told, key=len), gc=False)


_PARTS = {name: _shape(name, {}) for name in PARTS}
_NO_SOURCE, _NO_AGENT, _NO_RATING = (_PARTS[name]() for name in ("source", "ai_agent", "conversation_rating"))
_FIELDS = [(one.field, one.read) for one in MEMBERS]
_VALUES = attrgetter(*(f"{one.part}.{one.name}" if one.part else one.name for one in MEMBERS))


class _Data(msgspec.Struct, gc=False):
    item: _shape("", _PARTS)  # type: ignore[valid-type]


class _Usual(msgspec.Struct, gc=False):
    type: Literal["notification_event"]
    topic: str
    created_at: _Time
    data: _Data
    first_sent_at: _Time | None = None


_DECODER = msgspec.json.Decoder(_Usual)


def read_usual(body: bytes, intake: Intake) -> Taken | None:
    """Read a notification of the usual shape as `read_notification` does; None where it is another."""
    try:
        event = _DECODER.decode(body)
        return _read(event, event.data.item, intake)
    except (ValueError, OverflowError, RecursionError):
        return None


def _read(event: _Usual, item: _Item, intake: Intake) -> Taken | None:
    if event.topic not in CONVERSATION_TOPICS or _is_merged(item):
        return None
    at, heard = seconds(item.updated_at), seconds(event.created_at)
    sent = heard if event.first_sent_at is None else seconds(event.first_sent_at)
    company = _company(item.company)
    if company is None:
        return None
    remarks: list[str] = []
    snapshot = _snapshot(item, None if sent == at else sent, remarks)
    remark_unknown(snapshot, intake.known_words, remarks)
    if remarks:
        return None
    return Taken([Heard(SOURCE, heard), *told_by(key(item.id), at, snapshot, company)], topic=event.topic)


@lru_cache(_COMPANIES)
def _company(told: _Company | msgspec.UnsetType | None) -> Company | None:
    """Read the company of a conversation; None where there is anything to remark. Each is told again and again."""
    remarks: list[str] = []
    item = {} if told is msgspec.UNSET else {"company": None if told is None else msgspec.structs.asdict(told)}
    company = company_of(item, remarks)
    return None if remarks else company


def _is_merged(item: _Item) -> bool:
    parts = item.conversation_parts
    return parts is not None and MERGED in [part.part_type for part in parts.conversation_parts]


def _snapshot(item: _Item, known_at: int | None, remarks: list[str]) -> Conversation:
    if item.source is None:
        item.source = _NO_SOURCE
    if item.ai_agent is None:
        item.ai_agent = _NO_AGENT
    if item.conversation_rating is None:
        item.conversation_rating = _NO_RATING
    values = zip(_FIELDS, _VALUES(item), strict=True)
    told: dict[str, Any] = {field: None if value is None else read(value) for (field, read), value in values}
    told["created"] = seconds(item.created_at)
    told["state"] = word(item.state)
    told["parts"] = count(item.statistics.count_conversation_parts)
    told["agent_took_part"] = item.ai_agent_participated is True
    told["known_at"] = known_at
    if item.tags and item.tags["tags"]:
        told["tags"] = tags_of({"tags": item.tags}, remarks)
    if told["delivered_as"] != "customer_initiated":
        told["customer_wrote"] = _customer_wrote(item, told["delivered_as"], remarks)
    return msgspec.convert(told, Conversation)


def _customer_wrote(item: _Item, begun_by: str | None, remarks: list[str]) -> int | None:
    told = {"first_contact_reply_at": item.statistics.first_contact_reply_at}
    return customer_wrote({"first_contact_reply": item.first_contact_reply}, told, begun_by, remarks)
