"""The members of messages that are read: the decoder passes over all others.

A webhook is some 6 KB of which we read 300 bytes. A message in which an object is no object is
decoded whole instead, and the reader says by name what it dropped.
"""

from typing import Any, TypedDict

import msgspec


class _Named(TypedDict, total=False):
    name: Any


class _Company(_Named, total=False):
    id: Any
    company_id: Any
    website: Any


class _Source(TypedDict, total=False):
    delivered_as: Any


class _Statistics(TypedDict, total=False):
    first_admin_reply_at: Any
    last_close_at: Any
    count_reopens: Any
    count_conversation_parts: Any
    first_contact_reply_at: Any


class _Created(TypedDict, total=False):
    created_at: Any


class _Agent(TypedDict, total=False):
    source_type: Any
    resolution_state: Any
    rating: Any


class _Rating(TypedDict, total=False):
    rating: Any


class _Tags(TypedDict, total=False):
    tags: list[_Named] | None


class _Part(_Created, total=False):
    part_type: Any


class _Parts(TypedDict, total=False):
    total_count: Any
    conversation_parts: list[_Part] | None


class _Attributes(TypedDict, total=False):
    Merged: Any


class _Item(_Company, total=False):
    type: Any
    conversation_id: Any
    created_at: Any
    updated_at: Any
    state: Any
    open: Any
    priority: Any
    source: _Source | None
    tags: _Tags | None
    tags_added: _Tags | None
    statistics: _Statistics | None
    ai_agent: _Agent | None
    ai_agent_participated: Any
    conversation_rating: _Rating | None
    conversation_parts: _Parts | None
    first_contact_reply: _Created | None
    custom_attributes: _Attributes | None
    company: _Company | None


class _Data(TypedDict, total=False):
    item: _Item | None


class _Message(TypedDict, total=False):
    type: Any
    source: Any
    topic: Any
    created_at: Any
    first_sent_at: Any
    data: _Data | None
    detail: Any
    read_at: Any
    conversation: _Item | None
    company_id: Any
    object: Any
    id: Any
    deleted: Any
    changed: Any
    record: Any
    customer_id: Any
    date: Any
    pulled_at: Any
    values: Any
    holes: Any
    owner: Any
    also: Any
    name: Any
    attributes: Any
    at: Any
    since: Any


_DECODER = msgspec.json.Decoder(_Message)


def decode(body: bytes) -> object:
    """Decode what is read of a message, to plain dicts; raises msgspec.DecodeError where it is not JSON."""
    try:
        return _DECODER.decode(body)
    except msgspec.ValidationError:
        return msgspec.json.decode(body)
