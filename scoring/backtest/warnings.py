"""How early the alert list named the accounts that churned: leads, and what any account would have had."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from scoring.backtest.alarms import Alarms
from scoring.backtest.figures import EverAlerted, ShuffledLead, WarningFigures
from scoring.backtest.lines import Book
from scoring.backtest.resamples import RESAMPLES, Chance, interval
from scoring.backtest.statistics import mean_of, median_of, share
from scoring.instants import DAY, Instant
from scoring.outcomes import Outcome

LEADS = (30, 60, 90)
"""Leads of so many days are counted as a warning in time."""

GREEN = frozenset(["Healthy", "Champion"])
BELOW_GREEN = frozenset(["At Risk", "Critical"])
FIRST_AFTER = 90
"""A churn counts where it was decided so many days after the first score, or later: else nothing could have warned."""

YEAR_DAYS = 365
BELOW_GREEN_DAYS = (92, 60)


class Span(NamedTuple):
    """How far time is known, and over how many days after it an alert may come true."""

    until: Instant
    horizon_days: int


class Lead(NamedTuple):
    """A churn that counts, when it was decided, and how many days before that the lasting alert began; 0 for none."""

    outcome: Outcome
    decided: Instant
    days: float


class Year(NamedTuple):
    """The twelve months up to a decision, by the places of their first and last date in the calendar."""

    first: int
    newest: int


@dataclass(frozen=True)
class Warnings:
    """The churns that count, each with its lead, over one book and its alarms."""

    book: Book
    alarms: Alarms
    leads: Sequence[Lead]

    def year(self, lead: Lead) -> Year:
        """Give the year up to a decision."""
        return Year(self.alarms.since(Instant(lead.decided - YEAR_DAYS * DAY)), self.alarms.newest(lead.decided))

    @cached_property
    def live_starts(self) -> Mapping[int, Counter[int | None]]:
        """Count where the live runs of all accounts of the book began, for each last date by a decision."""
        return {
            newest: Counter(self.alarms.live_start(account_id, newest) for account_id in self._accounts(newest))
            for newest in {self.year(lead).newest for lead in self.leads}
        }

    @cached_property
    def alerted_in(self) -> Mapping[Year, frozenset[str]]:
        """Name the accounts that were alerted at any time in a decision's year."""
        return {year: self.alarms.named(*year) for year in set(map(self.year, self.leads))}

    def shuffled(self, lead: Lead) -> Counter[float]:
        """Count the leads that the accounts of the book would have had at a churn's decision."""
        leads: Counter[float] = Counter()
        for start, accounts in self.live_starts[self.year(lead).newest].items():
            leads[self.alarms.days_from(start, lead.decided)] += accounts
        return leads

    def ever_alerted(self, lead: Lead) -> float | None:
        """Give the share of the book at a decision that was alerted at any time in the year before."""
        year = self.year(lead)
        book = self._accounts(year.newest)
        return share(len(self.alerted_in[year].intersection(book)), len(book))

    def is_below_green(self, lead: Lead) -> bool:
        """Tell whether the last score two to three months before the decision was At Risk or Critical."""
        oldest, newest = (Instant(lead.decided - days * DAY) for days in BELOW_GREEN_DAYS)
        line = self.book.last(lead.outcome.account_id, newest)
        return line is not None and line.as_of > oldest and line.tier in BELOW_GREEN

    def _accounts(self, place: int) -> list[str]:
        return [line.account_id for line in self.book.snapshots[self.alarms.calendar[place]]]


def leads_of(book: Book, alarms: Alarms, outcomes: Sequence[Outcome], until: Instant, notice_days: int) -> list[Lead]:
    """List the churns that count, in the order of their decisions."""
    first = book.calendar[0] + FIRST_AFTER * DAY
    decisions = ((one.decided(notice_days), one.account_id, one) for one in outcomes if one.is_churn)
    return [
        Lead(one, decided, alarms.lead(account_id, decided))
        for decided, account_id, one in sorted(decisions, key=itemgetter(0, 1))
        if first <= decided <= until
    ]


@dataclass(frozen=True, slots=True)
class Precision:
    """How often an alert came true, and how often any entry of the book did; only those that had the time to."""

    alerts: float | None
    base: float | None

    @property
    def lift(self) -> float | None:
        """Give how many times as often an alert comes true as any entry."""
        return None if self.alerts is None or not self.base else self.alerts / self.base


def precision(found: Warnings, left: Mapping[str, Sequence[Instant]], span: Span) -> Precision:
    """Work out how many alerts were followed by a churn's decision; `left` are those decisions, by account."""
    ahead = span.horizon_days * DAY
    named: list[bool] = []
    every: list[bool] = []
    for as_of, listed in zip(found.alarms.calendar, found.alarms.lists, strict=True):
        if as_of + ahead <= span.until:
            leaves = {one for one, decided in left.items() if any(as_of <= at < as_of + ahead for at in decided)}
            named += [account_id in leaves for account_id in listed]
            every += [line.account_id in leaves for line in found.book.snapshots[as_of]]
    return Precision(share(sum(named), len(named)), share(sum(every), len(every)))


def warning_figures(found: Warnings, came_true: Precision, chance: Chance) -> WarningFigures:
    """Work out all figures of warning; limits from resamples of the churns that count."""
    leads = found.leads
    drawn = [chance.choices(leads, k=len(leads)) for _ in range(RESAMPLES if leads else 0)]
    below = {lead: found.is_below_green(lead) for lead in leads}
    tiers = [line.tier for lines in found.book.snapshots.values() for line in lines]
    return WarningFigures(
        churns=len(leads),
        alerts=sum(map(len, found.alarms.lists)),
        share_green=share(sum(tier in GREEN for tier in tiers), len(tiers)),
        precision=came_true.alerts,
        precision_base=came_true.base,
        lift=came_true.lift,
        median_lead=_median(leads),
        median_lead_95=interval(map(_median, drawn)),
        recall_at_lead={days: _recall(leads, days) for days in LEADS},
        recall_at_lead_95={days: interval(_recall(one, days) for one in drawn) for days in LEADS},
        shuffled=_shuffled(found),
        ever_alerted_12m=_ever_alerted(found),
        below_green_60_90=mean_of([below[lead] for lead in leads]),
        below_green_60_90_95=interval(mean_of([below[lead] for lead in one]) for one in drawn),
    )


def _median(leads: Sequence[Lead]) -> float | None:
    return median_of([(lead.days, 1.0) for lead in leads])


def _recall(leads: Sequence[Lead], days: int) -> float | None:
    return mean_of([lead.days >= days for lead in leads])


def _shuffled(found: Warnings) -> ShuffledLead:
    twins = [twin for twin in map(found.shuffled, found.leads) if twin]
    every = [(days, count / twin.total()) for twin in twins for days, count in twin.items()]
    recall = {days: mean_of([_reached(twin, days) for twin in twins]) for days in LEADS}
    return ShuffledLead(median_of(every), recall)


def _reached(twin: Counter[float], days: int) -> float:
    return sum(count for lead, count in twin.items() if lead >= days) / twin.total()


def _ever_alerted(found: Warnings) -> EverAlerted:
    own = [lead.outcome.account_id in found.alerted_in[found.year(lead)] for lead in found.leads]
    others = map(found.ever_alerted, found.leads)
    return EverAlerted(mean_of(own), mean_of([one for one in others if one is not None]))
