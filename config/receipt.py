"""The receipt: what a score was made of, metric by metric, as one compact JSON text."""

import json
from collections.abc import Mapping

from config.source import SOURCES
from scoring.instants import format_instant
from scoring.metrics.catalogue import named
from scoring.record import Record
from scoring.roles import Role
from scoring.score import Measurements, MetricScore
from scoring.signals import Signal

USUALLY = ("intercom", "looker", "salesforce")
"""The sources of records that do not tell: there were no others."""


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
    sources, ages, windows = sources_of(name, measurements), measurements.age_hours, measurements.window_days
    return {
        "raw": score.raw,
        "score": score.score,
        "weight": score.weight,
        "points": score.points,
        "source": ", ".join(sources) or None,
        "window_days": None if windows is None else windows.get(name),
        "age_hours": None if ages is None or not sources else _oldest([ages.get(source) for source in sources]),
    }


def sources_of(name: str, measurements: Measurements) -> tuple[str, ...]:
    """Name the sources that a metric's figure is from: those of its role that the account has owners in.

    Where it has none there, those it would be from.
    """
    role = named(name).role
    of_role = [source for source in sorted(measurements.age_hours or USUALLY) if _plays(source, role)]
    mapped = [source for source in of_role if f"unmapped:{source}" not in measurements.flags]
    return tuple(mapped or of_role)


def _plays(source: str, role: Role | None) -> bool:
    return source in SOURCES and SOURCES[source].role == role


def _oldest(ages: list[int | None]) -> int | None:
    """Give the age of the source that was heard longest ago; None where one was never heard."""
    known = [age for age in ages if age is not None]
    return max(known) if len(known) == len(ages) else None


def _signal(signal: Signal) -> dict[str, object]:
    return {
        "category": signal.category,
        "severity": signal.severity,
        "confidence": signal.confidence,
        "status": signal.status,
        "date_observed": None if signal.observed is None else format_instant(signal.observed),
    }
