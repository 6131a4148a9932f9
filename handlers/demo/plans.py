"""What will become of a conversation, and the steps in which it does."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from scoring.instants import DAY, HOUR, SECOND, Duration, Instant

MINUTE = 60 * SECOND

Agent: TypeAlias = Literal["", "resolved", "assumed", "handed_over", "preview"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What will become of a conversation.

    `reply` and `close` are the times from creation to the first admin reply and to the last
    close (None: never). `owner` says how its company becomes known: in the webhook, later by the
    sweep, or never. In one that a workflow opened, the guest `wrote` so long after. `quiet` closes
    are seen by the sweep alone; of a `chatty` one there is an event for each step.
    """

    created: Instant
    reply: Duration | None = None
    close: Duration | None = None
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
    wrote: Duration | None = None
    merged: bool = False


class Step(NamedTuple):
    """One thing that happens to a conversation."""

    at: Instant
    deed: str
    detail: str = ""


def steps(plan: Plan) -> list[Step]:
    """Give the steps of a plan in the order in which they happen."""
    return sorted(_steps(plan), key=lambda step: step.at)


_BEGUN = {"customer_initiated": "created", "operator_initiated": "greeted"}


def _steps(plan: Plan) -> Iterator[Step]:
    created = plan.created
    yield Step(created, _BEGUN.get(plan.delivered_as, "sent"))
    if plan.wrote is not None:
        yield Step(created + plan.wrote, "answered_back")
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
    if plan.merged:
        yield Step(closed, "merged")
        return
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
