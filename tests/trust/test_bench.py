"""`make trust-bench` in its small form: few portfolios, so wide bounds; and a bound that is missed is said."""

from math import fsum

import pytest

from tests.trust.__main__ import Figure, figures, one_by_one
from tests.trust.bench import experts_auc


@pytest.fixture(scope="module")
def found() -> dict[str, float]:
    """Measure everything on three portfolios a cell, of 20 churns."""
    return {figure.name: figure.value for figure in figures(3, one_by_one, churns=(20,), fresh=1)}


def test_proposals_gain_where_experts_are_wrong_and_lose_little_where_they_are_right(found: dict[str, float]) -> None:
    """On fresh renewals of the same made-up world; how well real churn is told, no simulation shows."""
    assert found["experts badly off, 20 churns: change of AUC, mean"] >= 0.015
    assert found["experts right, 20 churns: change of AUC, mean"] >= -0.01
    assert found["experts right, 20 churns: share worse by > .01"] < 1
    assert 0.65 < experts_auc("badly", 1) < experts_auc("right", 1) < 0.85


def test_the_steady_rule_finds_more_churns_in_time_with_fewer_new_alerts(found: dict[str, float]) -> None:
    """At one budget."""
    assert found["alerts steady - level: recall at lead >= 60 days"] > 0
    assert found["alerts steady: share of new alerts"] < found["alerts level: share of new alerts"]


def test_what_is_dealt_out_at_random_teaches_nothing(found: dict[str, float]) -> None:
    """Random scores are as good as any; of shuffled outcomes few seem to be told."""
    assert found["scores drawn at random: AUC, from .5"] <= 0.15
    assert found["scores drawn at random: recall, from that of any account"] <= 0.10
    assert found["outcomes shuffled, 20 churns: skill above 0"] < 1
    assert found["outcomes shuffled, 20 churns: guard holds"] < 1


@pytest.mark.parametrize(
    ("figure", "keeps"),
    [
        (Figure("a", 0.1, ">=", 0.1), True),
        (Figure("a", 0.09, ">=", 0.1), False),
        (Figure("a", 0.12, "<=", 0.12), True),
        (Figure("a", 0.13, "<=", 0.12), False),
        (Figure("a", -9.0), True),
    ],
)
def test_a_bound_is_kept_or_missed(figure: Figure, keeps: bool) -> None:  # noqa: FBT001
    """A figure without one is shown alone."""
    assert figure.keeps == keeps
    assert ("MISSED" in str(figure)) == (not keeps)


def test_a_fit_and_its_guard_are_quick(found: dict[str, float]) -> None:
    """On one core."""
    assert found["time of a fit, in seconds on one core"] <= 1.0
    assert found["time of the guard, in seconds on one core"] <= 5.0


def test_means_of_a_cell_are_those_of_its_portfolios(found: dict[str, float]) -> None:
    """The difference of the rules is that of the two figures that are shown."""
    steady, level = (found[f"alerts {rule}: recall at lead >= 60 days"] for rule in ("steady", "level"))
    assert found["alerts steady - level: recall at lead >= 60 days"] == pytest.approx(fsum([steady, -level]))
