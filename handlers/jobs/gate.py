"""The gate: every account under two models, and the same renewals told by each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from handlers.jobs.past_accounts import Departed
from handlers.jobs.what_if import Answer
from scoring.backtest.backtest import latest
from scoring.backtest.comparison import DAYS, PairedRow
from scoring.backtest.landmarks import landmarks
from scoring.backtest.lines import ScoreLine, book_of
from scoring.drivers import Driver, Side, largest_first
from scoring.facts import HISTORY_MONTHS
from scoring.instants import Instant
from scoring.outcomes import NOTICE_DAYS, Outcome, Outcomes, Refusal, Terms, sort_out
from scoring.periods import period_of
from scoring.restored import restored
from scoring.rounding import difference
from scoring.score import Score
from scoring.what_if import Case, Comparison, Month, Pair

BATCH = 500
_DELETED = "account_deleted"


@dataclass(slots=True)
class Tried:
    """Accounts under the base and the draft: month-ends for the impact, all cases for the comparison.

    `drivers` say by account why its tier differs at the last month-end. `own` counts the lines of a file that were
    made under the base, `not_given_again` those of them whose score or tier the base does not give again.
    """

    months: list[Month] = field(default_factory=list)
    cases: dict[str, dict[Instant, Case]] = field(default_factory=dict)
    drivers: dict[str, tuple[Driver, ...]] = field(default_factory=dict)
    own: int = 0
    not_given_again: int = 0

    def add(self, as_of: Instant, case: Case) -> None:
        """Take in a case; of several of one account and instant the last holds."""
        self.cases.setdefault(case.account_id, {})[as_of] = case


def tried_scores(scores: Iterable[Score], comparison: Comparison, worth: Mapping[str, float]) -> Tried:
    """Score the lines of a file again under both models; `worth` is the ARR of accounts, as far as it is known."""
    tried, waiting = Tried(), iter(scores)
    changed: dict[str, tuple[Instant, Pair]] = {}
    while some := list(islice(waiting, BATCH)):
        measured = [restored(score, comparison.present, worth.get(score.account_id)) for score in some]
        pairs = [Pair(one, one) for one in measured]
        for score, pair, case in zip(some, pairs, comparison.cases(pairs), strict=True):
            if _DELETED in score.flags:
                continue
            tried.add(score.as_of, case)
            _check(tried, score, case, comparison)
            if case.is_of_other_tier and score.as_of >= changed.get(case.account_id, (score.as_of,))[0]:
                changed[case.account_id] = (score.as_of, pair)
    tried.months = months_in(tried.cases)
    tried.drivers = dict(_drivers(tried.months[-1:], changed, comparison))
    return tried


def _check(tried: Tried, score: Score, case: Case, comparison: Comparison) -> None:
    """Count a line of the base's own, and see whether the base gives its score again."""
    if score.model_version != comparison.present.version:
        return
    tried.own += 1
    apart = difference(score.final_score, case.now.final_score)
    is_same = score.final_score is None and case.now.final_score is None
    near = apart is not None and abs(apart) <= 0.1
    tried.not_given_again += not (is_same or (near and (apart != 0 or score.tier == case.now.tier)))


def _drivers(
    last: Sequence[Month], changed: Mapping[str, tuple[Instant, Pair]], comparison: Comparison
) -> Iterator[tuple[str, tuple[Driver, ...]]]:
    for case in (case for month in last for case in month.cases if case.is_of_other_tier):
        if case.change is not None:
            pair = changed[case.account_id][1]
            sides = Side(pair.now, comparison.present), Side(pair.draft, comparison.draft)
            yield case.account_id, largest_first(*sides, round(10 * case.change))


def months_in(cases: Mapping[str, Mapping[Instant, Case]]) -> list[Month]:
    """Give the last 13 months in which anything was scored, each account by its last score in the month."""
    found: dict[str, dict[str, tuple[Instant, Case]]] = {}
    for account_id, own in cases.items():
        for as_of in sorted(own):
            found.setdefault(period_of(Instant(as_of - 1)), {})[account_id] = (as_of, own[as_of])
    return [_month(period, found[period]) for period in sorted(found)[-HISTORY_MONTHS:]]


def _month(period: str, by_account: Mapping[str, tuple[Instant, Case]]) -> Month:
    latest = max(as_of for as_of, _ in by_account.values())
    return Month(period, latest, [by_account[name][1] for name in sorted(by_account)])


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a draft is judged by: accounts under both models, and what became of them (None: nothing was said).

    `is_whole` is False where a line or an account could not be read, `is_measured` where the accounts cannot
    show all that the draft changes.
    """

    tried: Tried
    outcomes: Sequence[Outcome | Refusal] | None = None
    is_whole: bool = True
    is_measured: bool = True


class Renewals(NamedTuple):
    """What became of accounts, and how each of two models scored them 90 days before; which have no such score."""

    outcomes: Outcomes
    rows: list[PairedRow]
    no_landmark: int
    unscored: int
    until: Instant


def renewals(
    cases: Mapping[str, Mapping[Instant, Case]],
    stated: Sequence[Outcome | Refusal],
    until: Instant | None = None,
    notice_days: int = NOTICE_DAYS,
) -> Renewals:
    """Give the landmark rows that both models score; `until` is the last score's instant unless said."""
    lines = {name: [_line(as_of, own[as_of]) for as_of in sorted(own)] for name, own in cases.items() if own}
    until = latest(lines.values()) if until is None else until
    outcomes = sort_out(stated, Terms(lines.keys(), until, notice_days))
    found = landmarks(book_of(lines, outcomes.usable, notice_days), outcomes.usable, DAYS, until, notice_days)
    rows = [
        PairedRow(name, row.is_churn, row.score, case.draft.final_score)
        for row in found.rows
        for name in [row.outcome.account_id]
        for case in [cases[name][row.line.as_of]]
        if case.draft.final_score is not None
    ]
    return Renewals(outcomes, rows, found.no_landmark, found.unscored, until)


def _line(as_of: Instant, case: Case) -> ScoreLine:
    """Make a line that has a number where both models give one, so that either is held against the same rows."""
    number = None if case.draft.final_score is None else case.now.final_score
    return ScoreLine(case.account_id, as_of, number, case.now.tier, None, None, None, {})


def tried_of(answer: Answer, past: Answer, left: Iterable[Departed]) -> Tried:
    """Take in what was tried on a store: accounts, and those that left the portfolio while they were in it."""
    until = {one.account.id: one.at for one in left}
    tried = Tried(answer.months)
    for month in (*answer.months, *past.months):
        for case in month.cases:
            if month.as_of <= until.get(case.account_id, month.as_of):
                tried.add(month.as_of, case)
    return tried
