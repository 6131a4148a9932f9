"""A plain grade: each figure by its definition, one metric after the other, with no plan of the model."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum

from scoring.metrics.measure import MISSING, Measures, Raw
from scoring.model import Model
from scoring.rounding import TIE, shown
from scoring.scales import metric_score
from scoring.score import DimensionScore, Measurements, MetricScore, Score
from scoring.signals import read_signals
from scoring.verdict import capped, lowest, tier_of


@dataclass(frozen=True)
class Part:
    """A metric: its share of the group and of the model, its raw value and its score."""

    share: float
    nominal: float
    raw: Raw
    score: float | None


Parts = Mapping[str, Part]


def plain_grade(measured: Measurements, model: Model) -> Score:
    """Score what was measured."""
    groups = {name: dimension(name, measured, model) for name in model.metrics}
    own = pillars(measured.pillars, model)
    every = [part for parts in (*groups.values(), own) for part in parts.values()]
    churn_risk = mean([(model.dimensions[name], score_of(parts)) for name, parts in groups.items()])
    quantitative = mean([(model.churn_risk, churn_risk), (model.platform_value, score_of(own))])
    signals = read_signals(measured.signals, measured.as_of, model)
    coverage = 100.0 * fsum(part.nominal for part in every if part.score is not None)
    final = capped(quantitative, signals.cap)
    least = fsum(part.nominal * part.score for part in every if part.score is not None)
    most = least + 100.0 * fsum(part.nominal for part in every if part.score is None)
    low = lowest(capped(least, signals.cap), signals, model, signals_known=measured.signals_known)
    weights = effective(groups, own, model)
    flags = {
        flag for group in (*measured.dimensions.values(), measured.pillars) for m in group.values() for flag in m.flags
    }
    flags |= {*measured.flags, *signals.flags}
    flags |= {"unscored"} if quantitative is None else {"partial"} if coverage < 100.0 - TIE else set()
    flags |= {"low_confidence"} if coverage < model.coverage_floor - TIE else set()
    known = measured.signals_known
    return Score(
        measured.account_id,
        measured.account_name,
        measured.segment,
        measured.as_of,
        model.version,
        rounded(quantitative),
        rounded(final),
        None if final is None else tier_of(final, coverage, signals, model, signals_known=known),
        rounded(churn_risk),
        rounded(score_of(own)),
        shown(coverage),
        None if final is None else shown(low),
        None if final is None else shown(capped(most, signals.cap)),
        signals.cap,
        {
            name: DimensionScore(
                rounded(score_of(parts)), shown(100.0 * known_share(parts)), metrics(parts, weights[name])
            )
            for name, parts in groups.items()
        },
        metrics(own, weights["platform_value"]),
        tuple(sorted(flags)),
    )


def dimension(name: str, measured: Measurements, model: Model) -> Parts:
    """Give the parts of a dimension."""
    thresholds, given = model.thresholds[measured.segment], measured.dimensions.get(name, {})
    parts = {}
    for metric, share in model.metrics[name].items():
        raw, threshold = given.get(metric, MISSING).raw, thresholds.get(metric)
        score = None if raw is None or share <= 0 or threshold is None else metric_score(raw, threshold)
        parts[metric] = Part(share, model.churn_risk * model.dimensions[name] * share, raw, score)
    return parts


def pillars(measured: Measures, model: Model) -> Parts:
    """Give the parts of Platform Value."""
    raws = {name: measured.get(name, MISSING).raw for name in model.pillars}
    shares = model.pillars
    return {
        name: Part(shares[name], model.platform_value * shares[name], raw, raw if shares[name] > 0 else None)
        for name, raw in raws.items()
    }


def mean(parts: list[tuple[float, float | None]]) -> float | None:
    """Average what exists."""
    known = [(weight, score) for weight, score in parts if score is not None and weight > 0]
    return fsum(weight * score for weight, score in known) / fsum(weight for weight, _ in known) if known else None


def score_of(parts: Parts) -> float | None:
    """Give the score of a group."""
    return mean([(part.share, part.score) for part in parts.values()])


def known_share(parts: Parts) -> float:
    """Give the share of a group that is known."""
    return fsum(part.share for part in parts.values() if part.score is not None)


def effective(groups: Mapping[str, Parts], own: Parts, model: Model) -> dict[str, float]:
    """Give what the shares of each group are multiplied by."""
    scored = {name: model.dimensions[name] for name, parts in groups.items() if score_of(parts) is not None}
    whole = fsum(scored.values())
    churn_risk = model.churn_risk if whole else 0.0
    value = model.platform_value if score_of(own) is not None else 0.0
    weights = dict.fromkeys([*groups, "platform_value"], 0.0)
    for name, weight in scored.items():
        if churn_risk:
            weights[name] = churn_risk / fsum([churn_risk, value]) * (weight / whole) / known_share(groups[name])
    if value:
        weights["platform_value"] = value / fsum([churn_risk, value]) / known_share(own)
    return weights


def receipt(parts: Parts, weight: float) -> DimensionScore:
    """Give the receipt of a dimension."""
    return DimensionScore(rounded(score_of(parts)), shown(100.0 * known_share(parts)), metrics(parts, weight))


def metrics(parts: Parts, weight: float) -> dict[str, MetricScore]:
    """Give the receipts of a group's metrics."""
    return {name: metric(part, part.share * weight) for name, part in parts.items()}


def metric(part: Part, weight: float) -> MetricScore:
    """Give the receipt of a metric."""
    if part.score is None:
        return MetricScore(part.raw, None, 0.0, 0.0)
    return MetricScore(part.raw, shown(part.score), weight, weight * part.score)


def rounded(value: float | None) -> float | None:
    """Round what is there."""
    return None if value is None else shown(value)
