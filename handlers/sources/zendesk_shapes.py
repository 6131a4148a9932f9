"""The members of Zendesk's messages that are read: only the wide shape has what somebody wrote."""

from typing import Any, TypedDict


class _Relation(TypedDict, total=False):
    rel: Any


class _Via(TypedDict, total=False):
    channel: Any
    source: _Relation | None


class _Rating(TypedDict, total=False):
    score: Any


class _Ticket(TypedDict, total=False):
    id: Any
    created_at: Any
    updated_at: Any
    status: Any
    priority: Any
    tags: Any
    organization_id: Any
    requester_id: Any
    submitter_id: Any
    via: _Via | None
    satisfaction_rating: _Rating | None
    scrubbed: Any


class _Detail(_Ticket, total=False):
    name: Any
    external_id: Any


class _Change(TypedDict, total=False):
    target_ticket_id: Any


class Event(TypedDict, total=False):
    """What is read of a webhook event, of a ticket or an organization."""

    type: Any
    time: Any
    detail: _Detail | None
    event: _Change | None


class _WideChange(_Change, total=False):
    comment: Any


class WideEvent(Event, total=False):
    """The same, and what customers wrote."""

    event: _WideChange | None  # type: ignore[misc]


class _Calendar(TypedDict, total=False):
    calendar: Any


class _Metrics(TypedDict, total=False):
    reopens: Any
    solved_at: Any
    status_updated_at: Any
    reply_time_in_minutes: _Calendar | None
    reply_time_in_seconds: _Calendar | None


class TicketRead(TypedDict, total=False):
    """What is read of a ticket that came over REST."""

    type: Any
    read_at: Any
    ticket: _Ticket | None
    metrics: _Metrics | None
