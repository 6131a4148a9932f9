"""The lead-time ledger: one row a churn, by hand; its sums against the figures, for any portfolio."""

from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from scoring.alerts import AlertTerms, Rule
from scoring.backtest.ledger import IN_TIME, Details, ledger
from scoring.backtest.misses import CAUSES
from scoring.customer import Csm
from scoring.instants import DAY, Instant
from scoring.outcomes import Outcome
from scoring.score import Score
from tests.scoring.backtest.ledgers import (
    ENDS,
    GOOD,
    MODEL,
    book,
    by_account,
    churn,
    held,
    ledger_of,
    measured,
    only_row,
    portfolio,
    steady_account,
)

BAD = {
    "messaging": 0.0,
    "automations": 0.0,
    "feature_breadth_pct": 0.0,
    "platform_score": 0.0,
    "payment_health": 9.0,
}
"""Worse than the worst of the accounts that stay."""


def declining(first: int, upto: int = 21) -> list[Score]:
    """Give an account that is the worst of all from one month on."""
    return steady_account("leaves", upto=first) + [measured("leaves", end, {**GOOD, **BAD}) for end in ENDS[first:upto]]


DECIDED = Instant(ENDS[20] + 10 * DAY)
LET_GO = 10
"""A portfolio drawn by this has an account that fell off the list as its renewal was no longer due."""


def test_a_churn_that_was_seen_has_its_alerts_its_days_and_no_miss() -> None:
    """Alerted from the month-end on at which it got worse."""
    row = only_row(declining(17), churn("leaves", DECIDED, 90))
    lead = (DECIDED - ENDS[17]) / DAY
    assert (row.account_name, row.decided, row.first, row.lasting) == ("Hotel leaves", DECIDED, ENDS[17], ENDS[17])
    assert (row.lead, row.days_before_effective, row.is_in_time, row.miss) == (lead, lead + 90, True, None)


def test_churns_that_count_are_those_with_a_lead() -> None:
    """Of two that left, one was decided too early for any score to warn."""
    made = ledger_of([*book(), *declining(17)], [churn("leaves", DECIDED), churn("stays1", ENDS[1])])
    assert [row.outcome.account_id for row in made.rows] == ["stays1", "leaves"]
    assert [row.outcome.account_id for row in made.counted] == ["leaves"]
    assert (made.in_time, made.misses) == (1, {})


def test_an_alert_that_broke_off_is_the_first_and_not_the_lasting_one() -> None:
    """The lead counts from the run that lasted."""
    scores = declining(8, 12) + steady_account("leaves")[12:18] + declining(18)[18:]
    row = only_row(scores, churn("leaves", DECIDED))
    assert (row.first, row.lasting) == (ENDS[8], ENDS[18])
    assert [month.as_of for month in row.months if month.is_alerted] == [ENDS[n] for n in (9, 10, 11, 18, 19, 20)]


def test_the_path_names_the_tiers_of_the_year_before_in_runs() -> None:
    """Months without a number are named as well; what is older than a year is not."""
    months = declining(17)
    row = only_row([score for score in months if score.as_of != ENDS[14]], churn("leaves", DECIDED))
    assert row.path == [("Champion", 5), (None, 1), ("Champion", 2), ("Critical", 4)]


def test_an_alert_after_the_decision_is_none() -> None:
    """After its notice an account is out of the book, however bad its score."""
    row = only_row(declining(22, 24), churn("leaves", DECIDED))
    assert (row.first, row.lasting, row.lead, row.days_before_effective) == (None, None, 0.0, None)


def test_a_churn_that_was_decided_too_early_does_not_count_and_has_no_cause() -> None:
    """Less than 90 days after the first score nothing could have warned; its row is there."""
    row = only_row(declining(1, 3), churn("leaves", Instant(ENDS[0] + 89 * DAY)))
    assert (row.lead, row.miss, row.is_in_time, row.first) == (None, None, False, ENDS[1])


def test_who_was_told_is_who_looked_after_the_account_at_the_lasting_alert() -> None:
    """Of an alert that did not last, at the first; where nobody knows, nobody."""
    ana, ben = Csm("005A", "Ana"), Csm("005B", "Ben")
    scores = [*book(), *declining(8, 12), *steady_account("leaves")[12:18], *declining(18)[18:]]
    found = held(scores, [churn("leaves", DECIDED)])
    csms = {("leaves", ENDS[8]): ben, ("leaves", ENDS[18]): ana}
    (row,) = ledger(found, Details(by_account(scores), MODEL.thresholds, csms)).rows
    assert row.told == ana
    scores = [*book(), *declining(8, 12), *steady_account("leaves")[12:21]]
    found = held(scores, [churn("leaves", DECIDED)])
    (row,) = ledger(found, Details(by_account(scores), MODEL.thresholds, csms)).rows
    assert (row.lasting, row.told) == (None, ben)
    assert only_row(declining(17), churn("leaves", DECIDED)).told is None


def test_renewals_have_no_row() -> None:
    """Nor has an account that went on with less."""
    kinds = [Outcome("leaves", kind, ENDS[20]) for kind in ("renewed", "downgraded")]
    assert ledger_of([*book(), *declining(17)], kinds).rows == ()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["level", "steady"]))
@example(LET_GO, "steady")
def test_the_sums_reconcile_with_the_outcomes_and_the_figures(seed: int, rule: Rule) -> None:
    """A row a churn; every churn that counts was in time or has one cause; leads are those of the figures."""
    scores, outcomes = portfolio(seed)
    found = held(scores, outcomes, AlertTerms(rule))
    made = ledger(found, Details(by_account(scores), MODEL.thresholds))
    assert len(made.rows) == found.outcomes.counts["churned"]
    assert sorted(row.lead for row in made.counted if row.lead is not None) == sorted(lead.days for lead in found.leads)
    assert made.in_time == sum(lead.days >= IN_TIME for lead in found.leads)
    assert made.in_time + sum(made.misses.values()) == len(found.leads)
    assert list(made.misses) == [cause for cause in CAUSES if cause in made.misses]
    assert all((row.miss is None) == (row.lead is None or row.is_in_time) for row in made.rows)
    for row in made.rows:
        if row.miss is not None and row.miss.was_listed is not None:
            listed, days = row.miss.was_listed, row.miss.renewal
            assert (row.miss.cause, rule) == ("no longer due", "steady")
            assert listed.first <= listed.last < row.miss.as_of <= row.decided
            assert days is not None
            assert days.days is not None
            assert days.days <= listed.notice_days
            assert row.decided > row.outcome.effective - listed.notice_days * DAY
            on = [found.alarms.is_alerted(row.outcome.account_id, at) for at in (listed.last, row.miss.as_of)]
            assert on == [True, False]


def test_the_sums_are_tried_with_an_account_that_was_let_go() -> None:
    """Else the property would say nothing of that cause."""
    assert "no longer due" in ledger_of(*portfolio(LET_GO), AlertTerms("steady")).misses


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_scores_and_outcomes_makes_no_difference(seed: int, drawn: Random) -> None:
    """The same rows in the same order."""
    scores, outcomes = portfolio(seed)
    made = ledger_of(scores, outcomes)
    drawn.shuffle(scores)
    drawn.shuffle(outcomes)
    assert ledger_of(scores, outcomes) == made
