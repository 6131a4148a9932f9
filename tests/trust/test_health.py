"""The score under other weights is the model's own, whatever is missing; and so are its slopes."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.calibrate.arrays import Parts, Rows, Vector, joint_parts, metric_parts
from handlers.calibrate.health import HealthOf
from scoring.backtest.lines import score_line_of
from scoring.instants import EPOCH
from scoring.metrics.measure import Measure
from scoring.model import Model
from scoring.plans import PLATFORM_VALUE
from scoring.score import Measurements, PartKey, Score, grade
from tests.models import the_model

MODEL = the_model()
JOINT, METRICS = joint_parts(MODEL), metric_parts(MODEL)
SHARES = {**MODEL.metrics, PLATFORM_VALUE: MODEL.pillars}

WEIGHTS = st.lists(st.floats(0.02, 1.0), min_size=5, max_size=5).map(lambda drawn: np.array(drawn) / sum(drawn))
MEASURED = st.lists(st.none() | st.integers(0, 2), min_size=len(METRICS.keys), max_size=len(METRICS.keys)).filter(
    lambda drawn: any(one is not None for one in drawn)
)
"""For each metric: missing, or at green, yellow, red."""


def rows(scores: dict[PartKey, float], parts: Parts) -> Rows:
    """Put the scores of one row into arrays."""
    found = np.array([[scores.get(key, np.nan) for key in parts.keys]])
    return Rows(parts, np.nan_to_num(found), ~np.isnan(found), np.zeros(1))


def under(weights: Vector) -> Model:
    """Give the model with other joint weights."""
    side = float(weights[:-1].sum())
    shares = {name: float(one) / side for name, one in zip(MODEL.dimensions, weights[:-1], strict=True)}
    return replace(MODEL, churn_risk=side, platform_value=float(weights[-1]), dimensions=shares)


def scored(measured: list[int | None], model: Model) -> Score:
    """Score what is measured under a model."""
    raw: dict[str, dict[str, Measure]] = {}
    for (group, name), at in zip(METRICS.keys, measured, strict=True):
        if at is not None:
            raw.setdefault(group, {})[name] = Measure(_raw(group, name, at))
    pillars = raw.pop(PLATFORM_VALUE, {})
    return grade(Measurements("A", "paid", EPOCH, raw, pillars), model)


def _raw(group: str, name: str, at: int) -> float:
    if group == PLATFORM_VALUE:
        return 100.0 - 50.0 * at
    limits = MODEL.thresholds["paid"][name]
    return (limits.green, limits.yellow, limits.red)[at]


@given(WEIGHTS, MEASURED)
def test_a_score_under_other_weights_is_what_a_model_with_these_weights_gives(
    weights: Vector, measured: list[int | None]
) -> None:
    """From the scores of the groups, and from those of the metrics."""
    line = score_line_of(scored(measured, under(weights)))
    groups = {(group, group): score for group, score in line.groups.items()}
    assert HealthOf(rows(groups, JOINT)).score(weights)[0] == pytest.approx(line.quantitative)
    by_metric = np.array([weights[JOINT.groups.index(group)] * SHARES[group][name] for group, name in METRICS.keys])
    score = scored(measured, MODEL)
    parts = {group: one.metrics for group, one in score.dimensions.items()} | {PLATFORM_VALUE: score.platform_value}
    metrics = {
        (group, name): one.score for group, own in parts.items() for name, one in own.items() if one.score is not None
    }
    assert HealthOf(rows(metrics, METRICS)).score(by_metric)[0] == pytest.approx(line.quantitative)


@given(WEIGHTS, MEASURED)
def test_slopes_are_what_a_small_change_of_a_weight_does(weights: Vector, measured: list[int | None]) -> None:
    """Along each direction that keeps the sum of the weights."""
    line = score_line_of(scored(measured, MODEL))
    health_of = HealthOf(rows({(group, group): score for group, score in line.groups.items()}, JOINT))
    slopes = health_of.health(weights).slopes[0]
    for place in range(4):
        way = np.zeros(5)
        way[place], way[4] = 1e-6, -1e-6
        changed = (health_of.score(weights + way)[0] - health_of.score(weights - way)[0]) / 2e-6
        assert slopes[place] - slopes[4] == pytest.approx(changed, abs=1e-4)
