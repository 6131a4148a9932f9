"""The four files of figures: which names stand where, and what each may hold."""

from collections.abc import Iterable
from dataclasses import fields
from itertools import pairwise
from math import fsum
from typing import Annotated, Any, ClassVar, NotRequired, TypedDict, get_args

from pydantic import AfterValidator, BeforeValidator, ValidationInfo, field_validator

from config.errors import one_of
from config.intake import KINDS, LOGINS, SNAPSHOTS, WEEKDAYS, WORDED, LoginRows
from config.kinds import (
    NAMESPACE,
    ApiName,
    Keys,
    LookerField,
    LookerName,
    NotNegative,
    Number,
    PerhapsWords,
    Points,
    Portion,
    Positive,
    Share,
    Strict,
    Triple,
    Words,
    matching,
    unknown,
    wrong,
)
from config.record_map import FITTING, PATHS, FieldType, Sink
from config.source import SOURCES
from config.vocabulary import CurrencyTable, Meanings
from scoring.metrics.catalogue import DIMENSIONS, METRICS, PILLARS
from scoring.model import CapRule, Rules
from scoring.roles import ROLES
from scoring.signals import SEVERITIES

SIDES = ("churn_risk", "platform_value")
TIERS = ("Champion", "Healthy", "At Risk", "Critical")
TOLERANCE = 1e-9
HOUR_IN_DAYS = 1 / 24

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


def _over_an_hour(days: float) -> float:
    if days <= HOUR_IN_DAYS:
        raise wrong("expected more than an hour, in days (an hour is 1/24)")
    return days


Silence = Annotated[Number, AfterValidator(_over_an_hour)]


class Limits(Strict):
    """How many days a source may be silent."""

    stale_days: Silence
    dead_days: Silence | None

    @field_validator("dead_days")
    @classmethod
    def _after_stale(cls, dead: float | None, info: ValidationInfo) -> float | None:
        stale = info.data.get("stale_days")
        if dead is not None and stale is not None and dead <= stale:
            raise wrong(f"expected more than stale_days, which is {stale:g}")
        return dead


def _each_role(limits: dict[str, Limits]) -> dict[str, Limits]:
    played = {role: [name for name in limits if SOURCES[name].role == role] for role in ROLES}
    for role, names in played.items():
        able = one_of([source.name for source in SOURCES.values() if source.role == role])
        if not names:
            raise wrong(f"expected a source of {role}: {able}")
        if role == "crm" and len(names) > 1:
            raise wrong(f"expected one crm, whose accounts are scored: {able}")
    return limits


EACH_ROLE = AfterValidator(_each_role)


class WindowsTable(Strict):
    """How far back metrics look, in days."""

    support_days: Positive
    history_days: Positive


class ObjectTable(TypedDict):
    """A CRM object by its API name, the field that names its account, our fields by theirs."""

    object: str
    owner: NotRequired[str]
    fields: dict[str, str]


def _object(kind: str) -> Any:  # noqa: ANN401  # a type that is made of names
    names = Annotated[dict[str, str], Keys("field", dict.fromkeys(KINDS[kind], ApiName))]
    owner = {} if kind == "account" else {"owner": ApiName}
    return Annotated[ObjectTable, Keys("key", {"object": ApiName, **owner, "fields": names})]


def _words(names: Iterable[str]) -> Any:  # noqa: ANN401  # a type that is made of names
    return Annotated[dict[str, list[str]], Keys("field", dict.fromkeys(names, Words))]


_RULES: dict[str, Any] = {rule.name: Words for rule in fields(Rules)} | {"agent_previews": PerhapsWords}


def _known_rows(rows: object) -> object:
    if rows not in get_args(LoginRows):
        raise unknown("kind of rows", get_args(LoginRows))
    return rows


def _weekday(word: str) -> str:
    if word.strip().lower() not in WEEKDAYS:
        raise unknown("day of the week", WEEKDAYS)
    return word.strip().lower()


def _above_none(limit: int | None) -> int | None:
    if limit is not None and limit < 1:
        raise wrong("expected a number of rows above 0, or null for all")
    return limit


_LOOKER_VALUES = dict.fromkeys((*LOGINS, *SNAPSHOTS), LookerField | None)
_LOOKER_PILLARS = {pillar.name: LookerField | None for pillar in PILLARS}


class LookerTable(Strict):
    """Where usage stands in Looker: model, explore, and fields by our names of what they hold."""

    model: LookerName
    explore: LookerName
    customer: LookerField
    name: LookerField | None
    date: LookerField
    logins: Annotated[LoginRows, BeforeValidator(_known_rows)]
    custom_fields: bool
    complete: bool
    row_limit: Annotated[int | None, AfterValidator(_above_none)]
    rest_days: list[Annotated[str, AfterValidator(_weekday)]]
    values: Annotated[dict[str, str | None], Keys("value", _LOOKER_VALUES)]
    pillars: Annotated[dict[str, str | None], Keys("pillar", _LOOKER_PILLARS)]


class SnapshotTable(Strict):
    """A CRM object that keeps past ARR, and its fields."""

    object: ApiName
    account: ApiName
    date: ApiName
    arr: ApiName


class CensusTable(Strict):
    """How many known records Salesforce may lack before its answer is doubted."""

    few: NotNegative
    most_gone_pct: Points | None


class SourcesFile(Strict):
    """sources.yaml: names of objects and fields, words that count, limits of silence."""

    salesforce: Annotated[dict[str, ObjectTable], Keys("kind", {kind: _object(kind) for kind in KINDS})]
    arr_snapshot: SnapshotTable | None
    census: CensusTable | None = None
    looker: LookerTable
    known_words: Annotated[
        dict[str, dict[str, list[str]]], Keys("kind", {kind: _words(names) for kind, names in WORDED.items()})
    ]
    words: Meanings
    currency: CurrencyTable
    rules: Annotated[dict[str, list[str]], Keys("rule", _RULES)]
    windows: WindowsTable
    limits: Annotated[dict[str, Limits], Keys("source", dict.fromkeys(SOURCES, Limits), required=False), EACH_ROLE]


def _known_path(path: object) -> object:
    if not isinstance(path, str) or path not in PATHS:
        raise unknown("path into the record", PATHS)
    return path


def _known_type(name: object) -> object:
    if name not in get_args(FieldType):
        raise unknown("type", get_args(FieldType))
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


class RecordFile(Strict):
    """record.yaml: the CRM that records are written to, and the fields of the written record, in order."""

    sink: Annotated[Sink, BeforeValidator(_known_sink)] = "salesforce"
    fields: list[RecordEntry]
