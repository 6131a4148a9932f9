"""The score: worked examples, missing data, points, ranges and tiers."""

import json
from dataclasses import replace
from math import fsum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.commands.lines import read_measurements
from scoring.metrics.catalogue import METRICS, PILLARS
from scoring.metrics.measure import Measure
from scoring.model import SEGMENTS, Threshold
from scoring.rounding import shown
from scoring.scales import metric_score
from scoring.score import Measurements, MetricScore, Score, grade
from tests.models import the_model

MODEL = the_model()
EXAMPLES = json.loads((Path(__file__).parents[1] / "cases" / "worked_examples.json").read_text())
A = read_measurements(json.dumps(EXAMPLES[0]["input"]).encode(), MODEL.words)[0]

values = st.none() | st.floats(-400, 400) | st.integers(-400, 400)
percents = st.none() | st.floats(0, 100) | st.integers(0, 100)


@st.composite
def measurements(draw: st.DrawFn) -> Measurements:
    """Give measurements of which any may be missing."""
    dimensions: dict[str, dict[str, Measure]] = {}
    for metric in METRICS:
        dimensions.setdefault(metric.dimension, {})[metric.name] = Measure(draw(values))
    pillars = {pillar.name: Measure(draw(percents)) for pillar in PILLARS}
    segment = draw(st.sampled_from(sorted(SEGMENTS.values())))
    return replace(A, segment=segment, dimensions=dimensions, pillars=pillars)


def parts(score: Score) -> list[MetricScore]:
    """Give every metric's and pillar's part."""
    metrics = [metric for dimension in score.dimensions.values() for metric in dimension.metrics.values()]
    return [*metrics, *score.platform_value.values()]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_worked_examples_are_exact(example: dict[str, dict[str, object]]) -> None:
    """The published figures, to the decimal."""
    score = grade(read_measurements(json.dumps(example["input"]).encode(), MODEL.words)[0], MODEL)
    expected = dict(example["expected"])
    assert {name: dimension.score for name, dimension in score.dimensions.items()} == expected.pop("dimensions")
    assert (None if score.cap is None else score.cap.value) == expected.pop("cap")
    assert {name: getattr(score, name) for name in expected} == expected


@given(measurements())
def test_every_point_has_a_receipt(given_measurements: Measurements) -> None:
    """Points add up to the score, effective weights to 1, and each point is weight times score."""
    score = grade(given_measurements, MODEL)
    if score.quantitative_score is None:
        assert all(part.weight == part.points == 0 for part in parts(score))
        return
    assert shown(fsum(part.points for part in parts(score))) == score.quantitative_score
    assert fsum(part.weight for part in parts(score)) == pytest.approx(1, abs=1e-12)
    for part in parts(score):
        assert part.points == pytest.approx(part.weight * (part.score or 0), abs=0.05)


@given(measurements())
def test_the_score_lies_in_its_range_and_at_full_coverage_is_it(given_measurements: Measurements) -> None:
    """Low and high are what it could be if the missing were the worst or the best."""
    score = grade(given_measurements, MODEL)
    if score.final_score is None:
        assert (score.low, score.high, score.tier) == (None, None, None)
        return
    assert score.low is not None
    assert score.high is not None
    assert score.low <= score.final_score <= score.high
    if score.coverage_pct == 100:
        assert score.low == score.final_score == score.high


@given(measurements(), st.sampled_from([metric.name for metric in (*METRICS, *PILLARS)]))
def test_missing_is_never_healthy(given_measurements: Measurements, name: str) -> None:
    """Removing one metric takes its score away and its weight off the coverage, and widens the range."""
    dimensions = {
        dimension: {metric: Measure() if metric == name else measure for metric, measure in group.items()}
        for dimension, group in given_measurements.dimensions.items()
    }
    pillars = {pillar: Measure() if pillar == name else m for pillar, m in given_measurements.pillars.items()}
    before = grade(given_measurements, MODEL)
    after = grade(replace(given_measurements, dimensions=dimensions, pillars=pillars), MODEL)
    lost = 100 * nominal_weight(name) if part_of(before, name).score is not None else 0
    assert part_of(after, name) == MetricScore(None, None, 0.0, 0.0)
    assert after.coverage_pct == pytest.approx(before.coverage_pct - lost, abs=0.1001)
    if before.low is not None and after.low is not None and before.high is not None and after.high is not None:
        assert after.low <= before.low
        assert after.high >= before.high


def nominal_weight(name: str) -> float:
    """Give a metric's share of the whole model."""
    if name in MODEL.pillars:
        return MODEL.platform_value * MODEL.pillars[name]
    dimension, shares = next((d, shares) for d, shares in MODEL.metrics.items() if name in shares)
    return MODEL.churn_risk * MODEL.dimensions[dimension] * shares[name]


def part_of(score: Score, name: str) -> MetricScore:
    """Give one metric's or pillar's part."""
    if name in score.platform_value:
        return score.platform_value[name]
    return next(d.metrics[name] for d in score.dimensions.values() if name in d.metrics)


@given(measurements())
def test_what_is_missing_has_no_score_no_weight_and_no_points(given_measurements: Measurements) -> None:
    """All metrics are always present in a score."""
    score = grade(given_measurements, MODEL)
    for metric in (*METRICS, *PILLARS):
        part = part_of(score, metric.name)
        if part.raw is None:
            assert part == MetricScore(None, None, 0.0, 0.0)
        elif nominal_weight(metric.name) == 0:
            assert (part.score, part.weight, part.points) == (None, 0.0, 0.0)


def test_one_side_alone_is_the_score() -> None:
    """Where Churn Risk or Platform Value is missing, the other stands alone."""
    churn_alone = grade(replace(A, pillars={}), MODEL)
    value_alone = grade(replace(A, dimensions={}), MODEL)
    assert (churn_alone.quantitative_score, churn_alone.platform_value_score) == (89.8, None)
    assert (value_alone.quantitative_score, value_alone.churn_risk_score) == (82.0, None)
    assert churn_alone.tier == "Healthy"
    assert value_alone.tier == "Unknown"
    assert set(value_alone.flags) == {"low_confidence", "partial"}


def test_a_dimension_that_weighs_nothing_gives_no_score() -> None:
    """Where nothing else is known the account is unscored; beside Platform Value it has no point."""
    alone = replace(MODEL, dimensions=dict.fromkeys(MODEL.dimensions, 0.0) | {"support_health": 1.0})
    financial = replace(A, dimensions={"financial_contract": A.dimensions["financial_contract"]})
    score, unscored = grade(financial, alone), grade(replace(financial, pillars={}), alone)
    assert (score.final_score, score.churn_risk_score) == (82.0, None)
    assert sum(part.points for part in score.dimensions["financial_contract"].metrics.values()) == 0
    assert (unscored.final_score, unscored.coverage_pct) == (None, 0.0)
    assert grade(replace(A, pillars={}), replace(MODEL, churn_risk=0.0, platform_value=1.0)).final_score is None


THRESHOLDS = [
    Threshold(True, 2, 4, 8),
    Threshold(False, 180, 90, 30),
    Threshold(True, 0, 0, 1),
    Threshold(False, 1, 0, 0),
]


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_green_is_100_red_is_0_and_never_is_anything_divided_by_zero(threshold: Threshold) -> None:
    """At green and at red are tested first, so a step where two thresholds coincide is safe."""
    assert metric_score(threshold.green, threshold) == 100
    assert metric_score(threshold.red, threshold) == 0
    if threshold.green != threshold.yellow != threshold.red:
        assert metric_score(threshold.yellow, threshold) == 50
        assert metric_score((threshold.green + threshold.yellow) / 2, threshold) == 75
        assert metric_score((threshold.yellow + threshold.red) / 2, threshold) == 25


@given(st.sampled_from(THRESHOLDS), st.floats(-1000, 1000), st.floats(-1000, 1000))
def test_better_never_scores_lower(threshold: Threshold, one: float, other: float) -> None:
    """The metric score is monotone and within 0-100."""
    better, worse = sorted((one, other), reverse=not threshold.lower_is_better)
    assert 0 <= metric_score(worse, threshold) <= metric_score(better, threshold) <= 100


@pytest.mark.parametrize(
    ("value", "expected"), [(65.35, 65.4), (65.349, 65.3), (0.05, 0.1), (64.95, 65.0), (99.95 - 5e-10, 100.0), (0, 0.0)]
)
def test_rounding_is_half_up_to_one_decimal(value: float, expected: float) -> None:
    """A value within 1e-9 of a tie is a tie."""
    assert shown(value) == expected


@pytest.mark.parametrize(
    ("value", "tier"),
    [
        (89.94, "Healthy"),
        (89.95, "Champion"),
        (75.95, "Healthy"),
        (75.9, "At Risk"),
        (59.95, "At Risk"),
        (0, "Critical"),
    ],
)
def test_the_tier_is_read_from_the_score_as_shown(value: float, tier: str) -> None:
    """There are no gaps between tiers."""
    pillars = dict.fromkeys(MODEL.pillars, Measure(value))
    full = replace(MODEL, coverage_floor=0)
    assert grade(replace(A, dimensions={}, pillars=pillars), full).tier == tier
