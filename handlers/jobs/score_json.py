"""A score as JSON, in the field names of the command-line contract."""

from collections.abc import Mapping

from scoring.instants import format_instant
from scoring.score import DimensionScore, MetricScore, Score


def score_json(score: Score) -> dict[str, object]:
    """Give a score as a JSON object."""
    named = {} if score.account_name is None else {"account_name": score.account_name}
    return {
        "account_id": score.account_id,
        **named,
        "segment": score.segment,
        "as_of": format_instant(score.as_of),
        "model_version": score.model_version,
        "quantitative_score": score.quantitative_score,
        "final_score": score.final_score,
        "tier": score.tier,
        "churn_risk_score": score.churn_risk_score,
        "platform_value_score": score.platform_value_score,
        "coverage_pct": score.coverage_pct,
        "low": score.low,
        "high": score.high,
        "cap": None if score.cap is None else {"value": score.cap.value, "rule": score.cap.rule},
        "dimensions": {name: _dimension(dimension) for name, dimension in score.dimensions.items()},
        "platform_value": _metrics(score.platform_value),
        "flags": score.flags,
    }


def _dimension(dimension: DimensionScore) -> dict[str, object]:
    return {
        "score": dimension.score,
        "coverage_pct": dimension.coverage_pct,
        "metrics": _metrics(dimension.metrics),
    }


def _metrics(metrics: Mapping[str, MetricScore]) -> dict[str, object]:
    return {
        name: {"raw": metric.raw, "score": metric.score, "weight": metric.weight, "points": metric.points}
        for name, metric in metrics.items()
    }
