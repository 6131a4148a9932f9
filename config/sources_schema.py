"""What sources.yaml may hold: names of objects and fields, words that count, limits of silence."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Annotated, Any, NotRequired, TypedDict, get_args

from pydantic import AfterValidator, BeforeValidator, ValidationInfo, field_validator

from config.intake import KINDS, LOGINS, READ_BY_METRICS, SNAPSHOTS, UNNAMED, WEEKDAYS, WORDED, LoginRows
from config.kinds import (
    ApiName,
    Keys,
    LookerField,
    LookerName,
    NotNegative,
    Number,
    PerhapsWords,
    Points,
    Positive,
    Strict,
    Words,
    unknown,
    wrong,
)
from config.source import SOURCES
from config.vocabulary import CurrencyTable, Meanings
from scoring.customer import USER
from scoring.metrics.catalogue import PILLARS
from scoring.model import Rules
from scoring.roles import ROLES

HOUR_IN_DAYS = 1 / 24


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
        able = " or ".join(source.name for source in SOURCES.values() if source.role == role)
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
    unnamed = {name for name in KINDS[kind] if f"{kind}.{name}" in UNNAMED}
    optional = frozenset([*unnamed, *(field.name for field in READ_BY_METRICS if field.kind == kind)])
    names = Annotated[dict[str, str], Keys("field", dict.fromkeys(KINDS[kind], ApiName), optional=optional)]
    owner = {} if kind in {"account", USER} else {"owner": ApiName}
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


_OBJECTS = {kind: _object(kind) for kind in KINDS}


class SourcesFile(Strict):
    """sources.yaml: names of objects and fields, words that count, limits of silence."""

    salesforce: Annotated[dict[str, ObjectTable], Keys("kind", _OBJECTS, optional=UNNAMED)]
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
