"""The lead-time ledger: one row a churn, what the alert list said of it, when, and why it did not where it did not."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from scoring.alerts import AlertTerms
from scoring.backtest.backtest import Backtest
from scoring.backtest.fallen import no_longer_due
from scoring.backtest.lines import ScoreLine
from scoring.backtest.misses import CAUSES, Case, Cause, KnownNow, Miss, Renewal, miss_of
from scoring.backtest.past import Thresholds
from scoring.backtest.warnings import YEAR_DAYS, Lead
from scoring.customer import Csm
from scoring.instants import DAY, Instant
from scoring.outcomes import Outcome
from scoring.score import Score

IN_TIME = 60
"""An alert was in time where it lasted from so many days before the decision, or longer."""


class Month(NamedTuple):
    """What was shown of an account at one date of the calendar: its tier (None: no number), whether it was alerted."""

    as_of: Instant
    tier: str | None
    is_alerted: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One churn: when it was decided, its alerts, the year before it, and why it was missed.

    `lead` is as the figures count it, None where the churn does not count: it was decided too early for
    any score to warn. `lasting` is the first date of the run of alerts that lasted until the decision.
    `told` looked after the account when it was alerted. `miss` is None where the alert was in time.
    """

    outcome: Outcome
    decided: Instant
    account_name: str | None
    first: Instant | None
    lasting: Instant | None
    lead: float | None
    told: Csm | None
    months: tuple[Month, ...]
    miss: Miss | None

    @property
    def is_in_time(self) -> bool:
        """Tell whether the churn counts, and was alerted in time."""
        return self.lead is not None and self.lead >= IN_TIME

    @property
    def days_before_effective(self) -> float | None:
        """Give the days from the lasting alert to the day on which the churn took effect."""
        return None if self.lasting is None else (self.outcome.effective - self.lasting) / DAY

    @property
    def path(self) -> list[tuple[str | None, int]]:
        """Give the tiers of the year before, each with at how many dates in a row it was shown."""
        return [(tier, len(list(run))) for tier, run in groupby(month.tier for month in self.months)]


@dataclass(frozen=True)
class Ledger:
    """A row for each churn that is not refused, in the order in which they were decided."""

    rows: tuple[Row, ...]

    @cached_property
    def counted(self) -> tuple[Row, ...]:
        """Give the churns that count."""
        return tuple(row for row in self.rows if row.lead is not None)

    @property
    def in_time(self) -> int:
        """Count the churns that were alerted in time."""
        return sum(row.is_in_time for row in self.rows)

    @property
    def misses(self) -> dict[Cause, int]:
        """Count the others that count, by cause; a cause that never fits is left out."""
        counted = Counter(row.miss.cause for row in self.rows if row.miss is not None)
        return {cause: counted[cause] for cause in CAUSES if counted[cause]}


@dataclass(frozen=True)
class Details:
    """What a ledger needs besides the backtest: the whole scores of the accounts that churned, who looked after them.

    `csms` is by account and instant. `known_now` is the same question asked of what is known now, where the
    scores are those that were shown then.
    """

    scores: Mapping[str, Sequence[Score]]
    thresholds: Thresholds
    csms: Mapping[tuple[str, Instant], Csm] = field(default_factory=dict)
    known_now: Backtest | None = None


def ledger(found: Backtest, details: Details) -> Ledger:
    """Make the ledger of a backtest."""
    leads = {lead.outcome: lead for lead in found.leads}
    later = {} if details.known_now is None else {lead.outcome: lead for lead in details.known_now.leads}
    desk = _Desk(found, details, later)
    churns = (one for one in found.outcomes.usable if one.is_churn)
    rows = (desk.row(one, leads.get(one)) for one in churns)
    return Ledger(tuple(sorted(rows, key=lambda row: (row.decided, row.outcome.account_id, row.outcome.effective))))


def in_order(scores: Iterable[Score]) -> list[Score]:
    """Put the scores of one account in order of time; of several of one instant the last given counts."""
    found = {score.as_of: score for score in scores}
    return [found[as_of] for as_of in sorted(found)]


def _renewal(line: ScoreLine, terms: AlertTerms) -> Renewal:
    return Renewal(line.renewal_days, terms.is_due(line.renewal_days))


@dataclass(frozen=True)
class _Desk:
    """What rows are made from: the backtest, its details, and the leads with all that is known now."""

    found: Backtest
    details: Details
    known_now: Mapping[Outcome, Lead]

    @cached_property
    def listed(self) -> Mapping[Instant, float | None]:
        """Give the best score that is on the alert list, for each date."""
        lists = zip(self.found.book.snapshots.items(), self.found.alarms.starts, strict=True)
        scores = (
            (as_of, [line.final_score for line in lines if line.account_id in on]) for (as_of, lines), on in lists
        )
        return {as_of: max((one for one in own if one is not None), default=None) for as_of, own in scores}

    def row(self, outcome: Outcome, lead: Lead | None) -> Row:
        """Make the row of a churn; without a lead it does not count."""
        decided = outcome.decided(self.found.alert_terms.notice_days)
        places = self._places(outcome.account_id, decided)
        start = self.found.alarms.live_start(outcome.account_id, self.found.alarms.newest(decided))
        calendar = self.found.alarms.calendar
        first, lasting = (None if place is None else calendar[place] for place in (min(places, default=None), start))
        scores = in_order(self.details.scores.get(outcome.account_id, ()))
        told = first if lasting is None else lasting
        return Row(
            outcome=outcome,
            decided=decided,
            account_name=next((one.account_name for one in reversed(scores) if one.account_name), None),
            first=first,
            lasting=lasting,
            lead=None if lead is None else lead.days,
            told=None if told is None else self.details.csms.get((outcome.account_id, told)),
            months=tuple(self._months(outcome.account_id, decided)),
            miss=None if lead is None or lead.days >= IN_TIME else miss_of(self._case(lead, scores)),
        )

    def _places(self, account_id: str, decided: Instant) -> list[int]:
        alarms = self.found.alarms
        upto = alarms.newest(decided) + 1
        return [place for place, starts in enumerate(alarms.starts[:upto]) if account_id in starts]

    def _months(self, account_id: str, decided: Instant) -> Iterator[Month]:
        tiers = {line.as_of: line.tier for line in self.found.lines.get(account_id, ())}
        for as_of in self.found.book.calendar:
            if decided - YEAR_DAYS * DAY < as_of <= decided:
                yield Month(as_of, tiers.get(as_of), self.found.alarms.is_alerted(account_id, as_of))

    def _case(self, lead: Lead, scores: Sequence[Score]) -> Case:
        account_id, terms = lead.outcome.account_id, self.found.alert_terms
        as_of = self._looked_at(account_id, lead.decided)
        line = self.found.book.last(account_id, as_of)
        leaves = self.found.book.left[account_id]
        return Case(
            scores=scores,
            as_of=as_of,
            effective=lead.outcome.effective,
            thresholds=self.details.thresholds,
            has_left=leaves < as_of,
            renewal=None if terms.rule == "level" or line is None else _renewal(line, terms),
            listed=self.listed[as_of] if terms.rule == "level" else None,
            known_now=self._known_now(lead, as_of),
            was_listed=no_longer_due(self.found, lead, as_of),
        )

    def _looked_at(self, account_id: str, decided: Instant) -> Instant:
        """Choose the last date at which an alert would have been in time, or the first at which it was off the list."""
        alarms = self.found.alarms
        deadline = alarms.newest(Instant(decided - IN_TIME * DAY))
        following = range(deadline, alarms.newest(decided) + 1)
        off = (place for place in following if account_id not in alarms.starts[place])
        return alarms.calendar[next(off, deadline)]

    def _known_now(self, lead: Lead, as_of: Instant) -> KnownNow | None:
        """Say what the list would have said with all that is known now, where that had been in time."""
        other, late = self.details.known_now, self.known_now.get(lead.outcome)
        if other is None or late is None or late.days < IN_TIME:
            return None
        line = other.book.last(lead.outcome.account_id, as_of)
        return KnownNow(late.days, None if line is None else line.final_score)
