"""A record as properties of a company: their names and types, by the record map, and their values."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from config.record_map import Cell, FieldType, RecordField, RecordMap, cell
from handlers.sinks.standing import SCORES, Replacing, Standing, outranks
from scoring.instants import Duration, Instant, parse_instant
from scoring.record import Record

PREFIX = "healthscore_"
GROUP = {"name": "healthscore", "label": "Health score", "displayOrder": -1}
LONGEST_TEXT = 65_536
MILLISECOND = Duration(1_000)

Definition: TypeAlias = dict[str, Any]

TYPES: Mapping[FieldType, tuple[str, str]] = {
    "text": ("string", "text"),
    "long_text": ("string", "textarea"),
    "number": ("number", "number"),
    "date": ("date", "date"),
    "datetime": ("datetime", "date"),
    "yes_no": ("bool", "booleancheckbox"),
}
"""How a field is kept in HubSpot, and how people see it there."""

_YES_NO = [
    {"label": "Yes", "value": "true", "displayOrder": 0, "hidden": False},
    {"label": "No", "value": "false", "displayOrder": 1, "hidden": False},
]
_PERIOD = re.compile(r"\d{4}-\d{2}")


def property_of(record_map: RecordMap, path: str) -> str:
    """Name the property that holds a value of the record."""
    return next(name_of(field) for field in record_map if field.path == path)


def name_of(field: RecordField) -> str:
    """Name the property of a field: its CSV column, with our prefix."""
    return f"{PREFIX}{field.name}"


def definitions(record_map: RecordMap) -> Iterator[Definition]:
    """Define each property as HubSpot creates it; the account's id has values that are unique."""
    for order, field in enumerate(record_map):
        kind, seen_as = TYPES[field.type]
        definition: Definition = {"name": name_of(field), "label": f"Health: {field.label}", "type": kind}
        definition |= {"fieldType": seen_as, "groupName": GROUP["name"], "displayOrder": order, "formField": False}
        if field.path == "score.account_id":
            definition["hasUniqueValue"] = True
        yield definition | ({"options": _YES_NO} if kind == "bool" else {})


def properties(record: Record, record_map: RecordMap) -> dict[str, str]:
    """Write a record as properties; what is unknown is an empty text, which clears a property."""
    return {name_of(field): written(cell(record, field), field.type) for field in record_map}


def written(value: Cell, kind: FieldType) -> str:
    """Write a value as HubSpot takes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _plain(value)
    return str(parse_instant(value) // MILLISECOND) if kind in ("date", "datetime") else value


def _plain(number: float) -> str:
    """Write a number without an exponent."""
    return format(Decimal(int(number)) if number == int(number) else Decimal(repr(number)), "f")


def too_long(written: Mapping[str, str]) -> list[str]:
    """Name the properties whose text is longer than HubSpot keeps."""
    return [name for name, text in written.items() if len(text) > LONGEST_TEXT]


def is_there(sent: Mapping[str, str], there: Mapping[str, Any], record_map: RecordMap) -> bool:
    """Tell whether a company has its properties as they were sent."""
    kinds = {name_of(field): field.type for field in record_map}
    return all(_alike(text, there.get(name), kinds[name]) for name, text in sent.items())


def _alike(sent: str, told: object, kind: FieldType) -> bool:
    there = _text(told)
    if kind == "number" and sent and there:
        return _number(sent) == _number(there)
    if kind in ("date", "datetime"):
        return _instant(sent) == _instant(there)
    return " ".join(sent.split()) == " ".join(there.split())


def _text(told: object) -> str:
    return "" if told is None else str(told)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _instant(text: str) -> Instant | None:
    """Read milliseconds since 1970, or a date or instant of ISO 8601; None of anything else."""
    try:
        return Instant(int(text) * MILLISECOND) if text.lstrip("-").isdecimal() else parse_instant(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a company shows: a record of a period, where one is there and readable."""

    period: str | None
    standing: Standing

    def gives_way(self, record: Record, may: Replacing) -> bool:
        """Tell whether a record may take its place: never one of an older month, nor a provisional one of a final."""
        if self.period is None or record.period == self.period:
            return outranks(record, self.standing, may)
        if self.standing.final and record.status != "final" and not may.final:
            return False
        return record.period > self.period

    def loses_score(self, record: Record) -> bool:
        """Tell whether the month's final score would give way to none; a new month without a score says so."""
        return self.period in (None, record.period) and self.standing.loses_score(record)


def shown(there: Mapping[str, Any], record_map: RecordMap) -> Shown:
    """Read what a company shows from its properties."""
    values = {field.path: _text(there.get(name_of(field))) for field in record_map}
    period, status = values["record.period"].strip(), values.get("record.status", "")
    scores = [values[path] for path in SCORES if path in values]
    scored = any(scores) if scores else None
    standing = Standing(status == "final" if status else None, _instant(values.get("score.as_of", "")), scored)
    return Shown(period if _PERIOD.fullmatch(period) else None, standing)


def shown_by(record: Record) -> Shown:
    """Give what a company shows once it has a record."""
    score = record.score
    scored = score.final_score is not None
    return Shown(record.period, Standing(record.status == "final", score.as_of, scored))


NOTHING = Shown(None, Standing(None, None))
"""What a company shows that never had a record."""
