"""The score: from measures to one number with points that add up to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import fsum
from typing import TypeAlias

from scoring.customer import Csm
from scoring.instants import Instant
from scoring.metrics.measure import MISSING, Measure, Measures, Raw
from scoring.model import Model, Segment, Threshold
from scoring.rounding import TIE, shown
from scoring.scales import metric_score
from scoring.signals import Cap, Signal, SignalReading, read_signals
from scoring.verdict import capped, lowest, tier_of

PartKey: TypeAlias = tuple[str, str]
"""A metric or pillar: its dimension, or `platform_value`, and its name."""


@dataclass(frozen=True, slots=True)
class Measurements:
    """All that a score is made from: raw values by dimension, pillars, signals.

    `age_hours` is, by source, how long ago it was last heard (whole hours); `window_days` is, by
    metric, how far back it looked (None: a present value). Without `signals_known` there may be any
    signal. `csm`, `arr` (in its `currency`) and `renewal` score nothing: lists show them.
    """

    account_id: str
    segment: Segment
    as_of: Instant
    dimensions: Mapping[str, Measures]
    pillars: Measures
    signals: tuple[Signal, ...] = ()
    flags: tuple[str, ...] = ()
    account_name: str | None = None
    age_hours: Mapping[str, int | None] | None = None
    window_days: Mapping[str, float | None] | None = None
    signals_known: bool = True
    csm: Csm | None = None
    arr: float | None = None
    currency: str | None = None
    renewal: Instant | None = None


@dataclass(frozen=True, slots=True)
class MetricScore:
    """One metric's part: raw value, score 0-100, effective weight, points (neither rounded)."""

    raw: Raw
    score: float | None
    weight: float
    points: float


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """A dimension's score, the share of its weight that rests on data, and its metrics."""

    score: float | None
    coverage_pct: float
    metrics: Mapping[str, MetricScore]


@dataclass(frozen=True, slots=True)
class Score:
    """The frozen result for one account at one instant under one model, as shown."""

    account_id: str
    account_name: str | None
    segment: Segment
    as_of: Instant
    model_version: str
    quantitative_score: float | None
    final_score: float | None
    tier: str | None
    churn_risk_score: float | None
    platform_value_score: float | None
    coverage_pct: float
    low: float | None
    high: float | None
    cap: Cap | None
    dimensions: Mapping[str, DimensionScore]
    platform_value: Mapping[str, MetricScore]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A weighted part of a mean: `nominal` is its share in the whole model."""

    nominal: float
    share: float
    raw: float | None
    score: float | None


@dataclass(frozen=True, slots=True)
class _Group:
    parts: Mapping[str, _Part]
    weight: float
    score: float | None


def grade(measurements: Measurements, model: Model) -> Score:
    """Score what was measured under a model."""
    groups = {name: _dimension(name, measurements, model) for name in model.metrics}
    pillars = _pillars(measurements.pillars, model)
    churn_risk = mean([(model.dimensions[name], group.score) for name, group in groups.items()])
    quantitative = mean([(model.churn_risk, churn_risk), (model.platform_value, pillars.score)])
    signals = read_signals(measurements.signals, measurements.as_of, model)
    coverage = 100.0 * _coverage([*groups.values(), pillars])
    final = capped(quantitative, signals.cap)
    low, high = _range([*groups.values(), pillars], measurements, signals, model) if final is not None else (None, None)
    weights = _effective_weights(groups, pillars, model)
    return Score(
        account_id=measurements.account_id,
        account_name=measurements.account_name,
        segment=measurements.segment,
        as_of=measurements.as_of,
        model_version=model.version,
        quantitative_score=_shown(quantitative),
        final_score=_shown(final),
        tier=_tier(final, coverage, measurements, signals, model),
        churn_risk_score=_shown(churn_risk),
        platform_value_score=_shown(pillars.score),
        coverage_pct=shown(coverage),
        low=_shown(low),
        high=_shown(high),
        cap=signals.cap,
        dimensions={name: _dimension_score(group, weights[name]) for name, group in groups.items()},
        platform_value=_metric_scores(pillars, weights["platform_value"]),
        flags=_flags(measurements, signals.flags, coverage, quantitative, model),
    )


def scored_parts(measurements: Measurements, model: Model) -> dict[PartKey, float]:
    """Give the scores, 0-100 and unrounded, of the metrics and pillars that count, by group and name."""
    groups = {name: _dimension(name, measurements, model) for name in model.metrics}
    groups["platform_value"] = _pillars(measurements.pillars, model)
    parts = {(group, name): part for group, own in groups.items() for name, part in own.parts.items()}
    return {key: part.score for key, part in parts.items() if part.score is not None and part.nominal > 0}


def group_weights(known: Iterable[PartKey], model: Model) -> dict[PartKey, float]:
    """Give the effective weights, which add up to 1, where only these metrics and pillars have a score."""
    shares = {key: _share(key, model) for key in known}
    named = dict.fromkeys(group for group, _ in shares)
    groups = {group: fsum(share for key, share in shares.items() if key[0] == group) for group in named}
    dimensions = {group: model.dimensions[group] for group in groups if group != "platform_value"}
    churn_risk = model.churn_risk if dimensions else 0.0
    platform_value = model.platform_value if "platform_value" in groups else 0.0
    total, churn_total = churn_risk + platform_value, fsum(dimensions.values())
    weights = {group: churn_risk / total * weight / churn_total for group, weight in dimensions.items()}
    weights |= {"platform_value": platform_value / total} if platform_value else {}
    return {key: weights[key[0]] * share / groups[key[0]] for key, share in shares.items()}


def _share(key: PartKey, model: Model) -> float:
    group, name = key
    return model.pillars[name] if group == "platform_value" else model.metrics[group][name]


def _dimension(name: str, measurements: Measurements, model: Model) -> _Group:
    measured = measurements.dimensions.get(name, {})
    thresholds = model.thresholds[measurements.segment]
    share = model.churn_risk * model.dimensions[name]
    parts = {
        metric: _part(share, weight, measured.get(metric, MISSING), thresholds.get(metric))
        for metric, weight in model.metrics[name].items()
    }
    return _group(parts)


def _part(group_share: float, weight: float, measure: Measure, threshold: Threshold | None) -> _Part:
    scored = measure.raw is not None and weight > 0 and threshold is not None
    score = metric_score(measure.raw, threshold) if scored and measure.raw is not None and threshold else None
    return _Part(group_share * weight, weight, measure.raw, score)


def _pillars(measured: Measures, model: Model) -> _Group:
    parts = {}
    for name, weight in model.pillars.items():
        raw = measured.get(name, MISSING).raw
        parts[name] = _Part(model.platform_value * weight, weight, raw, raw if weight > 0 else None)
    return _group(parts)


def _group(parts: Mapping[str, _Part]) -> _Group:
    scored = [(part.share, part.score) for part in parts.values()]
    return _Group(parts, fsum(share for share, score in scored if score is not None), mean(scored))


def mean(parts: Iterable[tuple[float, float | None]]) -> float | None:
    """Give the weighted mean of what exists; the weight of what is missing is shared out."""
    known = [(weight, score) for weight, score in parts if score is not None and weight > 0]
    if not known:
        return None
    return fsum(weight * score for weight, score in known) / fsum(weight for weight, _ in known)


def _coverage(groups: list[_Group]) -> float:
    return fsum(part.nominal for group in groups for part in group.parts.values() if part.score is not None)


def _range(
    groups: list[_Group], measurements: Measurements, signals: SignalReading, model: Model
) -> tuple[float, float]:
    parts = [part for group in groups for part in group.parts.values()]
    low = fsum(part.nominal * part.score for part in parts if part.score is not None)
    high = low + 100.0 * fsum(part.nominal for part in parts if part.score is None)
    least = lowest(capped(low, signals.cap), signals, model, signals_known=measurements.signals_known)
    return least, capped(high, signals.cap)


def _shown(value: float | None) -> float | None:
    return None if value is None else shown(value)


def _tier(
    final: float | None, coverage: float, measurements: Measurements, signals: SignalReading, model: Model
) -> str | None:
    if final is None:
        return None
    return tier_of(final, coverage, signals, model, signals_known=measurements.signals_known)


def _effective_weights(groups: Mapping[str, _Group], pillars: _Group, model: Model) -> dict[str, float]:
    """Give, by group, what a metric's share must be multiplied by; zero where it is missing or weighs nothing."""
    dimensions = {name: model.dimensions[name] for name, group in groups.items() if group.score is not None}
    churn_total = fsum(dimensions.values())
    sides = {"churn_risk": model.churn_risk if churn_total else 0.0}
    sides["platform_value"] = model.platform_value if pillars.score is not None else 0.0
    total = fsum(sides.values())
    weights = dict.fromkeys([*groups, "platform_value"], 0.0)
    for name, weight in dimensions.items() if sides["churn_risk"] else ():
        weights[name] = sides["churn_risk"] / total * (weight / churn_total) / groups[name].weight
    if sides["platform_value"]:
        weights["platform_value"] = sides["platform_value"] / total / pillars.weight
    return weights


def _dimension_score(group: _Group, weight: float) -> DimensionScore:
    return DimensionScore(_shown(group.score), shown(100.0 * group.weight), _metric_scores(group, weight))


def _metric_scores(group: _Group, weight: float) -> dict[str, MetricScore]:
    return {name: _metric_score(part, weight) for name, part in group.parts.items()}


def _metric_score(part: _Part, weight: float) -> MetricScore:
    if part.score is None:
        return MetricScore(part.raw, None, 0.0, 0.0)
    effective = part.share * weight
    return MetricScore(part.raw, shown(part.score), effective, effective * part.score)


def _flags(
    measurements: Measurements,
    signal_flags: tuple[str, ...],
    coverage: float,
    quantitative: float | None,
    model: Model,
) -> tuple[str, ...]:
    measures = [m for group in measurements.dimensions.values() for m in group.values()]
    flags = {flag for measure in (*measures, *measurements.pillars.values()) for flag in measure.flags}
    flags.update(measurements.flags, signal_flags)
    if quantitative is None:
        flags.add("unscored")
    elif coverage < 100.0 - TIE:
        flags.add("partial")
    if coverage < model.coverage_floor - TIE:
        flags.add("low_confidence")
    return tuple(sorted(flags))
