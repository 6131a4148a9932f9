"""Alerts: the steady score, its smoothing, the budget; and the lines that a backtest takes from scores."""

from dataclasses import replace
from math import fsum
from random import Random

import pytest
from msgspec import structs

from scoring.alerts import RENEWAL, AlertTerms, Candidate, alerted, smoothed, steady_score
from scoring.backtest.lines import in_lines, score_line_of
from scoring.instants import DAY
from scoring.metrics.measure import MISSING
from scoring.plans import PLATFORM_VALUE
from scoring.score import Measurements, grade
from tests.models import the_model
from tests.scoring.accounts import AS_OF
from tests.scoring.backtests import line
from tests.scoring.cells import measurements

MODEL = the_model()
DIMENSION = "financial_contract"
MANY = list(measurements(Random(3), MODEL, 200))  # noqa: S311 - no secret


def without_renewal(measured: Measurements) -> Measurements:
    """Give the same measurements, of which the days to renewal are not known."""
    own = {**measured.dimensions[DIMENSION], RENEWAL: MISSING}
    return replace(measured, dimensions={**measured.dimensions, DIMENSION: own})


def test_the_steady_score_is_the_score_as_if_the_renewal_were_not_known() -> None:
    """Its weight is shared out by the rule of every missing metric, and caps are kept."""
    for measured in MANY:
        score, other = grade(measured, MODEL), grade(without_renewal(measured), MODEL)
        assert steady_score(score) == pytest.approx(other.final_score, abs=0.0501)


def test_the_renewal_alone_leaves_no_steady_score() -> None:
    """What rests on nothing else is not known without it."""
    renewal = {DIMENSION: {RENEWAL: structs.replace(MISSING, raw=400.0)}}
    bare = replace(MANY[0], dimensions=renewal, pillars={}, signals=())
    score = grade(bare, MODEL)
    assert score.final_score == 100.0
    assert steady_score(score) is None


def test_the_smoothed_score_moves_halfway_and_stays_where_nothing_is_known() -> None:
    """The first is the steady score itself."""
    assert smoothed(None, 60.0) == 60.0
    assert smoothed(60.0, 80.0) == 70.0
    assert smoothed(60.0, None) == 60.0
    assert smoothed(None, None) is None


@pytest.mark.parametrize(
    ("accounts", "budget", "places"),
    [(0, 0.1, 0), (1, 0.1, 1), (14, 0.1, 1), (15, 0.1, 2), (205, 0.1, 21), (30, 0.15, 5), (2, 1.0, 2), (10, 0.25, 3)],
)
def test_the_budget_is_rounded_half_up_and_is_at_least_one(accounts: int, budget: float, places: int) -> None:
    """Of a share as a person writes it, not as binary floats hold it."""
    assert AlertTerms(budget=budget).places(accounts) == places


def test_an_empty_book_alerts_nobody() -> None:
    """Under either rule."""
    assert alerted([], AlertTerms("level")) == []
    assert alerted([], AlertTerms("steady")) == []


def test_smoothed_scores_that_only_floats_tell_apart_are_a_tie() -> None:
    """The account decides, as in every tie: sums over other metrics end at other last digits."""
    book = [Candidate("b", 80.0, 80.0 - 1e-13, is_due=False), Candidate("a", 80.0, 80.0, is_due=False)]
    assert alerted(book, AlertTerms("steady", 0.5)) == ["a"]


def test_a_list_that_shrinks_keeps_the_worst() -> None:
    """Where fewer may be alerted than were, the others go."""
    book = [Candidate(name, 50.0, 50.0 + place, is_due=False) for place, name in enumerate("abcdefghij")]
    assert alerted(book, AlertTerms("steady", 0.2), frozenset("abc")) == ["a", "b"]


def test_a_line_has_what_the_score_was_made_of() -> None:
    """The groups, weighted as they count, give the score before any cap; the renewal is in days."""
    for measured in MANY:
        score = grade(measured, MODEL)
        taken = score_line_of(score)
        assert (taken.account_id, taken.as_of) == (score.account_id, score.as_of)
        assert (taken.final_score, taken.tier) == (score.final_score, score.tier)
        assert taken.quantitative == pytest.approx(score.quantitative_score, abs=0.0501)
        renewal = measured.dimensions[DIMENSION][RENEWAL].raw
        assert taken.renewal_days == renewal
        groups = {name: one.score for name, one in score.dimensions.items()}
        groups[PLATFORM_VALUE] = score.platform_value_score
        assert taken.groups == {
            name: pytest.approx(value, abs=0.0501) for name, value in groups.items() if value is not None
        }
        weights = {name: fsum(one.weight for one in own.metrics.values()) for name, own in score.dimensions.items()}
        weights[PLATFORM_VALUE] = fsum(one.weight for one in score.platform_value.values())
        if taken.groups:
            assert fsum(weights[name] * value for name, value in taken.groups.items()) == pytest.approx(
                taken.quantitative
            )


def test_of_two_lines_of_one_account_and_instant_the_last_counts() -> None:
    """Whatever came first is replaced, and lines stand in order."""
    later = AS_OF + DAY
    given = [line("a", later, 70.0), line("a", AS_OF, 50.0), line("a", later, 60.0)]
    assert in_lines(given) == {"a": [line("a", AS_OF, 50.0), line("a", later, 60.0)]}
