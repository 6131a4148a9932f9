"""A support conversation as it stands, who takes part in it, and which API version tells of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from handlers.demo.portfolio import Company
from handlers.demo.wire import iso, seconds
from scoring.instants import EPOCH, Instant


@dataclass(frozen=True, slots=True)
class Era:
    """What a pinned API version sends: its words of priority and hand-over, its dates, the company.

    `calm` and `handed_over` are words of which a conversation has one.
    `when` writes the instants of `statistics`.
    """

    calm: tuple[str, ...]
    urgent: str
    handed_over: tuple[str, ...]
    when: Callable[[Instant], str | int]
    names_company: bool
    rest: bool = False


_CALM = ("none", "none", "none", "none", "low", "medium")
_HANDED_OVER = ("escalated", "negative_feedback", "procedure_handoff")
API_2_14 = Era(("not_priority",), "priority", ("routed_to_team", "abandoned"), seconds, names_company=False)
API_2_15 = Era(("not_priority",), "priority", _HANDED_OVER, iso, names_company=True)
API_2_16 = Era(_CALM, "urgent", _HANDED_OVER, iso, names_company=True)
REST = Era(_CALM, "urgent", _HANDED_OVER, seconds, names_company=True, rest=True)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who writes: a guest (contact), a teammate (admin) or the bot."""

    type: str
    id: str
    name: str | None = None
    email: str = ""
    external_id: str | None = None


FIN = Person("bot", "278", "Fin", "operator+k4d9x2mq@intercom.io")
OPERATOR = Person("bot", "1", "Operator", "operator+k4d9x2mq@intercom.io")
ADMINS = (
    Person("admin", "9608799", "Ana Moreau", "ana@example.com"),
    Person("admin", "9608812", "Jonas Weber", "jonas@example.com"),
    Person("admin", "9608840", "Priya Nair", "priya@example.com"),
)


@dataclass(slots=True)
class Thread:
    """One conversation as it stands: what a snapshot of it says.

    `handler` is the teammate who takes it up, `admin` whom it is assigned to by now.
    """

    id: str
    company: Company
    contact: Person
    created: Instant
    delivered_as: str
    body: str
    handler: Person
    updated: Instant = EPOCH
    state: str = "open"
    priority: str | None = None
    tags: list[str] = field(default_factory=list)
    admin: Person | None = None
    parts: int = 0
    reopens: int = 0
    assignments: int = 0
    first_reply: Instant | None = None
    last_reply: Instant | None = None
    first_contact: Instant | None = None
    last_contact: Instant | None = None
    first_close: Instant | None = None
    last_close: Instant | None = None
    assigned: Instant | None = None
    snoozed_until: Instant | None = None
    agent: str = ""
    agent_at: Instant = EPOCH
    agent_rating: int | None = None
    rating: int | None = None
    rated: Instant = EPOCH
    sla: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a conversation that set off a notification."""

    type: str
    author: Person
    body: str | None = None
    tag: str | None = None
