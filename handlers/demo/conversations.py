"""The life of a conversation: from a plan of it to the notifications that tell of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal, NamedTuple, TypeAlias

from handlers.demo.conversation import conversation
from handlers.demo.intercom import notification
from handlers.demo.portfolio import Company
from handlers.demo.threads import ADMINS, API_2_14, API_2_15, API_2_16, FIN, REST, Era, Part, Person, Thread
from handlers.demo.wire import Json, Sent, iso, sent
from scoring.instants import DAY, HOUR, SECOND, Instant

MINUTE = 60 * SECOND
OLDEST_API_DAYS, OLD_API_DAYS = 100, 75
"""Until so many days before the end the app was pinned to Intercom's API 2.14, then to 2.15."""

Agent: TypeAlias = Literal["", "resolved", "assumed", "handed_over", "preview"]
_BODIES = (
    "The guest app shows the wrong check-in time",
    "Messages to arrivals were not sent last night",
    "How do I add a second language to our automations?",
    "Contactless check-out fails for two rooms",
    "Our new colleagues cannot log in",
    "Please help us to set up requests for housekeeping",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What will become of a conversation.

    `reply` and `close` are the times from creation to the first admin reply and to the last
    close (None: never). `owner` says how its company is told: in the webhook, later by the
    sweep, or never. `quiet` closes are seen by the sweep alone; of a `chatty` one each step is told.
    """

    created: Instant
    reply: Instant | None = None
    close: Instant | None = None
    reopened: bool = False
    escalated: bool = False
    urgent: Literal["", "priority", "tag"] = ""
    agent: Agent = ""
    rating: int | None = None
    snoozed: bool = False
    chatty: bool = False
    delivered_as: str = "customer_initiated"
    owner: Literal["named", "swept", "unknown"] = "named"
    quiet: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """Where conversations happen: the company, its guests, the chance, and the end of the story."""

    company: Company
    contacts: tuple[Person, ...]
    rng: Random
    end: Instant
    sla: str | None = None

    def era(self, at: Instant) -> Era:
        """Say which API version the app was pinned to."""
        if at < self.end - OLDEST_API_DAYS * DAY:
            return API_2_14
        return API_2_15 if at < self.end - OLD_API_DAYS * DAY else API_2_16


class Step(NamedTuple):
    """One thing that happens to a conversation."""

    at: Instant
    deed: str
    detail: str = ""


def unfold(plan: Plan, desk: Desk) -> Iterator[Sent]:
    """Tell a conversation's life up to the end, as notifications and what the sweep re-reads."""
    thread = _thread(plan, desk)
    for step in sorted(_steps(plan), key=lambda step: step.at):
        if step.at >= desk.end:
            return
        yield from _tell(thread, step, _apply(thread, step), plan, desk)


def _thread(plan: Plan, desk: Desk) -> Thread:
    rng = desk.rng
    return Thread(
        id=f"2154{rng.randrange(10**11):011d}",
        company=desk.company,
        contact=rng.choice(desk.contacts),
        created=plan.created,
        delivered_as=plan.delivered_as,
        body=rng.choice(_BODIES),
        handler=rng.choice(ADMINS),
        sla=desk.sla,
    )


def _tell(thread: Thread, step: Step, part: Part, plan: Plan, desk: Desk) -> Iterator[Sent]:
    over, era = step.deed in {"closed", "settled"}, desk.era(step.at)
    swept = plan.owner != "named" and step.deed == "created"
    if step.deed == "deleted":
        item: Json = {"type": "conversation", "conversation_id": thread.id}
        yield notification("conversation.deleted", item, step.at, desk.rng)
    elif not (plan.quiet and over):
        item = conversation(thread, part, era, names_company=plan.owner == "named")
        yield notification(DEEDS[step.deed].topic, item, step.at, desk.rng)
    if swept or (over and (plan.quiet or plan.owner != "named" or not era.names_company)):
        yield _reread(thread, part, plan, (step.at // HOUR + 1) * HOUR)


def _reread(thread: Thread, part: Part, plan: Plan, read_at: Instant) -> Sent:
    """Tell what the sweep reads over REST, with the company where it found it out."""
    item = conversation(thread, part, REST, names_company=plan.owner == "named")
    message: Json = {"type": "intercom.conversation", "read_at": iso(read_at), "conversation": item}
    if plan.owner == "swept":
        message["company_id"] = thread.company.company_id
    return sent(read_at, message)


def _steps(plan: Plan) -> Iterator[Step]:
    created = plan.created
    yield Step(created, "created" if plan.delivered_as == "customer_initiated" else "sent")
    if plan.agent:
        yield Step(created + 20 * SECOND, "answered", plan.agent)
    yield from _labels(plan)
    if plan.reply is not None:
        if plan.chatty:
            yield Step(created + plan.reply, "assigned")
        yield Step(created + plan.reply, "replied")
        yield from _middle(plan, created + plan.reply)
    if plan.close is not None:
        yield from _closes(plan, created + plan.close)


def _labels(plan: Plan) -> Iterator[Step]:
    soon = plan.created + 2 * MINUTE
    if plan.urgent == "priority":
        yield Step(soon, "prioritised", "urgent")
    if plan.urgent == "tag":
        yield Step(soon, "tagged", "P1")
    if plan.escalated:
        yield Step(soon + MINUTE, "tagged", "escalated")


def _middle(plan: Plan, replied: Instant) -> Iterator[Step]:
    """Tell what goes on between the first reply and the close, where there is time for it."""
    left = HOUR if plan.close is None else plan.created + plan.close - replied
    if plan.chatty and left > 10 * MINUTE:
        yield Step(replied + left // 4 // SECOND * SECOND, "answered_back")
    if plan.snoozed and left > 4 * HOUR:
        yield Step(replied + left // 3 // SECOND * SECOND, "noted")
        yield Step(replied + left // 3 // SECOND * SECOND + MINUTE, "snoozed")
        yield Step(replied + left // 2 // SECOND * SECOND, "unsnoozed")


def _closes(plan: Plan, closed: Instant) -> Iterator[Step]:
    close = "settled" if plan.reply is None and plan.agent else "closed"
    if plan.reopened:
        start = plan.created + (plan.reply or 0)
        first = start + (closed - start) * 6 // 10 // SECOND * SECOND
        yield Step(first, close)
        yield Step(first + (closed - first) // 2 // SECOND * SECOND, "reopened")
    yield Step(closed, close)
    if plan.rating is not None:
        yield Step(closed + 20 * MINUTE, "rated", str(plan.rating))
    if plan.deleted:
        yield Step(closed + 2 * DAY, "deleted")


class Deed(NamedTuple):
    """What a kind of step looks like from outside: its topic, the part it adds, who did it."""

    topic: str
    part: str
    by: Literal["guest", "admin", "agent"]
    body: str | None = None


DEEDS: Mapping[str, Deed] = {
    "created": Deed("conversation.user.created", "comment", "guest", "Hello, can you help us?"),
    "sent": Deed("conversation.admin.single.created", "comment", "admin", "Your quarterly review"),
    "answered": Deed("conversation.operator.replied", "comment", "agent", "Here is what our guide says about it."),
    "prioritised": Deed("conversation.priority.updated", "priority_changed", "admin"),
    "tagged": Deed("conversation_part.tag.created", "comment", "guest", "Need this fixed before renewal"),
    "assigned": Deed("conversation.admin.assigned", "assignment", "admin"),
    "replied": Deed("conversation.admin.replied", "comment", "admin", "Looking into it now"),
    "answered_back": Deed("conversation.user.replied", "comment", "guest", "Thank you, that helps"),
    "noted": Deed("conversation.admin.noted", "note", "admin", "Waiting for the property"),
    "snoozed": Deed("conversation.admin.snoozed", "snoozed", "admin"),
    "unsnoozed": Deed("conversation.admin.unsnoozed", "unsnoozed", "admin"),
    "closed": Deed("conversation.admin.closed", "close", "admin"),
    "settled": Deed("conversation.operator.replied", "close", "agent"),
    "reopened": Deed("conversation.admin.opened", "open", "guest", "It happened again"),
    "rated": Deed("conversation.rating.added", "conversation_rating_changed", "guest"),
    "deleted": Deed("conversation.deleted", "close", "admin"),
}


def _apply(thread: Thread, step: Step) -> Part:
    deed = DEEDS[step.deed]
    if step.deed in _CHANGES:
        _CHANGES[step.deed](thread, step)
    thread.updated = step.at
    thread.parts += 1
    author = {"guest": thread.contact, "agent": FIN, "admin": thread.handler}[deed.by]
    return Part(deed.part, author, deed.body, step.detail if step.deed == "tagged" else None)


def _guest_wrote(thread: Thread, step: Step) -> None:
    thread.last_contact = step.at


def _agent_answered(thread: Thread, step: Step) -> None:
    thread.agent, thread.agent_at = step.detail, step.at


def _prioritised(thread: Thread, step: Step) -> None:
    thread.priority = step.detail


def _tagged(thread: Thread, step: Step) -> None:
    thread.tags.append(step.detail)


def _assigned(thread: Thread, step: Step) -> None:
    thread.admin, thread.assigned = thread.handler, step.at
    thread.assignments += 1


def _admin_replied(thread: Thread, step: Step) -> None:
    thread.admin, thread.assigned = thread.handler, thread.assigned or step.at
    thread.first_reply, thread.last_reply = thread.first_reply or step.at, step.at


def _snoozed(thread: Thread, step: Step) -> None:
    thread.state, thread.snoozed_until = "snoozed", step.at + DAY


def _opened(thread: Thread, step: Step) -> None:
    thread.state, thread.snoozed_until = "open", None
    thread.reopens += step.deed == "reopened"


def _closed(thread: Thread, step: Step) -> None:
    thread.state = "closed"
    thread.first_close, thread.last_close = thread.first_close or step.at, step.at


def _rated(thread: Thread, step: Step) -> None:
    thread.rated = step.at
    if thread.agent and thread.first_reply is None:
        thread.agent_rating = int(step.detail)
    else:
        thread.rating = int(step.detail)


_CHANGES: Mapping[str, Callable[[Thread, Step], None]] = {
    "created": _guest_wrote,
    "answered": _agent_answered,
    "prioritised": _prioritised,
    "tagged": _tagged,
    "assigned": _assigned,
    "replied": _admin_replied,
    "answered_back": _guest_wrote,
    "snoozed": _snoozed,
    "unsnoozed": _opened,
    "closed": _closed,
    "settled": _closed,
    "reopened": _opened,
    "rated": _rated,
}
