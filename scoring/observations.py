"""Observations: frozen statements in our own words, and the content they carry."""

import json
from dataclasses import dataclass, fields
from typing import NamedTuple, TypeAlias

from scoring.instants import Instant

Value: TypeAlias = str | float | bool | None
"""What a CRM field may hold: text, a number, an instant or date (in microseconds), yes or no, or nothing."""


class Subject(NamedTuple):
    """What an observation is about, e.g. `("salesforce", "opportunity", "006…")`."""

    source: str
    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """A whole snapshot of one support conversation. Durations are left to the views.

    `state` is open, closed or snoozed; `delivered_as`, `priority` and the agent's words are the
    vendor's, in lower case; `None` is unknown. `agent_source` is where the AI agent was set up.
    """

    created: Instant
    state: str | None = None
    delivered_as: str | None = None
    priority: str | None = None
    tags: tuple[str, ...] = ()
    first_admin_reply: Instant | None = None
    last_close: Instant | None = None
    reopens: int | None = None
    parts: int | None = None
    agent_took_part: bool = False
    agent_source: str | None = None
    agent_resolution: str | None = None
    agent_rating: int | None = None
    rating: int | None = None


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A conversation was deleted: it is hidden from this instant on, whatever comes later."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Some fields of a CRM record, by our names, sorted; deletion is the field `deleted`.

    `created` is the record's creation where it was said; `read_at` is set where the whole
    record was re-read over REST, and settles every gap before it.
    """

    values: tuple[tuple[str, Value], ...]
    created: Instant | None = None
    read_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Something changed in a record (or, on subject id `*`, in all of an object) unseen by us.

    `object` is the CRM's own name of the object; `resynced` says the opposite: that all of the
    object was read again.
    """

    object: str
    resynced: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """Usage figures whose windows end on `date` (exclusive), by name, sorted."""

    date: Instant
    values: tuple[tuple[str, float], ...]


Content: TypeAlias = Conversation | Tombstone | Fields | Gap | Reading


@dataclass(frozen=True, slots=True)
class Observation:
    """Of this subject, from `at` on, this content is so; `owner` where the source names one."""

    subject: Subject
    at: Instant
    content: Content
    owner: str | None = None


def canonical(content: Content) -> str:
    """Give the one text of a content that breaks ties of instant."""
    members = {field.name: getattr(content, field.name) for field in fields(content)}
    return json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def parts_of(observation: Observation) -> int:
    """Count the conversation parts of a snapshot; other content has none."""
    content = observation.content
    return content.parts if isinstance(content, Conversation) and content.parts is not None else 0


def rank(observation: Observation) -> tuple[str, str]:
    """Order observations of the same instant and parts by content alone."""
    return canonical(observation.content), observation.owner or ""
