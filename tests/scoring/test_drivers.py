"""Drivers: they add up, and what did not change moved nothing."""

from dataclasses import replace
from math import fsum

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scoring.drivers import Driver, Side, drivers, in_tenths, summed
from scoring.instants import DAY
from scoring.metrics.measure import Measure
from scoring.model import Model
from scoring.score import Measurements, grade, group_weights, scored_parts
from scoring.signals import Signal
from tests.models import the_model
from tests.scoring.accounts import AS_OF
from tests.scoring.test_score import measurements

MODEL = the_model()
OTHER = replace(
    MODEL,
    version="other",
    churn_risk=0.3,
    platform_value=0.7,
    caps=dict.fromkeys(MODEL.caps, 40.0),
    dimensions=dict(zip(MODEL.dimensions, (0.1, 0.2, 0.3, 0.4), strict=True)),
)
models = st.sampled_from([MODEL, OTHER])
SIGNAL = Signal("Critical", "Confirmed", "Active", AS_OF - DAY, "Internal build")


def final(side: Side) -> float | None:
    """Give the final score, unrounded."""
    if not side.scores:
        return None
    return side.quantitative if side.cap is None else min(side.quantitative, side.cap.value)


@given(measurements(), models)
def test_weights_of_what_is_known_are_those_of_the_score(measured: Measurements, model: Model) -> None:
    """And with them the final score is the one that is shown."""
    score = grade(measured, model)
    weights = {(g, n): m.weight for g, own in score.dimensions.items() for n, m in own.metrics.items()}
    weights |= {("platform_value", name): metric.weight for name, metric in score.platform_value.items()}
    known = group_weights(scored_parts(measured, model), model)
    assert known == pytest.approx({key: weight for key, weight in weights.items() if weight})
    assert final(Side(measured, model)) == pytest.approx(score.final_score, abs=0.0501)


@given(measurements(), measurements(), models, models)
def test_drivers_add_up_to_the_change(then: Measurements, now: Measurements, first: Model, last: Model) -> None:
    """Whatever came, went, changed, was capped or weighed anew."""
    before, after = Side(then, first), Side(now, last)
    start, end = final(before), final(after)
    assume(start is not None and end is not None)
    assert fsum(driver.points for driver in drivers(before, after)) == pytest.approx(
        (end or 0) - (start or 0), abs=1e-9
    )


@given(measurements(), measurements(), st.data())
def test_what_did_not_change_moved_nothing(then: Measurements, now: Measurements, data: st.DataObject) -> None:
    """A metric with the value that it had, a cap that stayed, a segment that stayed, coverage that stayed."""
    now = replace(now, segment=then.segment, signals=then.signals, as_of=then.as_of)
    dimension = data.draw(st.sampled_from(sorted(MODEL.metrics)))
    now = replace(now, dimensions={**now.dimensions, dimension: then.dimensions.get(dimension, {})})
    found = drivers(Side(then, MODEL), Side(now, MODEL))
    same = set(MODEL.metrics[dimension])
    assert not [driver for driver in found if driver.kind == "metric" and driver.name in same and driver.points]
    assert not [driver for driver in found if driver.kind in ("cap", "segment") and driver.points]
    assert not [driver for driver in found if driver.kind in ("came", "lost") and not driver.names and driver.points]


@given(measurements(), models)
def test_nothing_moves_between_equals(measured: Measurements, model: Model) -> None:
    """The same under the same model."""
    assert not [one for one in drivers(Side(measured, model), Side(measured, model)) if one.points]


def green(**changes: object) -> Measurements:
    """Measure an account whose every metric and pillar is at 100."""
    shares, thresholds = MODEL.metrics, MODEL.thresholds["paid"]
    dimensions = {
        name: {metric: Measure(thresholds[metric].green) for metric in own if metric in thresholds}
        for name, own in shares.items()
    }
    pillars = {name: Measure(100.0) for name in MODEL.pillars}
    measured = Measurements("001", "paid", AS_OF, dimensions, pillars)
    return replace(measured, **changes)  # type: ignore[arg-type]


def moving(then: Measurements, now: Measurements) -> dict[tuple[str, tuple[str, ...]], float]:
    """Give the points of what moved, by kind and names."""
    found = drivers(Side(then, MODEL), Side(now, MODEL))
    return {(one.kind, one.names): one.points for one in found if abs(one.points) > 1e-9}


def test_a_segment_that_changes_is_a_driver_of_its_own() -> None:
    """Its thresholds moved what was measured; nothing else did."""
    moved = moving(green(), green(segment="standard"))
    assert set(moved) <= {("segment", ())}


def test_the_signal_that_makes_a_cap_stands_by_it() -> None:
    """And the one that ends it, when it ends; under the cap the metrics moved nothing."""
    capped = green(signals=(SIGNAL,), pillars={})
    (cap,) = [one for one in drivers(Side(green(), MODEL), Side(capped, MODEL)) if one.kind == "cap"]
    assert (cap.points, cap.before, cap.after, cap.signals) == (-50.0, None, 50.0, (SIGNAL,))
    (gone,) = [one for one in drivers(Side(capped, MODEL), Side(green(), MODEL)) if one.kind == "cap"]
    assert (gone.points, gone.signals) == (50.0, (SIGNAL,))
    assert moving(capped, green(signals=(SIGNAL,))) == {}


def test_an_unscored_side_has_no_drivers() -> None:
    """There is no number to move from, or to."""
    nothing = green(dimensions={}, pillars={})
    assert drivers(Side(nothing, MODEL), Side(green(), MODEL)) == []
    assert drivers(Side(green(), MODEL), Side(nothing, MODEL)) == []


@given(st.lists(st.floats(-60, 60), max_size=8), st.floats(0, 1, exclude_max=True))
def test_tenths_add_up_and_no_driver_is_a_tenth_off(points: list[float], start: float) -> None:
    """By the largest remainders; what moved nothing stays out."""
    causes = [Driver("metric", value, (str(n),)) for n, value in enumerate(points)]
    end = start + fsum(points)
    change = round(10 * round(end, 1)) - round(10 * round(start, 1))
    assume(any(abs(value) > 1e-9 for value in points) or change == 0)
    rounded = {one.name: one.points for one in in_tenths(causes, change)}
    assert sum(round(10 * value) for value in rounded.values()) == change
    for cause in causes:
        assert abs(rounded.get(cause.name, 0.0) - cause.points) < 0.1 + 1e-9
        assert cause.points or cause.name not in rounded


def test_drivers_of_one_name_are_summed() -> None:
    """From the first value to the last, the largest first; what came back to where it was is none."""
    causes = [
        Driver("metric", -0.3, ("a",), 9.0, 12.0),
        Driver("metric", 0.2, ("b",), 1.0, 2.0),
        Driver("metric", -1.1, ("a",), 12.0, 30.0),
        Driver("metric", -0.2, ("b",), 2.0, 1.0),
        Driver("came", 0.4, ("c", "d")),
    ]
    assert summed(causes) == (Driver("metric", -1.4, ("a",), 9.0, 30.0), Driver("came", 0.4, ("c", "d")))
    assert summed(causes)[1].name == ""
