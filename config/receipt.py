"""The receipt: what a score was made of, metric by metric, as one compact JSON text."""

import json
from collections.abc import Mapping

from scoring.instants import format_instant
from scoring.metrics.catalogue import BY_NAME
from scoring.record import Record
from scoring.score import Measurements, MetricScore
from scoring.signals import Signal


def receipt_text(record: Record) -> str:
    """Write a record's receipt: all that its score was made from, and the points of every metric.

    Each metric has its raw value, score, effective weight, points, source, window (days, null for
    a present value) and how many hours ago its source was last heard.
    """
    score = record.score
    receipt = {
        "quantitative_score": score.quantitative_score,
        "final_score": score.final_score,
        "cap": None if score.cap is None else {"value": score.cap.value, "rule": score.cap.rule},
        "dimensions": {
            name: _lines(dimension.metrics, record.measurements) for name, dimension in score.dimensions.items()
        },
        "platform_value": _lines(score.platform_value, record.measurements),
        "signals": [_signal(signal) for signal in record.measurements.signals],
    }
    return json.dumps(receipt, separators=(",", ":"), ensure_ascii=False)


def _lines(scores: Mapping[str, MetricScore], measurements: Measurements) -> dict[str, object]:
    return {name: _line(name, score, measurements) for name, score in scores.items()}


def _line(name: str, score: MetricScore, measurements: Measurements) -> dict[str, object]:
    metric = BY_NAME.get(name)
    ages, windows = measurements.age_hours, measurements.window_days
    return {
        "raw": score.raw,
        "score": score.score,
        "weight": score.weight,
        "points": score.points,
        "source": None if metric is None else metric.source,
        "window_days": None if windows is None else windows.get(name),
        "age_hours": None if metric is None or ages is None else ages.get(metric.source),
    }


def _signal(signal: Signal) -> dict[str, object]:
    return {
        "category": signal.category,
        "severity": signal.severity,
        "confidence": signal.confidence,
        "status": signal.status,
        "date_observed": None if signal.observed is None else format_instant(signal.observed),
    }
