"""Observations: frozen statements in our own words, and the content they carry."""

import json
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from scoring.instants import EPOCH, Instant

Value: TypeAlias = str | float | bool | None
"""What a CRM field may hold: text, a number, an instant or date (in microseconds), yes or no, or nothing."""


class Subject(NamedTuple):
    """What an observation is about, e.g. `("salesforce", "opportunity", "006…")`."""

    source: str
    kind: str
    id: str


class Conversation(Struct, frozen=True, omit_defaults=True):
    """A whole snapshot of one support conversation. Durations are left to the views.

    `state` is open, closed or snoozed; `delivered_as`, `priority` and the agent's words are the
    vendor's, in lower case; `None` is unknown. `agent_source` is where the AI agent was set up.
    `customer_wrote` is when the customer first wrote in a conversation that somebody else began.
    `known_at` is when the snapshot was seen (None: at its own instant). `resolved` says that the
    owner comes from us, since the conversation itself names none.
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
    customer_wrote: Instant | None = None
    known_at: Instant | None = None
    resolved: bool = False


class Tombstone(Struct, frozen=True, omit_defaults=True):
    """A conversation was deleted, or `merged` into another: it is hidden from this instant on, for good."""

    merged: bool = False


class Fields(Struct, frozen=True, omit_defaults=True):
    """Some fields of a CRM record, by our names, sorted; deletion is the field `deleted`.

    `created` is the record's creation where it was said; `read_at` is set where the whole
    record was re-read over REST, and settles every gap before it.
    """

    values: tuple[tuple[str, Value], ...]
    created: Instant | None = None
    read_at: Instant | None = None

    @property
    def is_create(self) -> bool:
        """Tell whether this is the event of a creation (or undelete): what it gives as empty may only be unsaid."""
        return self.created is not None and self.read_at is None


class Gap(Struct, frozen=True, omit_defaults=True):
    """Something changed in a record (or, on subject id `*`, in all of an object) unseen by us.

    `object` is the CRM's own name of the object; `resynced` says the opposite: that all of the
    object was read again.
    """

    object: str
    resynced: bool = False


class Reading(Struct, frozen=True, omit_defaults=True):
    """Usage figures whose windows end on `date` (exclusive), by name, sorted.

    `holes` are the days of these windows, sorted, on which the source has usage of nobody at all.
    """

    date: Instant
    values: tuple[tuple[str, float], ...]
    holes: tuple[Instant, ...] = ()


LOGIN_DAYS = 30
"""Logins of a reading are counted over so many days, and over so many before these."""

LOGIN_VALUES = frozenset("staff_logins_30d staff_logins_prev_30d admin_logins_30d admin_logins_prev_30d".split())


def names_owner(reading: Reading) -> bool:
    """Tell whether a reading bears anything that its source gave: more than logins that are none.

    A key without rows may be read as a customer without logins, and may be a typo as well.
    """
    return any(value or name not in LOGIN_VALUES for name, value in reading.values)


class Finding(Struct, frozen=True):
    """What a detector found in a message: a possible churn signal of a category, the words that say so, redacted.

    `rule` names the rule (or the language model) that found it, `version` the state of its figures.
    """

    category: str
    quote: str
    rule: str
    version: str


class Message(Struct, frozen=True, omit_defaults=True):
    """What a customer wrote in one part of a conversation, as a detector read it; the text itself is never kept.

    `part` is the vendor's id of the part, `language` of two letters (None: unknown), `sentiment` from -1 to 1
    (None: not known in that language). `version` is that of the detector. A part that the vendor `redacted` says
    nothing any more.
    """

    part: str
    language: str | None = None
    sentiment: float | None = None
    findings: tuple[Finding, ...] = ()
    version: str = ""
    redacted: bool = False


Content: TypeAlias = Conversation | Message | Tombstone | Fields | Gap | Reading
"""What an observation says. Messages stand under the subject of their conversation."""


NOBODY = ""
"""The owner of a subject that was said to have none. None says nothing of the owner."""


class Observation(Struct, frozen=True):
    """Of this subject, from `at` on, this content is so; `owner` where the source speaks of one."""

    subject: Subject
    at: Instant
    content: Content
    owner: str | None = None

    def __hash__(self) -> int:
        """Tell observations apart by subject and instant: their contents, slow to hash, seldom share both."""
        return hash((self.subject, self.at))

    @property
    def known_at(self) -> Instant:
        """Say when this was seen to be so: when it was re-read, first sent or committed."""
        content = self.content
        if isinstance(content, Fields) and content.read_at is not None:
            return content.read_at
        if isinstance(content, Conversation) and content.known_at is not None:
            return content.known_at
        return self.at


def canonical(content: Content) -> str:
    """Give the one text of a content that breaks ties of instant."""
    return json.dumps(_members(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_members)


def _members(part: Content | Finding) -> dict[str, object]:
    return {name: getattr(part, name) for name in part.__struct_fields__}


class Place(NamedTuple):
    """Where an observation stands among those of its subject: instant, parts, when it was known."""

    at: Instant
    parts: int
    known_at: Instant


def place(observation: Observation) -> Place:
    """Place an observation of any content; only conversations have parts."""
    content = observation.content
    parts = content.parts if isinstance(content, Conversation) and content.parts is not None else 0
    return Place(observation.at, parts, observation.known_at)


class Rank(NamedTuple):
    """What orders observations of one place: what can only grow, then the content itself.

    Of two with one content, the one that speaks of an owner comes later.
    """

    grown: tuple[int, Instant, bool]
    content: str
    speaks: bool
    owner: str


def rank(observation: Observation) -> Rank:
    """Order observations of the same place by what has grown, then by content alone."""
    content, owner = observation.content, observation.owner
    return Rank(_grown(content), canonical(content), owner is not None, owner or "")


def _grown(content: Content) -> tuple[int, Instant, bool]:
    """Give what can only grow in a conversation: reopens, a later last close, an admin's first reply."""
    if not isinstance(content, Conversation):
        return -1, EPOCH, False
    reopens = -1 if content.reopens is None else content.reopens
    return reopens, content.last_close or EPOCH, content.first_admin_reply is not None
