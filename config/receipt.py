"""The receipt: what a score was made of, metric by metric, as one compact JSON text."""

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from config.source import SOURCES
from scoring.instants import format_instant
from scoring.metrics.catalogue import named
from scoring.metrics.measure import Raw
from scoring.record import Record
from scoring.roles import ROLES, Role
from scoring.score import Measurements, MetricScore
from scoring.signals import Signal

USUALLY = ("intercom", "looker", "salesforce")
"""The sources of records that do not tell: there were no others."""

_ENCODER = msgspec.json.Encoder()
_LEAST, _MOST = 1e-4, 1e16
"""Between these the text of a float has no exponent."""


class _Line(msgspec.Struct):
    """A metric's part of the receipt, member by member as it is written."""

    raw: Raw
    score: float | None
    weight: float
    points: float
    source: str | None
    window_days: float | None
    age_hours: int | None


class _Origin(NamedTuple):
    """Where the figures of a role are from, and how many hours ago the last of it was heard."""

    source: str | None
    age_hours: int | None


def receipt_text(record: Record) -> str:
    """Write a record's receipt: all that its score was made from, and the points of every metric.

    Each metric has its raw value, score, effective weight, points, source, window (days, null for
    a present value) and how many hours ago its source was last heard.
    """
    score, measured = record.score, record.measurements
    origins = {role: _origin(role, measured) for role in (*ROLES, None)}
    dimensions = {name: _lines(one.metrics, origins, measured) for name, one in score.dimensions.items()}
    pillars = _lines(score.platform_value, origins, measured)
    receipt = {
        "quantitative_score": score.quantitative_score,
        "final_score": score.final_score,
        "cap": score.cap,
        "dimensions": dimensions,
        "platform_value": pillars,
        "signals": [_signal(signal) for signal in measured.signals],
    }
    lines = [line for group in (*dimensions.values(), pillars) for line in group.values()]
    if not _alike(lines):
        return json.dumps(msgspec.to_builtins(receipt), separators=(",", ":"), ensure_ascii=False)
    return _ENCODER.encode(receipt).decode()


def _alike(lines: Iterable[_Line]) -> bool:
    """Tell whether `json` and msgspec write all figures alike: they write exponents otherwise."""
    figures = {figure for one in lines for figure in (one.raw, one.weight, one.points, one.window_days)}
    return all([not figure or _LEAST <= abs(figure) < _MOST for figure in figures])  # noqa: C419 - in half the time


def _lines(
    scores: Mapping[str, MetricScore], origins: Mapping[Role | None, _Origin], measured: Measurements
) -> dict[str, _Line]:
    windows = measured.window_days or {}
    return {name: _line(score, origins[named(name).role], windows.get(name)) for name, score in scores.items()}


def _line(score: MetricScore, origin: _Origin, window_days: float | None) -> _Line:
    return _Line(score.raw, score.score, score.weight, score.points, origin.source, window_days, origin.age_hours)


def _origin(role: Role | None, measured: Measurements) -> _Origin:
    sources, ages = _sources_of(role, measured), measured.age_hours
    age = None if ages is None or not sources else _oldest([ages.get(source) for source in sources])
    return _Origin(", ".join(sources) or None, age)


def sources_of(name: str, measurements: Measurements) -> tuple[str, ...]:
    """Name the sources that a metric's figure is from: those of its role that the account has owners in.

    Where it has none there, those it would be from.
    """
    return _sources_of(named(name).role, measurements)


def _sources_of(role: Role | None, measurements: Measurements) -> tuple[str, ...]:
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
