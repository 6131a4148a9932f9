"""What a score was made from, restored from its line: scored again it gives the same figures."""

from dataclasses import replace
from random import Random

import pytest
from msgspec import structs

from scoring.metrics.measure import Measure
from scoring.model import Threshold
from scoring.restored import raw_of, restored
from scoring.scales import metric_score
from scoring.score import Measurements, MetricScore, Score, grade
from scoring.signals import Signal
from tests.models import the_model
from tests.scoring.cells import measurements

MODEL = the_model()


def again(score: Score) -> Score:
    """Score what is restored of a score."""
    return grade(restored(score, MODEL), MODEL)


def test_scores_of_any_accounts_are_given_again() -> None:
    """Metrics missing or not, caps or none, signals that nobody knows; the tier too, where no word was unknown."""
    rng = Random(12)  # noqa: S311  to be repeated
    for measured in measurements(rng, MODEL, 200):
        known = () if measured.signals_known else ("signals_unknown",)
        score = grade(replace(measured, flags=known), MODEL)
        other = again(score)
        assert (other.quantitative_score, other.final_score) == (score.quantitative_score, score.final_score)
        assert other.coverage_pct == score.coverage_pct
        if not any(flag.startswith(("unknown_word", "invalid:")) for flag in score.flags):
            assert (other.tier, other.low, other.high) == (score.tier, score.low, score.high)


def scored(*signals: Signal, raw: float = 100.0) -> Score:
    """Score an account that is healthy, but for signals."""
    pillars = {name: Measure(raw) for name in MODEL.pillars}
    green = {name: one.green for name, one in MODEL.thresholds["paid"].items()}
    metrics = {name: Measure(green.get(name)) for name in MODEL.metrics["support_health"]}
    return grade(Measurements("A", "paid", 0, {"support_health": metrics}, pillars, signals), MODEL)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("signals", "rule"),
    [
        ((Signal("Critical", "Confirmed", "Active", None),), "critical_confirmed"),
        ((Signal("Critical", "Likely", "Active", None), Signal("Critical", None, "Active", None)), "critical_2plus"),
        ((Signal("Critical", "Likely", "Active", None),), "critical_1"),
        ((Signal("Critical", "Likely", "Monitoring", None),), "moderate_1plus"),
    ],
)
def test_signals_are_those_that_set_the_cap(signals: tuple[Signal, ...], rule: str) -> None:
    """Under a model with other caps the same rule sets another one."""
    score = scored(*signals)
    assert score.cap is not None
    assert score.cap.rule == rule
    other = replace(MODEL, caps={**MODEL.caps, rule: 20.0})
    assert grade(restored(score, MODEL), other).final_score == 20.0


def test_a_word_of_signals_that_nobody_knows_is_read_as_bad_as_can_be() -> None:
    """The tier is Unknown, as it was."""
    score = scored(Signal("Sehr", "Confirmed", "Active", None, unknown=("severity",)))
    assert (score.tier, again(score).tier) == ("Unknown", "Unknown")


def test_a_signal_without_confidence_may_be_confirmed() -> None:
    """It caps as one that is suspected, and in its worst reading as one that is confirmed."""
    score = scored(Signal("Critical", None, "Active", None, unknown=("confidence",)))
    assert "invalid:confidence" in score.flags
    assert (again(score).final_score, again(score).tier) == (score.final_score, score.tier)


def test_signals_that_are_not_known_stay_so() -> None:
    """The tier is Unknown."""
    score = replace(scored(), flags=("signals_unknown",))
    assert again(score).tier == "Unknown"


@pytest.mark.parametrize("threshold", [Threshold(True, 2, 4, 8), Threshold(False, 180, 90, 30)])
def test_a_raw_value_is_found_that_has_a_score(threshold: Threshold) -> None:
    """On either side of yellow."""
    assert [metric_score(raw_of(score, threshold), threshold) for score in (0.0, 25.0, 50.0, 80.0, 100.0)] == [
        pytest.approx(score) for score in (0.0, 25.0, 50.0, 80.0, 100.0)
    ]


def with_metric(metric: MetricScore, version: str) -> Measure:
    """Restore one metric of a line of some model."""
    score = scored()
    metrics = {**score.dimensions["support_health"].metrics, "p1_p2_volume": metric}
    dimension = structs.replace(score.dimensions["support_health"], metrics=metrics)
    line = replace(score, model_version=version, dimensions={**score.dimensions, "support_health": dimension})
    return restored(line, MODEL).dimensions["support_health"]["p1_p2_volume"]


@pytest.mark.parametrize(
    ("raw", "score", "version", "expected"),
    [
        (4, 50.0, MODEL.version, 4),
        (70.0, 75.0, MODEL.version, 3.0),
        (70.0, 75.0, "", 3.0),
        (70.0, 75.0, "another", 70.0),
        (None, 75.0, "another", 3.0),
        (None, None, MODEL.version, None),
        (7, None, MODEL.version, 7),
    ],
)
def test_a_raw_value_that_does_not_give_its_score_gives_way(
    raw: float | None, score: float | None, version: str, expected: float | None
) -> None:
    """But for lines of another model, whose thresholds may have been others; p1_p2_volume: green 2, yellow 4, red 8."""
    assert with_metric(MetricScore(raw, score, 0.1, 0.0), version).raw == expected


def test_a_pillar_without_a_raw_value_has_its_score() -> None:
    """They are the same figure."""
    score = scored()
    pillars = {**score.platform_value, "messaging": MetricScore(None, 64.0, 0.1, 0.0)}
    assert restored(replace(score, platform_value=pillars), MODEL).pillars["messaging"].raw == 64.0


def test_arr_is_in_the_corporate_currency() -> None:
    """Where it is known."""
    assert (restored(scored(), MODEL, 5.0).arr, restored(scored(), MODEL, 5.0).currency) == (5.0, "USD")
    assert (restored(scored(), MODEL).arr, restored(scored(), MODEL).currency) == (None, None)
