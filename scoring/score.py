"""The score: from measures to one number with points that add up to it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from scoring.customer import Csm
from scoring.instants import Instant
from scoring.metrics.measure import MISSING, Measures, Raw
from scoring.model import Model, Segment
from scoring.plans import PLATFORM_VALUE, PlannedGroup, plans
from scoring.rounding import TIE, shown
from scoring.scales import scaled
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


class MetricScore(Struct, frozen=True):
    """One metric's part: raw value, score 0-100, effective weight, points (neither rounded)."""

    raw: Raw
    score: float | None
    weight: float
    points: float


class DimensionScore(Struct, frozen=True):
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

    @property
    def groups(self) -> Mapping[str, Mapping[str, MetricScore]]:
        """Give the metrics by their dimension, and the pillars by Platform Value, which is last."""
        return {name: one.metrics for name, one in self.dimensions.items()} | {PLATFORM_VALUE: self.platform_value}

    @property
    def parts(self) -> dict[PartKey, MetricScore]:
        """Give the metrics and pillars by group and name."""
        return {(group, name): metric for group, metrics in self.groups.items() for name, metric in metrics.items()}


class _Tally(NamedTuple):
    """What a group comes to: of each of its metrics raw value and score; its own score, the weight that it rests on.

    Of the model's shares those that are known, the points that they make, and those that are missing.
    """

    group: PlannedGroup
    raws: list[Raw]
    scores: list[float | None]
    weight: float
    score: float | None
    known: list[float]
    points: list[float]
    missing: list[float]


def grade(measurements: Measurements, model: Model) -> Score:
    """Score what was measured under a model."""
    tallies = _tallies(measurements, model)
    dimensions, pillars = tallies[:-1], tallies[-1]
    churn_risk = mean([(one.group.weight, one.score) for one in dimensions])
    quantitative = mean([(model.churn_risk, churn_risk), (model.platform_value, pillars.score)])
    signals = read_signals(measurements.signals, measurements.as_of, model)
    coverage = 100.0 * fsum([nominal for one in tallies for nominal in one.known])
    final = capped(quantitative, signals.cap)
    low, high = _range(tallies, measurements, signals, model) if final is not None else (None, None)
    weights = _effective_weights(dimensions, pillars, model)
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
        dimensions={one.group.name: _dimension_score(one, weights[one.group.name]) for one in dimensions},
        platform_value=_metric_scores(pillars, weights[PLATFORM_VALUE]),
        flags=_flags(measurements, signals.flags, coverage, quantitative, model),
    )


def scored_parts(measurements: Measurements, model: Model) -> dict[PartKey, float]:
    """Give the scores, 0-100 and unrounded, of the metrics and pillars that count, by group and name."""
    return {
        (one.group.name, metric.name): score
        for one in _tallies(measurements, model)
        for metric, score in zip(one.group.metrics, one.scores, strict=True)
        if score is not None and metric.nominal > 0
    }


def group_weights(known: Iterable[PartKey], model: Model) -> dict[PartKey, float]:
    """Give the effective weights, which add up to 1, where only these metrics and pillars have a score."""
    shares = {key: _share(key, model) for key in known}
    named = dict.fromkeys(group for group, _ in shares)
    groups = {group: fsum(share for key, share in shares.items() if key[0] == group) for group in named}
    dimensions = {group: model.dimensions[group] for group in groups if group != PLATFORM_VALUE}
    churn_risk = model.churn_risk if dimensions else 0.0
    platform_value = model.platform_value if PLATFORM_VALUE in groups else 0.0
    total, churn_total = churn_risk + platform_value, fsum(dimensions.values())
    weights = {group: churn_risk / total * weight / churn_total for group, weight in dimensions.items()}
    weights |= {PLATFORM_VALUE: platform_value / total} if platform_value else {}
    return {key: weights[key[0]] * share / groups[key[0]] for key, share in shares.items()}


def _share(key: PartKey, model: Model) -> float:
    group, name = key
    return model.pillars[name] if group == PLATFORM_VALUE else model.metrics[group][name]


def _tallies(measurements: Measurements, model: Model) -> list[_Tally]:
    """Go through the plan of a model: the dimensions, and Platform Value last."""
    *dimensions, pillars = plans(model)[measurements.segment]
    found = [_tally(group, measurements.dimensions.get(group.name, {})) for group in dimensions]
    return [*found, _tally(pillars, measurements.pillars)]


def _tally(group: PlannedGroup, measured: Measures) -> _Tally:
    raws: list[Raw] = []
    scores: list[float | None] = []
    weighted, shares, known, points, missing = [], [], [], [], []
    for name, share, nominal, scale, counts in group.metrics:
        raw = measured.get(name, MISSING).raw
        raws.append(raw)
        if raw is None or not counts:
            scores.append(None)
            missing.append(nominal)
            continue
        score = raw if scale is None else scaled(raw, scale)
        scores.append(score)
        weighted.append(share * score)
        shares.append(share)
        known.append(nominal)
        points.append(nominal * score)
    weight = fsum(shares)
    own = fsum(weighted) / weight if shares else None
    return _Tally(group, raws, scores, weight, own, known, points, missing)


def mean(parts: Iterable[tuple[float, float | None]]) -> float | None:
    """Give the weighted mean of what exists; the weight of what is missing is shared out."""
    known = [(weight, score) for weight, score in parts if score is not None and weight > 0]
    if not known:
        return None
    return fsum(weight * score for weight, score in known) / fsum(weight for weight, _ in known)


def _range(
    tallies: Iterable[_Tally], measurements: Measurements, signals: SignalReading, model: Model
) -> tuple[float, float]:
    low = fsum([points for one in tallies for points in one.points])
    high = low + 100.0 * fsum([nominal for one in tallies for nominal in one.missing])
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


def _effective_weights(dimensions: Sequence[_Tally], pillars: _Tally, model: Model) -> dict[str, float]:
    """Give, by group, what a metric's share must be multiplied by; zero where it is missing or weighs nothing."""
    known = [one for one in dimensions if one.score is not None]
    churn_total = fsum([one.group.weight for one in known])
    churn_risk = model.churn_risk if churn_total else 0.0
    platform_value = model.platform_value if pillars.score is not None else 0.0
    total = fsum([churn_risk, platform_value])
    weights = dict.fromkeys([*(one.group.name for one in dimensions), PLATFORM_VALUE], 0.0)
    for one in known if churn_risk else ():
        weights[one.group.name] = churn_risk / total * (one.group.weight / churn_total) / one.weight
    if platform_value:
        weights[PLATFORM_VALUE] = platform_value / total / pillars.weight
    return weights


def _dimension_score(one: _Tally, weight: float) -> DimensionScore:
    return DimensionScore(_shown(one.score), shown(100.0 * one.weight), _metric_scores(one, weight))


def _metric_scores(one: _Tally, weight: float) -> dict[str, MetricScore]:
    parts = zip(one.group.metrics, one.raws, one.scores, strict=True)
    return {metric.name: _metric_score(raw, score, metric.share * weight) for metric, raw, score in parts}


def _metric_score(raw: Raw, score: float | None, weight: float) -> MetricScore:
    if score is None:
        return _MISSING if raw is None else MetricScore(raw, None, 0.0, 0.0)
    return MetricScore(raw, shown(score), weight, weight * score)


_MISSING = MetricScore(None, None, 0.0, 0.0)


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
