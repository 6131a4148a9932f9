"""Alerts: whom to call first, as many as a budget allows. An alert is no tier: it ranks accounts against each other.

The rule `level` names the worst scores of today. The rule `steady` names those whose renewal comes up,
the worst first, by a score that is smoothed over the closes and leaves the nearness of the renewal out;
an account on the list stays while it is nearly as bad. Held against each other in simulation at one
budget, `steady` found half of the churns 60 days ahead, `level` a third (docs/trust.md).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import fsum
from typing import Literal, NamedTuple, TypeAlias, get_args

from scoring.instants import Instant
from scoring.outcomes import NOTICE_DAYS
from scoring.score import MetricScore, Score, mean
from scoring.verdict import capped

Rule: TypeAlias = Literal["level", "steady"]

RULES: tuple[Rule, ...] = get_args(Rule)

RENEWAL = "days_to_renewal"
"""The metric that the steady score leaves out: it falls for everybody whose renewal comes near."""

SMOOTHING = 0.5
"""The share of the newest steady score in the smoothed one; the rest is the smoothed one before."""

DUE_DAYS = 180
"""A renewal is due when it comes within so many days after the notice period."""

STAYING = 1.5
"""An account on the list stays while it is among so many times as many as the budget allows."""


class Need(NamedTuple):
    """What an account is ranked by: those whose renewal is due first, then the lowest score, ties by account."""

    is_not_due: bool
    score: float
    account_id: str


_DIGITS = 9
"""Smoothed scores that are as near as that are a tie: sums of binary floats differ by less where nothing does."""


class Candidate(NamedTuple):
    """An account of the book at one instant: its score as shown, the smoothed one, whether its renewal is due."""

    account_id: str
    final_score: float
    smoothed: float
    is_due: bool


@dataclass(frozen=True, slots=True)
class Alert:
    """An account's alert: `since` when its present run on the list lasts, and what put it there.

    It is at a `place` of the `places` that a `book` (the period of a close) of so many `accounts` has;
    a score made between two closes has no place: it is held against the edges of the last list. `score`
    is what the rule ranks by, as shown; `renewal_days` are given where the renewal is due. What `stays`
    is no longer among the worst, but was on the list and is nearly as bad.
    """

    since: Instant
    rule: Rule
    score: float
    renewal_days: int | None
    place: int | None
    places: int
    accounts: int
    book: str
    stays: bool = False


@dataclass(frozen=True, slots=True)
class AlertTerms:
    """How alerts are chosen: by which rule, for which share of the book, under which notice period in days."""

    rule: Rule = "level"
    budget: float = 0.10
    notice_days: int = NOTICE_DAYS

    def places(self, accounts: int) -> int:
        """Say how many accounts of a book are alerted: the budget's share, rounded half up, at least one of any."""
        share = Decimal(str(self.budget)) * accounts
        return min(accounts, max(1, int(share.to_integral_value(ROUND_HALF_UP))))

    def is_due(self, renewal_days: float | None) -> bool:
        """Tell whether a renewal that many days ahead is due: after the notice period, and not long after."""
        return renewal_days is not None and self.notice_days < renewal_days <= self.notice_days + DUE_DAYS


def alerted(book: Collection[Candidate], terms: AlertTerms, before: Collection[str] = ()) -> list[str]:
    """Name the accounts that are alerted, the worst first; `before` are those of the last list (for `steady`)."""
    places = terms.places(len(book))
    order = [one.account_id for one in ranked(book, terms.rule)]
    if terms.rule == "level":
        return order[:places]
    near = order[: int(STAYING * places)]
    staying = [one for one in near if one in before][:places]
    kept = frozenset(staying)
    chosen = kept.union([one for one in order if one not in kept][: places - len(kept)])
    return [one for one in near if one in chosen]


def ranked(book: Iterable[Candidate], rule: Rule) -> list[Candidate]:
    """Put a book in order, whom to call first at the front."""
    return sorted(book, key=lambda one: need(one, rule))


def need(one: Candidate, rule: Rule) -> Need:
    """Give what a rule ranks an account by; the smaller, the sooner to call."""
    return Need(not one.is_due, round(one.smoothed, _DIGITS), one.account_id) if rule == "steady" else _level(one)


def _level(one: Candidate) -> Need:
    return Need(False, one.final_score, one.account_id)


def smoothed(before: float | None, steady: float | None) -> float | None:
    """Carry the smoothed steady score on: the first is the steady score, and stays where there is none."""
    if steady is None or before is None:
        return before if steady is None else steady
    return SMOOTHING * steady + (1 - SMOOTHING) * before


def renewal_days(score: Score) -> float | None:
    """Give the days to the renewal as a score has them; None where it is not known."""
    found = (one.metrics[RENEWAL].raw for one in score.dimensions.values() if RENEWAL in one.metrics)
    return next((float(raw) for raw in found if raw is not None), None)


def steady_score(score: Score) -> float | None:
    """Give a score without the renewal's nearness: its weight is shared out as if it were missing, caps are kept.

    Unrounded; None where nothing else is known.
    """
    churn_risk = [_whole(one.metrics) for one in score.dimensions.values()]
    pillars = _whole(score.platform_value)
    steady = mean([(fsum(weight for weight, _ in churn_risk), mean(churn_risk)), pillars])
    return capped(steady, score.cap)


def _whole(metrics: Mapping[str, MetricScore]) -> tuple[float, float | None]:
    """Give a group's effective weight, the renewal's included, and its score without the renewal."""
    others = [metric for name, metric in metrics.items() if name != RENEWAL]
    return fsum(metric.weight for metric in metrics.values()), weighed(others)


def weighed(metrics: Iterable[MetricScore]) -> float | None:
    """Give the mean score of metrics, from their points and effective weights, which are not rounded as scores are."""
    counted = [metric for metric in metrics if metric.weight > 0]
    return fsum(metric.points for metric in counted) / fsum(metric.weight for metric in counted) if counted else None
