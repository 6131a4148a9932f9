"""Which changes of a model change what is measured, and which only what it is worth."""

from dataclasses import fields, replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.instants import Instant
from scoring.measurement import measure
from scoring.measuring import measures_alike
from scoring.model import Currencies, FeedLimits, Model, Windows
from scoring.observations import Observation
from tests.models import the_model
from tests.scoring.cells import draft
from tests.scoring.test_time import account_facts, heard, streams
from tests.scoring.test_time import instants as moments

MODEL = the_model()
OTHER_METRICS = {name: {**shares, "new": 0.0} for name, shares in MODEL.metrics.items()}
MEASURING: dict[str, Any] = {
    "metrics": OTHER_METRICS,
    "pillars": {**MODEL.pillars, "new": 0.0},
    "paid_arr_floor": MODEL.paid_arr_floor + 1,
    "standard_arr_ceiling": MODEL.standard_arr_ceiling + 1,
    "limits": {**MODEL.limits, "intercom": FeedLimits(1, 2)},
    "windows": Windows(31, 365),
    "metric_windows": {**MODEL.metric_windows, "p1_p2_volume": "history"},
    "rules": replace(MODEL.rules, urgent_tags=frozenset({"fire"})),
    "words": {},
    "currencies": Currencies("EUR", {}),
    "roles": {**MODEL.roles, "zendesk": "support"},
}
GRADING: dict[str, Any] = {
    "version": "other",
    "churn_risk": 0.5,
    "platform_value": 0.5,
    "dimensions": dict.fromkeys(MODEL.dimensions, 0.25),
    "metrics": {name: dict.fromkeys(shares, 1 / len(shares)) for name, shares in MODEL.metrics.items()},
    "pillars": dict.fromkeys(MODEL.pillars, 0.2),
    "thresholds": {segment: {} for segment in MODEL.thresholds},
    "tiers": (("Champion", 95.0), *MODEL.tiers[1:]),
    "coverage_floor": 10.0,
    "caps": dict.fromkeys(MODEL.caps, 1.0),
    "expiry_days": dict.fromkeys(MODEL.expiry_days, 1.0),
}


def test_each_field_of_the_model_is_tried() -> None:
    """Whoever adds a field says here which it is."""
    assert {field.name for field in fields(Model)} == MEASURING.keys() | GRADING.keys()


@pytest.mark.parametrize("name", MEASURING)
def test_what_changes_a_measure_is_measured_anew(name: str) -> None:
    """Windows, rules, words, limits, currencies, bounds of segments; a metric more."""
    assert not measures_alike(MODEL, replace(MODEL, **{name: MEASURING[name]}))


@pytest.mark.parametrize("name", GRADING)
def test_what_only_grading_reads_is_not(name: str) -> None:
    """Weights, thresholds, tiers, floors, caps, expiries."""
    assert measures_alike(MODEL, replace(MODEL, **{name: GRADING[name]}))


@settings(max_examples=30)
@given(streams, heard, moments, moments, st.integers(0, 2**32))
def test_models_that_measure_alike_measure_the_same(
    stream: list[Observation], heard_at: list[Instant], named_at: Instant, as_of: Instant, seed: int
) -> None:
    """Of any facts, whatever figures of grading differ."""
    facts, other = account_facts(stream, heard_at, named_at), draft(Random(seed), MODEL)  # noqa: S311 - no secret
    assert measures_alike(MODEL, other)
    assert measure(facts, as_of, other) == measure(facts, as_of, MODEL)
