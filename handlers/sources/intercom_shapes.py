"""The members of Intercom's messages that are read: of a webhook of some 6 KB they are 300 bytes."""

from typing import Any, TypedDict


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


class Notification(TypedDict, total=False):
    """What is read of a webhook notification."""

    type: Any
    topic: Any
    created_at: Any
    first_sent_at: Any
    data: _Data | None


class Reread(TypedDict, total=False):
    """What is read of a conversation that was re-read over REST."""

    type: Any
    read_at: Any
    conversation: _Item | None
    company_id: Any


class _WideSource(_Source, total=False):
    id: Any
    author: Any
    body: Any
    redacted: Any


class _WidePart(_Part, total=False):
    id: Any
    author: Any
    body: Any
    redacted: Any


class _WideParts(TypedDict, total=False):
    total_count: Any
    conversation_parts: list[_WidePart] | None


class _WideItem(_Item, total=False):
    source: _WideSource | None  # type: ignore[misc]
    conversation_message: Any
    conversation_parts: _WideParts | None  # type: ignore[misc]


class _WideData(TypedDict, total=False):
    item: _WideItem | None


class WideNotification(Notification, total=False):
    """The same, and what customers wrote."""

    data: _WideData | None  # type: ignore[misc]


class WideReread(Reread, total=False):
    """The same, and what customers wrote."""

    conversation: _WideItem | None  # type: ignore[misc]
