"""Support Health: load, speed and friction of the conversations that the customer started."""

from collections.abc import Mapping
from statistics import fmean
from typing import Any

from scoring.instants import HOUR, Duration, Instant
from scoring.metrics.declaration import Called, Dimension
from scoring.metrics.durations import Wait, median_measure
from scoring.metrics.measure import MISSING, Measure, percent_change, share, small_sample
from scoring.metrics.support_load import Load, Looks, load_of, looks
from scoring.model import Rules
from scoring.observations import Conversation

MINUTE = Duration(HOUR // 60)

SUPPORT_HEALTH = Dimension("support_health", "Support Health", "support", load_of)
_PHASE_3 = "MODEL.md, Phase 3"


@looks("created")
def urgent(conversation: Conversation, load: Load) -> bool:
    """Tell whether a conversation is urgent by priority or tag."""
    rules = load.rules
    return conversation.priority in rules.urgent_priorities or not rules.urgent_tags.isdisjoint(conversation.tags)


@SUPPORT_HEALTH.metric(Called("Urgent Conversations", "urgent conversations"), window="support")
def p1_p2_volume(load: Load) -> Measure:
    """Count the conversations created in the window that are urgent by priority or tag."""
    return Measure(sum(urgent.of_all(load)))


@looks("created")
def response(conversation: Conversation, load: Load) -> Wait | None:
    """Give the minutes to the first admin reply, or so far; nothing where nobody waits for one."""
    replied = conversation.first_admin_reply
    if replied is not None:
        return _duration(conversation.created, replied, MINUTE, over=True)
    if _waiting(conversation) and not _resolved_by_agent(conversation, load.rules):
        return _duration(conversation.created, load.as_of, MINUTE, over=False)
    return None


@SUPPORT_HEALTH.metric(Called("First Response (min)", "time to first response", "min", "median"), window="support")
def first_response_minutes(load: Load) -> Measure:
    """Take the median wall-clock time from creation to the first admin reply."""
    return median_measure("first_response_minutes", response.of_all(load))


def _duration(start: Instant, end: Instant, unit: Duration, *, over: bool) -> Wait | None:
    return Wait((end - start) / unit, over) if end >= start else None


def _waiting(conversation: Conversation) -> bool:
    return conversation.state in {"open", "snoozed"}


@looks("all")
def closing(conversation: Conversation, load: Load) -> Wait | None:
    """Give the hours to the last close of the window, or the age of what is open."""
    if _waiting(conversation):
        return _duration(conversation.created, load.as_of, HOUR, over=False)
    closed = conversation.last_close
    if conversation.state != "closed" or closed is None or closed < load.since:
        return None
    return _duration(conversation.created, closed, HOUR, over=True)


@SUPPORT_HEALTH.metric(Called("Time to Close (h)", "time to close", "h", "median"), window="support")
def close_time_hours(load: Load) -> Measure:
    """Take the median wall-clock time from creation to last close, open ones at their age."""
    return median_measure("close_time_hours", closing.of_all(load))


@looks("cohort")
def reopened(conversation: Conversation, _load: Load) -> bool | None:
    """Tell whether a conversation was reopened, where it tells."""
    return None if conversation.reopens is None else conversation.reopens > 0


@SUPPORT_HEALTH.metric(Called("Reopen Rate (%)", "conversations reopened", "%"), window="support")
def reopen_rate_pct(load: Load) -> Measure:
    """Share the cohort's conversations that were reopened; those that do not tell are left out."""
    told = reopened.of_all(load)
    return share("reopen_rate_pct", sum(told), len(told))


@looks("cohort")
def escalated(conversation: Conversation, load: Load) -> bool:
    """Tell whether a conversation was escalated: by tag, or on Standard handed over by the AI agent."""
    handed_over = _agent_took_part(conversation, load.rules) and conversation.first_admin_reply is not None
    tagged = not load.rules.escalation_tags.isdisjoint(conversation.tags)
    return tagged or (load.segment == "standard" and handed_over)


@SUPPORT_HEALTH.metric(Called("Escalation Rate (%)", "conversations escalated", "%"), window="support")
def escalation_rate_pct(load: Load) -> Measure:
    """Share the cohort's conversations that were escalated."""
    told = escalated.of_all(load)
    return share("escalation_rate_pct", sum(told), len(told))


def _agent_took_part(conversation: Conversation, rules: Rules) -> bool:
    return conversation.agent_took_part and conversation.agent_source not in rules.agent_previews


def _resolved_by_agent(conversation: Conversation, rules: Rules) -> bool:
    return _agent_took_part(conversation, rules) and conversation.agent_resolution in rules.agent_resolved


@looks("cohort")
def deflected(conversation: Conversation, load: Load) -> bool | None:
    """Tell whether the AI agent resolved a conversation without a human reply, where it took part."""
    if not _agent_took_part(conversation, load.rules):
        return None
    return _resolved_by_agent(conversation, load.rules) and conversation.first_admin_reply is None


@SUPPORT_HEALTH.metric(
    Called("AI Agent Deflection (%)", "resolved by the AI agent alone", "%"), window="support", reference=_PHASE_3
)
def fin_deflection_pct(load: Load) -> Measure:
    """Share the conversations with the AI agent that it resolved without a human reply."""
    with_agent = deflected.of_all(load)
    return share("fin_deflection_pct", sum(with_agent), len(with_agent))


@looks("cohort")
def rated(conversation: Conversation, load: Load) -> int | None:
    """Give the rating of a conversation with the AI agent: its own, else the conversation's."""
    if not _agent_took_part(conversation, load.rules):
        return None
    return conversation.rating if conversation.agent_rating is None else conversation.agent_rating


@SUPPORT_HEALTH.metric(
    Called("AI Agent Rating (of 5)", "rating of AI agent conversations", "of 5"), window="support", reference=_PHASE_3
)
def fin_cx_score(load: Load) -> Measure:
    """Average the ratings (1-5) of conversations with the AI agent: its own, else the conversation's."""
    told = rated.of_all(load)
    return Measure(fmean(told)) if told else MISSING


@looks("all")
def is_recent(conversation: Conversation, load: Load) -> bool | None:
    """Tell whether a conversation was created in the window (True) or in the two before it (False)."""
    if not load.trend_since <= conversation.created < load.as_of:
        return None
    return conversation.created >= load.since


@SUPPORT_HEALTH.metric(
    Called("Support Volume Trend (%)", "trend of support volume", "%", "change"), window="trend", reference=_PHASE_3
)
def support_volume_trend_pct(load: Load) -> Measure:
    """Compare conversations of the window with the mean of the two windows before it."""
    told = is_recent.of_all(load)
    now = sum(told)
    earlier = len(told) - now
    return Measure(percent_change(now, earlier / 2)) if earlier else MISSING


def felt(load: Load, since: Instant, until: Instant) -> list[float]:
    """Give the sentiments of what customers wrote from `since` to `until`; messages without one say nothing."""
    written = (one.message.sentiment for one in load.messages if since <= one.at < until)
    return [sentiment for sentiment in written if sentiment is not None]


@SUPPORT_HEALTH.metric(
    Called("Customer Sentiment (-1 to 1)", "customer sentiment", "on a scale of -1 to 1", decimals=2),
    window="support",
    reference=_PHASE_3,
)
def customer_sentiment(load: Load) -> Measure:
    """Average the sentiments of what customers wrote in the window, from -1 to 1."""
    told = felt(load, load.since, load.as_of)
    return Measure(fmean(told), small_sample("customer_sentiment", len(told))) if told else MISSING


@SUPPORT_HEALTH.metric(
    Called("Customer Sentiment Trend (points)", "trend of customer sentiment", "points", "change", decimals=2),
    window="trend",
    reference=_PHASE_3,
)
def customer_sentiment_trend(load: Load) -> Measure:
    """Compare the mean sentiment of the window with that of the two windows before it: the difference."""
    now, before = felt(load, load.since, load.as_of), felt(load, load.trend_since, load.since)
    if not now or not before:
        return MISSING
    return Measure(fmean(now) - fmean(before), small_sample("customer_sentiment_trend", min(len(now), len(before))))


OF_MESSAGES = frozenset({"customer_sentiment", "customer_sentiment_trend"})
"""The metrics that are made of what customers wrote, while that is read."""

LOOKS: Mapping[str, Looks[Any]] = {
    "p1_p2_volume": urgent,
    "first_response_minutes": response,
    "close_time_hours": closing,
    "reopen_rate_pct": reopened,
    "escalation_rate_pct": escalated,
    "fin_deflection_pct": deflected,
    "fin_cx_score": rated,
    "support_volume_trend_pct": is_recent,
}
"""How each metric that is made of conversations looks at them, by its name."""
