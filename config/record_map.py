"""The map from a score to a CRM record and a CSV row, and the loop that builds one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import partial
from operator import attrgetter
from typing import Literal, TypeAlias

from config.receipt import receipt_text
from scoring.instants import Instant, format_date, format_instant
from scoring.metrics.catalogue import DIMENSIONS, METRICS, PILLARS
from scoring.record import Record
from scoring.score import MetricScore

Cell: TypeAlias = str | float | bool | None
FieldType: TypeAlias = Literal["text", "long_text", "number", "date", "datetime", "yes_no"]
Kind: TypeAlias = Literal["text", "number", "instant", "yes_no"]
Sink: TypeAlias = Literal["salesforce", "hubspot"]
"""A CRM that records are written to."""

FITTING: Mapping[Kind, tuple[FieldType, ...]] = {
    "text": ("text", "long_text"),
    "number": ("number",),
    "instant": ("date", "datetime"),
    "yes_no": ("yes_no",),
}
"""What a value may be written as."""

FLAG_WORDS = (
    "unscored",
    "partial",
    "low_confidence",
    "signals_unknown",
    "monitored_critical",
    "segment_assumed",
    "account_deleted",
)
"""The flags that stand alone, without a name behind a colon."""

DRIVERS = "record.drivers"
"""Why an account has its score, in words: the one value that no record and no score holds."""


@dataclass(frozen=True, slots=True)
class RecordPath:
    """A value that a record can be asked for: what it is, and how it is got."""

    kind: Kind
    get: Callable[[Record], Cell]


@dataclass(frozen=True, slots=True)
class RecordField:
    """One field of the written record: its CSV column, its CRM field, its path, how it is written.

    What is said in words is made outside of the figures: whoever writes it fills in how it is got.
    """

    name: str
    field: str
    path: str
    type: FieldType
    label: str
    get: Callable[[Record], Cell] | None = dataclass_field(default=None, repr=False, compare=False)


RecordMap: TypeAlias = tuple[RecordField, ...]


def row(record: Record, record_map: RecordMap) -> tuple[tuple[str, Cell], ...]:
    """Build a row of (column, value) in the order of the map; what is unknown is None.

    Dates are `YYYY-MM-DD`, instants ISO 8601 in UTC.
    """
    return tuple((field.name, cell(record, field)) for field in record_map)


def columns(record_map: RecordMap) -> tuple[str, ...]:
    """Name the columns of a row."""
    return tuple(field.name for field in record_map)


def cell(record: Record, field: RecordField) -> Cell:
    """Give one field's value as it is written."""
    return reader(field)(record)


def reader(field: RecordField) -> Callable[[Record], Cell]:
    """Give what reads a field's value of a record, as it is written."""
    path = PATHS[field.path]
    get, written = field.get or path.get, format_date if field.type == "date" else format_instant
    return partial(_moment, get, written) if path.kind == "instant" else get


def _moment(get: Callable[[Record], Cell], written: Callable[[Instant], str], record: Record) -> Cell:
    value = get(record)
    return None if value is None else written(Instant(value))


def _attributes(kind: Kind, *paths: str) -> dict[str, RecordPath]:
    return {path: RecordPath(kind, attrgetter(path.removeprefix("record."))) for path in paths}


def _cap(part: str) -> Callable[[Record], Cell]:
    read = attrgetter(part)
    return lambda record: None if record.score.cap is None else read(record.score.cap)


def _alert(part: str) -> Callable[[Record], Cell]:
    read = attrgetter(part)
    return lambda record: None if record.alert is None else read(record.alert)


def _flag(word: str) -> Callable[[Record], Cell]:
    return lambda record: word in record.score.flags


def _metric(dimension: str, metric: str, part: str) -> Callable[[Record], Cell]:
    read = attrgetter(part)
    return lambda record: _part(_metrics(record, dimension), metric, read)


def _metrics(record: Record, dimension: str) -> Mapping[str, MetricScore]:
    """Give a dimension's metrics; a score made before the dimension was there has none."""
    return record.score.dimensions[dimension].metrics if dimension in record.score.dimensions else {}


def _pillar(pillar: str, part: str) -> Callable[[Record], Cell]:
    read = attrgetter(part)
    return lambda record: _part(record.score.platform_value, pillar, read)


def _part(scores: Mapping[str, MetricScore], name: str, read: Callable[[MetricScore], Cell]) -> Cell:
    """Read a part of a metric; a score made before the metric was there does not have it."""
    return read(scores[name]) if name in scores else None


def _dimension(dimension: str, part: str) -> Callable[[Record], Cell]:
    read = attrgetter(part)
    return lambda record: read(record.score.dimensions[dimension]) if dimension in record.score.dimensions else None


_TEXTS = (
    "record.key",
    "record.period",
    "record.status",
    "score.account_id",
    "score.account_name",
    "score.segment",
    "score.model_version",
    "score.tier",
)
_NUMBERS = (
    "score.quantitative_score",
    "score.final_score",
    "score.churn_risk_score",
    "score.platform_value_score",
    "score.coverage_pct",
    "score.low",
    "score.high",
)
_PARTS = ("raw", "score", "weight", "points")

PATHS: Mapping[str, RecordPath] = {
    **_attributes("text", *_TEXTS),
    **_attributes("number", *_NUMBERS),
    **_attributes("instant", "record.scored_at", "score.as_of"),
    "record.receipt": RecordPath("text", receipt_text),
    DRIVERS: RecordPath("text", lambda _record: None),
    "record.alert.since": RecordPath("instant", _alert("since")),
    "score.cap.value": RecordPath("number", _cap("value")),
    "score.cap.rule": RecordPath("text", _cap("rule")),
    "score.flags": RecordPath("text", lambda record: ";".join(record.score.flags)),
    **{f"score.flags.{word}": RecordPath("yes_no", _flag(word)) for word in FLAG_WORDS},
    **{
        f"score.dimensions.{name}.{part}": RecordPath("number", _dimension(name, part))
        for name in DIMENSIONS
        for part in ("score", "coverage_pct")
    },
    **{
        f"score.dimensions.{metric.dimension}.metrics.{metric.name}.{part}": RecordPath(
            "number", _metric(metric.dimension, metric.name, part)
        )
        for metric in METRICS
        for part in _PARTS
    },
    **{
        f"score.platform_value.{pillar.name}.{part}": RecordPath("number", _pillar(pillar.name, part))
        for pillar in PILLARS
        for part in _PARTS
    },
}
"""Every value that a record map may name, by its dotted path."""
