"""What a backtest comes to: leads and tiers in groups, by hand."""

from dataclasses import replace
from random import Random

import pytest

from scoring.backtest.figures import TreatedFigures
from scoring.backtest.findings import TierGroup, findings, lead_groups, tier_groups
from scoring.backtest.ledger import Details
from scoring.backtest.warnings import Warnings
from scoring.instants import DAY, Instant
from scoring.outcomes import Outcome
from tests.scoring.backtest.ledgers import ENDS, GOOD, MODEL, book, by_account, churn, held, measured, steady_account

DECIDED = Instant(ENDS[20] + 10 * DAY)
WORST = {**GOOD, "messaging": 0.0, "automations": 0.0, "feature_breadth_pct": 0.0, "platform_score": 0.0}
SCORES = [
    *book(),
    *steady_account("silent", upto=21),
    *steady_account("unscored", {}, upto=21),
    *steady_account("seen", upto=16),
    *(measured("seen", end, {**WORST, "payment_health": 9}) for end in ENDS[16:21]),
]
OUTCOMES = [churn("silent", DECIDED), churn("seen", DECIDED), churn("unscored", DECIDED)]
RENEWED = [Outcome(f"stays{n}", "renewed", ENDS[20]) for n in range(9)]


def test_leads_stand_in_groups_beside_what_any_account_would_have_had() -> None:
    """One was seen 163 days ahead, two were not; of the book of eleven one was on the list."""
    found = held(SCORES, OUTCOMES)
    groups = lead_groups(Warnings(found.book, found.alarms, found.leads))
    assert [(one.start, one.end) for one in groups[:3]] == [(0, 0), (0, 30), (30, 60)]
    assert [one.churns for one in groups] == [2, 0, 0, 0, 1, 0]
    assert [round(one.shuffled, 4) for one in groups] == [0.9091, 0, 0, 0, 0.0909, 0]
    assert sum(one.churns for one in groups) == len(found.leads)


@pytest.mark.parametrize(("lead", "group"), [(59, 2), (60, 3), (89, 3), (90, 4), (179, 4), (180, 5)])
def test_a_group_begins_with_its_first_day(lead: int, group: int) -> None:
    """A lead of sixty days is of the group that begins with sixty."""
    scores = [*book(), *(measured("late", end, {**WORST, "payment_health": 9}) for end in ENDS[14:])]
    found = held(scores, [churn("late", Instant(ENDS[14] + lead * DAY))])
    groups = lead_groups(Warnings(found.book, found.alarms, found.leads))
    assert [one.churns for one in groups].index(1) == group


def test_without_a_churn_that_counts_every_group_is_empty() -> None:
    """Nothing is shared out among none."""
    found = held(SCORES, [])
    groups = lead_groups(Warnings(found.book, found.alarms, found.leads))
    assert {(one.churns, one.shuffled) for one in groups} == {(0, 0.0)}


def test_tiers_are_counted_at_the_landmark_the_worst_first() -> None:
    """How many were there, and how many of them churned."""
    found = held(SCORES, [*OUTCOMES, *RENEWED])
    assert tier_groups(found.landmarks(90)) == [TierGroup("Critical", 2, 1), TierGroup("Champion", 9, 1)]


def test_all_is_of_one_backtest() -> None:
    """Its verdict rests on the first landmark and on the leads, its ledger on the same churns."""
    found = held(SCORES, [*OUTCOMES, *RENEWED])
    made = findings(found, Details(by_account(SCORES), MODEL.thresholds), Random(1))  # noqa: S311
    assert (made.snapshots, made.accounts, made.dates) == (24, 12, (ENDS[0], ENDS[-1]))
    assert made.ninety is made.landmarks[0]
    assert (made.ninety.days, made.ninety.churns, made.warning.churns) == (90, 2, 3)
    assert (made.verdict.word, made.verdict.churns) == ("cannot tell", 2)
    assert (len(made.ledger.rows), made.ledger.in_time, made.ledger.misses) == (3, 1, {"no data": 1, "silent": 1})
    assert sum(one.rows for one in made.tiers) == made.ninety.rows


@pytest.mark.parametrize(
    ("auc", "without", "as_churned", "is_between"),
    [
        (0.76, 0.61, 0.84, True),
        (0.76, 0.76, 0.76, True),
        (0.76, 0.77, 0.74, False),
        (0.76, 0.77, 0.80, False),
        (0.76, 0.70, 0.74, False),
        (0.76, None, 0.84, False),
        (0.76, 0.61, None, False),
        (None, 0.61, 0.84, False),
    ],
)
def test_treated_accounts_give_bounds_only_around_the_figure_found(
    auc: float | None,
    without: float | None,
    as_churned: float | None,
    is_between: bool,  # noqa: FBT001
) -> None:
    """On one side of it, swapped or unknown, they bound nothing; nor where nobody stepped in."""
    (ninety, *_) = held(SCORES, OUTCOMES).landmark_figures(Random(1))  # noqa: S311
    made = replace(ninety, auc=auc, treated=TreatedFigures(3, without, as_churned))
    assert made.bounds == ((without, as_churned) if is_between else None)
    assert ninety.bounds is None
