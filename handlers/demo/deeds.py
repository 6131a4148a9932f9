"""What each kind of step does to a conversation, and what it looks like from outside."""

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from handlers.demo.plans import Step
from handlers.demo.threads import FIN, Part, Thread
from scoring.instants import DAY


class Deed(NamedTuple):
    """What a kind of step looks like from outside: its topic, the part it adds, who did it."""

    topic: str
    part: str
    by: Literal["guest", "admin", "agent"]
    body: str | None = None


DEEDS: Mapping[str, Deed] = {
    "created": Deed("conversation.user.created", "comment", "guest", "Hello, can you help us?"),
    "greeted": Deed("conversation.operator.replied", "comment", "agent", "Hello! What can we help you with?"),
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
    "merged": Deed("conversation.admin.closed", "merged_secondary_conversation", "admin"),
    "reopened": Deed("conversation.admin.opened", "open", "guest", "It happened again"),
    "rated": Deed("conversation.rating.added", "conversation_rating_changed", "guest"),
    "deleted": Deed("conversation.deleted", "close", "admin"),
}


def apply(thread: Thread, step: Step) -> Part:
    """Change a conversation as a step does; give the part that it adds."""
    deed = DEEDS[step.deed]
    if step.deed in _CHANGES:
        _CHANGES[step.deed](thread, step)
    thread.updated = step.at
    thread.parts += 1
    author = {"guest": thread.contact, "agent": FIN, "admin": thread.handler}[deed.by]
    return Part(deed.part, author, deed.body, step.detail if step.deed == "tagged" else None)


def _guest_wrote(thread: Thread, step: Step) -> None:
    thread.first_contact, thread.last_contact = thread.first_contact or step.at, step.at


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
    "merged": _closed,
    "reopened": _opened,
    "rated": _rated,
}
