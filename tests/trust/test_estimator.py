"""The estimator: its gradient, where it ends, and that nothing near is lower."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.calibrate.arrays import Example, Rows, joint_parts, metric_parts, rows_of
from handlers.calibrate.descent import FLAT, Place, lowest_from
from handlers.calibrate.estimator import Objective, fit, weights_at
from handlers.calibrate.health import HealthOf
from tests.trust.examples import examples_of
from tests.trust.generator import MODEL, Degree, make_portfolio

JOINT = joint_parts(MODEL)
CELLS: list[tuple[int, int, Degree]] = [(1, 10, "right"), (2, 20, "moderately"), (3, 50, "badly"), (4, 10, "badly")]


@cache
def rows(seed: int, churns: int, degree: Degree) -> Rows:
    """Give the landmark rows of a made-up portfolio."""
    return rows_of(examples_of(make_portfolio(seed, churns, degree)), JOINT)


def by_hand(rows: Rows, weights: list[float], intercept: float, slope: float) -> float:
    """Work out what is made lowest as docs/trust.md says it, for rows that lack no group."""
    expert = rows.parts.expert.tolist()
    health = [sum(w * s for w, s in zip(weights, row, strict=True)) for row in rows.scores.tolist()]
    first = [sum(w * s for w, s in zip(expert, row, strict=True)) for row in rows.scores.tolist()]
    mean = sum(first) / len(first)
    sd = (sum((one - mean) ** 2 for one in first) / len(first)) ** 0.5
    chances = [1 / (1 + np.exp(-(intercept + slope / sd * (mean - one)))) for one in health]
    likely = sum(
        np.log(chance if churned else 1 - chance)
        for chance, churned in zip(chances, rows.churned.tolist(), strict=True)
    )
    pulled = sum(e * np.log(e / w) for e, w in zip(expert, weights, strict=True))
    return float(-likely + 10 * pulled + (slope / 2.5) ** 2 / 2)


def test_what_is_made_lowest_is_the_sum_of_trust_md() -> None:
    """Minus log likelihood, the distance from the experts, the width of the slope: by hand, on whole rows."""
    every = rows(1, 10, "right")
    whole = every.at(np.flatnonzero(every.known.all(axis=1)).tolist())
    weights = [0.3, 0.2, 0.2, 0.1, 0.2]
    at = np.array([*np.log(weights), -2.0, 1.1])
    assert Objective(whole)(at)[0] == pytest.approx(by_hand(whole, weights, -2.0, 1.21))


@pytest.mark.parametrize("cell", CELLS)
def test_the_gradient_is_what_small_changes_do(cell: tuple[int, int, Degree]) -> None:
    """In each of the seven directions, at a place that is none of the starts."""
    objective = Objective(rows(*cell))
    at = np.array([*np.log([0.3, 0.1, 0.2, 0.15, 0.25]), -1.5, 0.8])
    changed = [(objective(at + way)[0] - objective(at - way)[0]) / 2e-6 for way in np.eye(7) * 1e-6]
    assert objective(at)[1] == pytest.approx(changed, abs=1e-4)


@pytest.mark.parametrize("cell", CELLS)
def test_a_fit_ends_where_it_is_flat_and_no_other_start_leads_lower(cell: tuple[int, int, Degree]) -> None:
    """Eight starts drawn at random all end at the same place, or higher."""
    found, chance = fit(rows(*cell)), np.random.default_rng(cell[0])
    assert np.abs(found.place.gradient).max() <= FLAT
    for _ in range(8):
        start = np.array([*np.log(chance.dirichlet(np.ones(5)) + 1e-6), chance.normal(-2, 1), chance.uniform(0.2, 2)])
        other = lowest_from(start, found.objective)
        assert other.value >= found.place.value - 1e-9
        if other.value < found.place.value + 1e-9:
            assert weights_at(other.at) == pytest.approx(found.weights, abs=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_a_search_that_knows_no_gradient_finds_nothing_lower(cell: tuple[int, int, Degree]) -> None:
    """Steps drawn at random, ever smaller, from the experts' weights come to the same weights."""
    found, chance = fit(rows(*cell)), np.random.default_rng(9)
    best = next(found.objective.starts())
    value, width = found.objective(best)[0], 0.5
    for _ in range(1_500):
        tried = best + chance.normal(0, width, 7)
        lower = found.objective(tried)[0]
        best, value, width = (tried, lower, width * 1.5) if lower < value else (best, value, max(width * 0.95, 1e-6))
    assert value == pytest.approx(found.place.value, abs=1e-4)
    assert weights_at(best) == pytest.approx(found.weights, abs=0.01)


def test_where_a_bad_score_speaks_for_staying_the_slope_is_nought_and_the_experts_stand() -> None:
    """A slope below 0 is not allowed: with outcomes turned round nothing is learned."""
    taken = rows(3, 50, "badly")
    health = HealthOf(taken).score(taken.parts.expert)
    same = np.repeat(health[:, None], 5, axis=1)
    turned = Rows(taken.parts, same, np.ones_like(taken.known), (health > np.quantile(health, 0.8)).astype(float))
    found = fit(turned)
    assert found.slope == pytest.approx(0.0, abs=1e-4)
    assert found.weights == pytest.approx(taken.parts.expert, abs=1e-4)


def test_without_any_doubt_of_the_experts_their_weights_stand() -> None:
    """With an endless kappa nothing moves; with none the rows alone decide."""
    taken = rows(3, 50, "badly")
    assert fit(taken, kappa=1e6).weights == pytest.approx(taken.parts.expert, abs=1e-3)
    far, near = (np.abs(fit(taken, kappa).weights - taken.parts.expert).max() for kappa in (2.0, 50.0))
    assert far > near


def test_rows_tell_the_same_in_any_order_and_groups_nobody_has_stay() -> None:
    """Their order is nothing; a group that no row has keeps its weight beside the others of its side."""
    taken = rows(2, 20, "moderately")
    turned = taken.at(list(range(len(taken.churned)))[::-1])
    assert fit(turned).weights == pytest.approx(fit(taken).weights, abs=1e-6)
    known = taken.known.copy()
    known[:, 3] = False
    without = fit(Rows(taken.parts, taken.scores * known, known, taken.churned)).weights
    assert without[3] / without[:4].sum() == pytest.approx(0.09 / 0.60, abs=0.03)


@given(st.integers(0, 10_000), st.sampled_from(["any", "all alike", "no platform", "platform alone", "told apart"]))
@settings(max_examples=25)
def test_whatever_rows_say_the_search_settles_at_weights(seed: int, kind: str) -> None:
    """Rows drawn at random, much of them missing, all alike, or perfectly told apart."""
    chance = np.random.default_rng(seed)
    count = int(chance.integers(3, 90))
    scores, known = chance.uniform(0, 100, (count, 5)), chance.random((count, 5)) < chance.choice([0.1, 0.5, 1.0])
    if kind == "all alike":
        scores[:] = 50.0
    known[:, 4] = {"no platform": False, "platform alone": True}.get(kind, known[:, 4])
    known[:, :4] &= kind != "platform alone"
    known[~known.any(axis=1), 0] = True
    churned = (scores[:, 0] < 30 if kind == "told apart" else chance.random(count) < 0.2).astype(float)
    churned[:2] = 0.0, 1.0
    found = fit(Rows(JOINT, scores * known, known, churned))
    assert np.abs(found.place.gradient).max() <= 1e-5
    assert found.weights.sum() == pytest.approx(1.0)
    assert found.weights.min() > 0


def test_metrics_of_one_score_within_each_group_are_learned_as_their_groups_are() -> None:
    """Where the metrics of a group say the same, the weights of metrics add up to the joint weights."""
    examples = examples_of(make_portfolio(3, 50, "badly"))
    parts = metric_parts(MODEL)
    spread = [
        Example(one.row, {key: one.scores[key[0], key[0]] for key in parts.keys if (key[0], key[0]) in one.scores})
        for one in examples
    ]
    found = fit(rows_of(spread, parts))
    assert np.abs(found.place.gradient).max() <= 1e-5
    assert parts.group_weights(found.weights) == pytest.approx(fit(rows_of(examples, JOINT)).weights, abs=1e-4)


def test_a_descent_ends_at_the_lowest_place_of_a_narrow_valley() -> None:
    """Rosenbrock's valley, whose lowest place is known."""

    def valley(at: np.ndarray) -> tuple[float, np.ndarray]:
        x, y = at
        slopes = [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]
        return float((1 - x) ** 2 + 100 * (y - x * x) ** 2), np.array(slopes)

    found = lowest_from(np.array([-1.2, 1.0]), valley)
    assert isinstance(found, Place)
    assert found.is_found
    assert found.at == pytest.approx([1.0, 1.0], abs=1e-5)
