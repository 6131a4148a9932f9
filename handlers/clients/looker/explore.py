"""What Looker tells of an explore: its fields, of which kind and type each is, and what filters it by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

PARTS = "fields,access_filters,always_filter,conditionally_filter"
"""What is asked for of an explore."""


@dataclass(frozen=True, slots=True)
class ExploreField:
    """One field by its full name: a dimension or a measure, its LookML type, the view it belongs to."""

    name: str
    is_measure: bool
    type: str
    view: str


@dataclass(frozen=True, slots=True)
class Explore:
    """An explore's fields by their names, and the fields by which rows are left out unasked."""

    fields: Mapping[str, ExploreField]
    filtered_by: tuple[str, ...] = ()


class _Field(msgspec.Struct):
    name: str
    type: str | None = None
    view: str | None = None


class _Fields(msgspec.Struct):
    dimensions: list[_Field] = []
    measures: list[_Field] = []


class _Answer(msgspec.Struct):
    fields: _Fields
    access_filters: list[dict[str, Any]] | None = None
    always_filter: list[dict[str, Any]] | None = None
    conditionally_filter: list[dict[str, Any]] | None = None


def read_explore(text: str | bytes) -> Explore | None:
    """Read an explore; None where the text is none."""
    try:
        answer = msgspec.json.decode(text, type=_Answer)
    except msgspec.DecodeError:
        return None
    told = [_field(one, is_measure=False) for one in answer.fields.dimensions]
    told += [_field(one, is_measure=True) for one in answer.fields.measures]
    filters = [
        *(str(one.get("field")) for one in answer.access_filters or ()),
        *(str(one.get("name")) for one in (*(answer.always_filter or ()), *(answer.conditionally_filter or ()))),
    ]
    return Explore({one.name: one for one in told}, tuple(dict.fromkeys(filters)))


def _field(told: _Field, *, is_measure: bool) -> ExploreField:
    view = told.view or told.name.partition(".")[0]
    return ExploreField(told.name, is_measure, (told.type or "").lower(), view)
