"""From learned weights to proposed ones: no weight moves too far, and whole percents add up to 100."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.calibrate.arrays import joint_parts, metric_parts
from handlers.calibrate.step import percents, step
from tests.models import the_model

JOINT = joint_parts(the_model())
WEIGHTS = st.lists(st.floats(0.001, 1.0), min_size=5, max_size=5).map(lambda drawn: np.array(drawn) / sum(drawn))


def test_a_step_is_shortened_as_a_whole() -> None:
    """Platform Value would lose 30 points and may lose 10: all move by a third."""
    taken = step(JOINT, np.array([0.30, 0.21, 0.30, 0.09, 0.10]))
    assert taken.is_shortened
    assert taken.weights == pytest.approx([0.22, 0.19, 0.20, 0.09, 0.30])
    near = step(JOINT, np.array([0.20, 0.20, 0.15, 0.09, 0.36]))
    assert not near.is_shortened
    assert near.weights == pytest.approx([0.20, 0.20, 0.15, 0.09, 0.36])


@given(WEIGHTS)
def test_no_weight_moves_by_more_than_ten_points(fitted: np.ndarray) -> None:
    """Whatever was learned, and the direction stays."""
    taken = step(JOINT, fitted)
    moved, wanted = taken.weights - JOINT.expert, fitted - JOINT.expert
    assert np.abs(moved).max() <= 0.10 + 1e-12
    assert taken.weights.sum() == pytest.approx(1.0)
    assert np.abs(moved * np.abs(wanted).max() - wanted * np.abs(moved).max()).max() < 1e-9


def test_of_metrics_neither_a_group_nor_a_metric_moves_by_more() -> None:
    """Many metrics of one group that move a little move the group much."""
    parts = metric_parts(the_model())
    up = parts.group == parts.groups.index("support_health")
    fitted = np.where(up, parts.expert * 2, parts.expert)
    taken = step(parts, fitted / fitted.sum())
    assert taken.is_shortened
    assert np.abs(parts.group_weights(taken.weights - parts.expert)).max() == pytest.approx(0.10)


@pytest.mark.parametrize(
    ("weights", "whole"),
    [
        ([0.224, 0.193, 0.203, 0.09, 0.29], [23, 19, 20, 9, 29]),
        ([0.28, 0.18, 0.15, 0.09, 0.30], [28, 18, 15, 9, 30]),
        ([0.2049, 0.2049, 0.2049, 0.2049, 0.1804], [21, 21, 20, 20, 18]),
        ([0.335, 0.335, 0.33], [34, 33, 33]),
        ([0.996, 0.001, 0.003], [98, 1, 1]),
        ([0.1 + 0.2, 0.7], [30, 70]),
    ],
)
def test_whole_percents_by_the_largest_remainder(weights: list[float], whole: list[int]) -> None:
    """Of equal remainders the first; none falls to nothing, for the config has none at 0."""
    assert percents(weights) == whole


@given(WEIGHTS)
def test_whole_percents_add_up_to_100_and_are_near(weights: np.ndarray) -> None:
    """Each within a point of its weight, but for what is kept at one percent."""
    whole = percents(weights.tolist())
    assert sum(whole) == 100
    assert min(whole) >= 1
    assert all(
        abs(one - 100 * weight) < 1 + 5 * (weights.min() < 0.01) for one, weight in zip(whole, weights, strict=True)
    )
