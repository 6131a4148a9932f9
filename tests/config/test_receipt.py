"""The receipt: msgspec writes, to the byte, what `json` would."""

import json
from dataclasses import replace
from random import Random

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from config.receipt import receipt_text, sources_of
from handlers.jobs.score_json import score_json
from scoring.instants import format_instant
from scoring.metrics.measure import Raw
from scoring.record import Record
from scoring.score import MetricScore, Score, grade
from scoring.signals import Signal
from tests.models import the_model
from tests.scoring.accounts import AS_OF
from tests.scoring.cells import measurements

MODEL = the_model()
figures = st.none() | st.integers() | st.floats() | st.sampled_from([-0.0, 1e-4, 9.99e-5, 1e16, 1e22, 1, 1.0])


def plain_receipt(record: Record) -> dict[str, object]:
    """Give a receipt member by member, in plain objects."""
    score = record.score
    groups = {name: {m: line(m, one, record) for m, one in d.metrics.items()} for name, d in score.dimensions.items()}
    return {
        "quantitative_score": score.quantitative_score,
        "final_score": score.final_score,
        "cap": None if score.cap is None else {"value": score.cap.value, "rule": score.cap.rule},
        "dimensions": groups,
        "platform_value": {name: line(name, one, record) for name, one in score.platform_value.items()},
        "signals": [signal(one) for one in record.measurements.signals],
    }


def line(name: str, one: MetricScore, record: Record) -> dict[str, object]:
    """Give what a receipt says of a metric."""
    measured = record.measurements
    sources, ages, windows = sources_of(name, measured), measured.age_hours, measured.window_days
    known = [] if ages is None else [ages.get(source) for source in sources]
    oldest = None if not known or None in known else max(age for age in known if age is not None)
    figures = {"raw": one.raw, "score": one.score, "weight": one.weight, "points": one.points}
    days = None if windows is None else windows.get(name)
    return {**figures, "source": ", ".join(sources) or None, "window_days": days, "age_hours": oldest}


def signal(one: Signal) -> dict[str, object]:
    """Give what a receipt says of a signal."""
    said = {name: getattr(one, name) for name in ("category", "severity", "confidence", "status")}
    return {**said, "date_observed": None if one.observed is None else format_instant(one.observed)}


def record_of(seed: int) -> Record:
    """Make up a record."""
    rng = Random(seed)  # noqa: S311 - no secret
    measured = next(measurements(rng, MODEL, 1))
    ages = rng.choice([None, {"intercom": 3, "looker": None, "salesforce": 30}, {"zendesk": 4, "intercom": 7}])
    windows = rng.choice([None, dict.fromkeys(MODEL.metrics["support_health"], 30.0)])
    flags = rng.choice([(), ("unmapped:intercom",)])
    told = replace(measured, age_hours=ages, window_days=windows, flags=flags)
    return Record("2026-10", "final", AS_OF, told, grade(told, MODEL))


def with_raw(record: Record, raw: Raw, points: float) -> Record:
    """Put figures in the place of a metric's."""
    group = next(iter(record.score.dimensions))
    one = record.score.dimensions[group]
    name = next(iter(one.metrics))
    metrics = {**one.metrics, name: structs.replace(one.metrics[name], raw=raw, points=points)}
    score = replace(record.score, dimensions={**record.score.dimensions, group: structs.replace(one, metrics=metrics)})
    return replace(record, score=score)


@given(st.integers(0, 2**32), figures, st.floats(), st.text(st.characters(exclude_categories=["Cs"])))
def test_a_receipt_is_what_json_writes(seed: int, raw: Raw, points: float, said: str) -> None:
    """Whatever the figures: exponents, -0.0, whole numbers, numbers that are none."""
    record = with_raw(record_of(seed), raw, points)
    signals = (*record.measurements.signals, Signal(said, None, None, None, category=said))
    record = replace(record, measurements=replace(record.measurements, signals=signals))
    plain = json.dumps(plain_receipt(record), separators=(",", ":"), ensure_ascii=False)
    assert receipt_text(record) == plain


@given(st.integers(0, 2**32), figures, st.floats())
def test_a_line_of_a_score_is_that_of_plain_objects(seed: int, raw: Raw, points: float) -> None:
    """Cap, dimensions and metrics are written by their fields, which are those of the contract."""
    score = with_raw(record_of(seed), raw, points).score
    assert msgspec.json.encode(score_json(score)) == msgspec.json.encode({**score_json(score), **plain_groups(score)})


def plain_groups(score: Score) -> dict[str, object]:
    """Give cap, dimensions and pillars of a score in plain objects."""
    return {
        "cap": None if score.cap is None else {"value": score.cap.value, "rule": score.cap.rule},
        "dimensions": {
            name: {
                "score": one.score,
                "coverage_pct": one.coverage_pct,
                "metrics": {metric: plain_metric(part) for metric, part in one.metrics.items()},
            }
            for name, one in score.dimensions.items()
        },
        "platform_value": {name: plain_metric(part) for name, part in score.platform_value.items()},
    }


def plain_metric(part: MetricScore) -> dict[str, object]:
    """Give a metric of a score in a plain object."""
    return {"raw": part.raw, "score": part.score, "weight": part.weight, "points": part.points}
