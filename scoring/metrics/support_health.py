"""Support Health: load, speed and friction of the conversations that the customer started."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

from scoring.instants import DAY, HOUR, Duration, Instant
from scoring.metrics.declaration import Called, Dimension
from scoring.metrics.durations import Wait, median_measure
from scoring.metrics.measure import MISSING, Measure, percent_change, share
from scoring.model import Model, Rules, Segment
from scoring.observations import Conversation
from scoring.view import AccountView

MINUTE = Duration(HOUR // 60)


@dataclass(frozen=True, slots=True)
class Load:
    """Conversations of the support window: created then, cohort (created or last closed then), all."""

    as_of: Instant
    window_days: float
    segment: Segment
    rules: Rules
    created: tuple[Conversation, ...]
    cohort: tuple[Conversation, ...]
    conversations: tuple[Conversation, ...]

    def start(self, windows: int) -> Instant:
        """Give the start of the window, or of so many windows on end."""
        return self.as_of - int(windows * self.window_days * DAY)


def _load(view: AccountView, model: Model) -> Load:
    days = model.windows.support_days
    created = tuple(c for c in view.conversations if view.within(days, c.created))
    closed = tuple(c for c in view.conversations if view.within(days, c.last_close))
    older = (c for c in closed if not view.within(days, c.created))
    return Load(view.as_of, days, view.segment, model.rules, created, (*created, *older), view.conversations)


SUPPORT_HEALTH = Dimension("support_health", "Support Health", "support", _load)
_PHASE_3 = "MODEL.md, Phase 3"


@SUPPORT_HEALTH.metric(Called("Urgent Conversations", "urgent conversations"), window="support")
def p1_p2_volume(load: Load) -> Measure:
    """Count the conversations created in the window that are urgent by priority or tag."""
    return Measure(sum(_urgent(conversation, load.rules) for conversation in load.created))


def _urgent(conversation: Conversation, rules: Rules) -> bool:
    return conversation.priority in rules.urgent_priorities or not rules.urgent_tags.isdisjoint(conversation.tags)


@SUPPORT_HEALTH.metric(Called("First Response (min)", "time to first response", "min", "median"), window="support")
def first_response_minutes(load: Load) -> Measure:
    """Take the median wall-clock time from creation to the first admin reply."""
    durations = [d for c in load.created if (d := _response(c, load)) is not None]
    return median_measure("first_response_minutes", durations)


def _response(conversation: Conversation, load: Load) -> Wait | None:
    replied = conversation.first_admin_reply
    if replied is not None:
        return _duration(conversation.created, replied, MINUTE, over=True)
    if _waiting(conversation) and not _resolved_by_agent(conversation, load.rules):
        return _duration(conversation.created, load.as_of, MINUTE, over=False)
    return None


def _duration(start: Instant, end: Instant, unit: Duration, *, over: bool) -> Wait | None:
    return Wait((end - start) / unit, over) if end >= start else None


def _waiting(conversation: Conversation) -> bool:
    return conversation.state in {"open", "snoozed"}


@SUPPORT_HEALTH.metric(Called("Time to Close (h)", "time to close", "h", "median"), window="support")
def close_time_hours(load: Load) -> Measure:
    """Take the median wall-clock time from creation to last close, open ones at their age."""
    durations = [d for c in load.conversations if (d := _closing(c, load)) is not None]
    return median_measure("close_time_hours", durations)


def _closing(conversation: Conversation, load: Load) -> Wait | None:
    if _waiting(conversation):
        return _duration(conversation.created, load.as_of, HOUR, over=False)
    closed = conversation.last_close
    if conversation.state != "closed" or closed is None or closed < load.start(1):
        return None
    return _duration(conversation.created, closed, HOUR, over=True)


@SUPPORT_HEALTH.metric(Called("Reopen Rate (%)", "conversations reopened", "%"), window="support")
def reopen_rate_pct(load: Load) -> Measure:
    """Share the cohort's conversations that were reopened; those that do not tell are left out."""
    told = [conversation.reopens for conversation in load.cohort if conversation.reopens is not None]
    return share("reopen_rate_pct", sum(reopens > 0 for reopens in told), len(told))


@SUPPORT_HEALTH.metric(Called("Escalation Rate (%)", "conversations escalated", "%"), window="support")
def escalation_rate_pct(load: Load) -> Measure:
    """Share the cohort's conversations that were escalated."""
    escalated = sum(_escalated(conversation, load) for conversation in load.cohort)
    return share("escalation_rate_pct", escalated, len(load.cohort))


def _escalated(conversation: Conversation, load: Load) -> bool:
    handed_over = _agent_took_part(conversation, load.rules) and conversation.first_admin_reply is not None
    tagged = not load.rules.escalation_tags.isdisjoint(conversation.tags)
    return tagged or (load.segment == "standard" and handed_over)


def _agent_took_part(conversation: Conversation, rules: Rules) -> bool:
    return conversation.agent_took_part and conversation.agent_source not in rules.agent_previews


def _resolved_by_agent(conversation: Conversation, rules: Rules) -> bool:
    return _agent_took_part(conversation, rules) and conversation.agent_resolution in rules.agent_resolved


@SUPPORT_HEALTH.metric(
    Called("AI Agent Deflection (%)", "resolved by the AI agent alone", "%"), window="support", reference=_PHASE_3
)
def fin_deflection_pct(load: Load) -> Measure:
    """Share the conversations with the AI agent that it resolved without a human reply."""
    with_agent = [c for c in load.cohort if _agent_took_part(c, load.rules)]
    alone = sum(_resolved_by_agent(c, load.rules) and c.first_admin_reply is None for c in with_agent)
    return share("fin_deflection_pct", alone, len(with_agent))


@SUPPORT_HEALTH.metric(
    Called("AI Agent Rating (of 5)", "rating of AI agent conversations", "of 5"), window="support", reference=_PHASE_3
)
def fin_cx_score(load: Load) -> Measure:
    """Average the ratings (1-5) of conversations with the AI agent: its own, else the conversation's."""
    ratings = [_rating(c) for c in load.cohort if _agent_took_part(c, load.rules)]
    told = [rating for rating in ratings if rating is not None]
    return Measure(fmean(told)) if told else MISSING


def _rating(conversation: Conversation) -> int | None:
    return conversation.rating if conversation.agent_rating is None else conversation.agent_rating


@SUPPORT_HEALTH.metric(
    Called("Support Volume Trend (%)", "trend of support volume", "%", "change"), window="trend", reference=_PHASE_3
)
def support_volume_trend_pct(load: Load) -> Measure:
    """Compare conversations of the window with the mean of the two windows before it."""
    earlier = _created_between(load.conversations, load.start(3), load.start(1))
    if earlier == 0:
        return MISSING
    return Measure(percent_change(len(load.created), earlier / 2))


def _created_between(conversations: Iterable[Conversation], start: Instant, end: Instant) -> int:
    return sum(start <= conversation.created < end for conversation in conversations)
