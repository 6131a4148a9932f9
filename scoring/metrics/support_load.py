"""The support load of a window, and how each metric of it looks at conversations, one by one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeAlias, TypeVar

from scoring.instants import DAY, Instant
from scoring.messages import Messages
from scoring.model import Model, Rules, Segment
from scoring.observations import Conversation
from scoring.view import AccountView

Figure = TypeVar("Figure")

Among: TypeAlias = Literal["created", "cohort", "all"]
"""Which conversations a metric looks at: created in the window, created or last closed in it, all."""


@dataclass(frozen=True, slots=True)
class Load:
    """Conversations of the support window: created then, cohort (created or last closed then), all.

    The window begins at `since`, the two before it at `trend_since`. `messages` are what customers wrote in all three.
    """

    as_of: Instant
    since: Instant
    trend_since: Instant
    segment: Segment
    rules: Rules
    created: tuple[Conversation, ...]
    cohort: tuple[Conversation, ...]
    conversations: tuple[Conversation, ...]
    messages: Messages = ()

    def among(self, which: Among) -> Sequence[Conversation]:
        """Give the conversations that a metric looks at."""
        return self.created if which == "created" else self.cohort if which == "cohort" else self.conversations


def load_of(view: AccountView, model: Model) -> Load:
    """Give the support load of an account."""
    days, as_of = model.windows.support_days, view.as_of
    since, trend_since = Instant(as_of - int(days * DAY)), Instant(as_of - int(3 * days * DAY))
    created = tuple([one for one in view.conversations if since <= one.created < as_of])
    closed = [one for one in view.conversations if _is_closed_in(one, since, as_of)]
    cohort = (*created, *[one for one in closed if not since <= one.created < as_of])
    every, messages = view.conversations, view.messages
    return Load(as_of, since, trend_since, view.segment, model.rules, created, cohort, every, messages)


def _is_closed_in(conversation: Conversation, since: Instant, until: Instant) -> bool:
    return conversation.last_close is not None and since <= conversation.last_close < until


@dataclass(frozen=True, slots=True)
class Looks(Generic[Figure]):
    """How a metric looks at conversations: at which, and the figure of each; None where one tells nothing."""

    among: Among
    figure: Callable[[Conversation, Load], Figure | None]

    def of_all(self, load: Load) -> list[Figure]:
        """Give the figures of a load's conversations: a metric is made of them alone."""
        figure = self.figure
        return [told for one in load.among(self.among) if (told := figure(one, load)) is not None]


def looks(among: Among) -> Callable[[Callable[[Conversation, Load], Figure | None]], Looks[Figure]]:
    """Declare the function that follows as the figure that a metric has of each conversation among some."""

    def declare(figure: Callable[[Conversation, Load], Figure | None]) -> Looks[Figure]:
        return Looks(among, figure)

    return declare
