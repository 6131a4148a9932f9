"""The files of weights, thresholds and the record: which names stand where, and what each may hold."""

from collections.abc import Iterable
from itertools import pairwise
from math import fsum
from typing import Annotated, Any, ClassVar, get_args

from pydantic import AfterValidator, BeforeValidator, Discriminator, Tag, ValidationInfo, field_validator

from config.kinds import (
    NAMESPACE,
    Keys,
    Points,
    Portion,
    Positive,
    Share,
    Strict,
    Triple,
    matching,
    unknown,
    wrong,
)
from config.record_map import FITTING, PATHS, FieldType, Sink
from scoring.metrics.catalogue import DIMENSIONS, METRICS, PILLARS, TITLES
from scoring.model import CapRule
from scoring.signals import SEVERITIES

SIDES = ("churn_risk", "platform_value")
TIERS = ("Champion", "Healthy", "At Risk", "Critical")
TOLERANCE = 1e-9

_METRICS = {name: tuple(m.name for m in METRICS if m.dimension == name) for name in DIMENSIONS}
_WEIGHTED = {**_METRICS, "platform_value": tuple(pillar.name for pillar in PILLARS)}


def _adds_up(shares: dict[str, float]) -> dict[str, float]:
    total = fsum(shares.values())
    if abs(total - 1) > TOLERANCE:
        raise wrong(f"expected shares that add up to 1, not {total:.12g}")
    return shares


ADDS_UP = AfterValidator(_adds_up)


def _shares(names: Iterable[str]) -> Any:  # noqa: ANN401  # a type that is made of names
    return Annotated[dict[str, float], Keys("metric", dict.fromkeys(names, Share)), ADDS_UP]


class WeightsFile(Strict):
    """weights.yaml: how much each part counts."""

    health_score: Annotated[dict[str, float], Keys("side", dict.fromkeys(SIDES, Portion)), ADDS_UP]
    churn_risk: Annotated[dict[str, float], Keys("dimension", dict.fromkeys(DIMENSIONS, Portion)), ADDS_UP]
    weights: Annotated[
        dict[str, dict[str, float]],
        Keys("dimension", {name: _shares(metrics) for name, metrics in _WEIGHTED.items()}),
    ]


class MetricThresholds(Strict):
    """One metric's figures, by segment."""

    noun: ClassVar[str] = "segment"
    lower_is_better: bool
    paid: Triple
    standard: Triple

    @field_validator("paid", "standard")
    @classmethod
    def _in_order(cls, figures: list[float], info: ValidationInfo) -> list[float]:
        lower = info.data.get("lower_is_better")
        green, yellow, red = figures if lower else [-figure for figure in figures]
        if lower is not None and not (green <= yellow <= red and green < red):
            order = "green <= yellow <= red, green < red" if lower else "green >= yellow >= red, green > red"
            raise wrong(f"expected {order} (lower_is_better is {str(lower).lower()})")
        return figures


def _thresholds(names: Iterable[str]) -> Any:  # noqa: ANN401  # a type that is made of names
    return Annotated[
        dict[str, MetricThresholds], Keys("metric", dict.fromkeys(names, MetricThresholds), required=False)
    ]


def _fall(tiers: dict[str, float]) -> dict[str, float]:
    floors = [tiers[name] for name in TIERS]
    if any(lower >= higher for higher, lower in pairwise(floors)) or floors[-1] != 0:
        raise wrong(f"expected floors that fall from {TIERS[0]} to {TIERS[-1]}, and the last of them 0")
    return tiers


class Segments(Strict):
    """What ARR says of an account's segment and tier."""

    paid_arr_floor: Positive
    standard_arr_ceiling: Positive


class ThresholdsFile(Strict):
    """thresholds.yaml: where raw values turn into points, and points into tiers."""

    thresholds: Annotated[
        dict[str, dict[str, MetricThresholds]],
        Keys("dimension", {name: _thresholds(metrics) for name, metrics in _METRICS.items()}),
    ]
    tiers: Annotated[dict[str, float], Keys("tier", dict.fromkeys(TIERS, Points)), AfterValidator(_fall)]
    coverage_floor: Points
    caps: Annotated[dict[CapRule, float], Keys("cap", dict.fromkeys(get_args(CapRule), Points))]
    signal_expiry_days: Annotated[dict[str, float | None], Keys("severity", dict.fromkeys(SEVERITIES, Positive | None))]
    segments: Segments


def _known_path(path: object) -> object:
    if not isinstance(path, str) or path not in PATHS:
        raise unknown("path into the record", PATHS)
    return path


def _known_type(name: object) -> object:
    if name not in get_args(FieldType):
        raise unknown("type", get_args(FieldType))
    return name


def _known_dimension(name: object) -> object:
    if name not in TITLES:
        raise unknown("dimension", TITLES)
    return name


class RecordEntry(Strict):
    """One field of the written record."""

    name: Annotated[str, matching(r"[a-z][a-z0-9_]*", "expected a column name in small letters, such as low")]
    field: Annotated[
        str,
        matching(
            rf"{NAMESPACE}(?=.{{1,43}}$)[A-Za-z](_?[A-Za-z0-9])*__c",
            "expected the API name of a custom field, such as Tier__c",
        ),
    ]
    value: Annotated[str, BeforeValidator(_known_path)]
    type: Annotated[FieldType, BeforeValidator(_known_type)]
    label: Annotated[str, matching(r".{1,40}", "expected a label of 1 to 40 characters")]

    @field_validator("type")
    @classmethod
    def _fits(cls, name: FieldType, info: ValidationInfo) -> FieldType:
        value = info.data.get("value")
        if value is not None and name not in FITTING[PATHS[value].kind]:
            raise wrong(f"expected {' or '.join(FITTING[PATHS[value].kind])} for {value}")
        return name


def _known_sink(name: object) -> object:
    if name not in get_args(Sink):
        raise unknown("sink", get_args(Sink))
    return name


class MetricEntries(Strict):
    """The fields of all metrics of a dimension, or of all pillars, made from how they are declared."""

    metrics: Annotated[str, BeforeValidator(_known_dimension)]


def _which(entry: object) -> str:
    return "metrics" if isinstance(entry, MetricEntries) or (isinstance(entry, dict) and "metrics" in entry) else "row"


Entry = Annotated[Annotated[RecordEntry, Tag("row")] | Annotated[MetricEntries, Tag("metrics")], Discriminator(_which)]


class RecordFile(Strict):
    """record.yaml: the CRM that records are written to, and the fields of the written record, in order."""

    sink: Annotated[Sink, BeforeValidator(_known_sink)] = "salesforce"
    fields: list[Entry]
