"""Relationship and Expansion: how close the customer is, from the CRM (phase 2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from scoring.facts import CrmRecord
from scoring.instants import DAY, Instant
from scoring.metrics.declaration import Called, CrmField, Dimension
from scoring.metrics.measure import MISSING, Measure, invalid
from scoring.model import Model
from scoring.view import AccountView


@dataclass(frozen=True, slots=True)
class Relationship:
    """An account, and the model that reads it."""

    view: AccountView
    model: Model

    @property
    def profile(self) -> CrmRecord | None:
        """Give the account's own record."""
        return self.view.profile


RELATIONSHIP_EXPANSION = Dimension("relationship_expansion", "Relationship & Expansion", "crm", Relationship)


@RELATIONSHIP_EXPANSION.metric(Called("QBR Attendance (%)", "business reviews attended", "%"), window="history")
def qbr_attendance_pct(account: Relationship) -> Measure:
    """Share the business reviews held in the last `history_days` days (365) that the customer attended.

    A row that is another's copy, or the pattern of a series, is no review of its own. One of unknown
    type is none either, but is flagged.
    """
    view, model = account.view, account.model
    events = [_meeting(event, model) for event in view.of("event") if not _is_copy(event)]
    current = [one for one in events if one.date is None or view.within(model.windows.history_days, one.date)]
    held = _held(current)
    share = 100.0 * sum(one.attended is True for one in held) / len(held) if held else None
    return Measure(share, tuple(_doubts(current, model)))


class Meeting(NamedTuple):
    """A meeting as the model reads it."""

    id: str
    type: str | None
    date: Instant | None
    attended: bool | None
    is_original: bool


def reviews_held(account: Relationship) -> list[Meeting]:
    """Give the business reviews that `qbr_attendance_pct` counts."""
    view, model = account.view, account.model
    events = [_meeting(event, model) for event in view.of("event") if not _is_copy(event)]
    return _held(one for one in events if view.within(model.windows.history_days, one.date))


def _held(meetings: Iterable[Meeting]) -> list[Meeting]:
    return [one for one in meetings if one.type == "qbr" and one.date is not None and one.attended is not None]


def _meeting(event: CrmRecord, model: Model) -> Meeting:
    kind = model.words["event.type"].meaning(event.text("type"))
    original = event.yes("is_child") is False and event.yes("is_recurrence") is False
    return Meeting(event.id, kind, event.instant("activity_date"), event.yes("attended"), original)


def _is_copy(event: CrmRecord) -> bool:
    return event.yes("is_child") is True or event.yes("is_recurrence") is True


def _doubts(meetings: Iterable[Meeting], model: Model) -> Iterable[str]:
    """Flag what a meeting does not tell of itself where it could be a review."""
    reviews = [one for one in meetings if one.type == "qbr"]
    if any(one.type is None and one.attended is not None for one in meetings):
        yield model.words["event.type"].flag
    if any(one.date is None for one in reviews):
        yield "invalid:activity_date"
    if any(one.attended is None for one in reviews):
        yield "invalid:attended"
    if _perhaps_copies(reviews):
        yield "invalid:is_child"


def _perhaps_copies(reviews: Iterable[Meeting]) -> bool:
    """Tell whether of two reviews of one day either does not say that it is no copy."""
    days: dict[Instant | None, list[Meeting]] = {}
    for review in reviews:
        days.setdefault(review.date, []).append(review)
    return any(len(same) > 1 and not all(one.is_original for one in same) for same in days.values())


@RELATIONSHIP_EXPANSION.metric(Called("Responsiveness", "responsiveness (1 best, 3 worst)"))
def responsiveness(account: Relationship) -> Measure:
    """Take the CSM's word: 1 (under 24 h), 2 (24-48 h), 3 (over 48 h)."""
    value = account.profile.number("responsiveness") if account.profile is not None else None
    if value is None:
        return MISSING
    return Measure(value) if 1 <= value <= 3 else invalid("responsiveness")


@RELATIONSHIP_EXPANSION.metric(Called("Champion Stability (days)", "champion in place", "days"))
def champion_stability(account: Relationship) -> Measure:
    """Count the whole days that the champion is in place."""
    return _days_since(account, "champion_stability", "champion_since")


@RELATIONSHIP_EXPANSION.metric(Called("Exec Engagement (days)", "last executive contact", "days ago"))
def exec_engagement(account: Relationship) -> Measure:
    """Count the whole days since the last contact with an executive."""
    return _days_since(account, "exec_engagement", "last_exec_interaction")


def _days_since(account: Relationship, metric: str, field: str) -> Measure:
    date = account.profile.instant(field) if account.profile is not None else None
    if date is None:
        return MISSING
    return Measure((account.view.as_of - date) // DAY) if date <= account.view.as_of else invalid(metric)


@RELATIONSHIP_EXPANSION.metric(Called("Expansion Signals", "expansion signals"))
def expansion_signals(account: Relationship) -> Measure:
    """Add up open CSQLs and mentions; missing while the account never had either, or a CSQL may be open."""
    view = account.view
    had_mentions = view.profile is not None and "expansion_mentions" in view.profile.ever_set
    if not had_mentions and "csql" not in view.past_records:
        return MISSING
    mentions = view.profile.number("expansion_mentions") if view.profile is not None else None
    if mentions is not None and mentions < 0:
        return invalid("expansion_signals")
    words = account.model.words["csql.status"]
    statuses = [words.meaning(csql.text("status")) for csql in view.of("csql")]
    if None in statuses:
        return Measure(None, (words.flag,))
    return Measure(statuses.count("open") + (mentions if mentions is not None else 0))


@RELATIONSHIP_EXPANSION.metric(
    Called("NPS", "net promoter score", form="change"),
    reads=(CrmField("account", "nps", "number"),),
    reference="F. Reichheld, The One Number You Need to Grow, HBR, December 2003",
)
def nps_score(account: Relationship) -> Measure:
    """Take the account's latest Net Promoter Score, from -100 to 100."""
    value = account.profile.number("nps") if account.profile is not None else None
    if value is None:
        return MISSING
    return Measure(value) if -100 <= value <= 100 else invalid("nps_score")
