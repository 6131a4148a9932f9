"""Tolerant reading of vendors' JSON: what cannot be read is dropped by name, the rest stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import TypeAlias, TypeVar

from scoring.instants import SECOND, Instant, parse_instant
from scoring.statements import Statement

Json: TypeAlias = Mapping[str, object]
T = TypeVar("T")

MILLISECOND: Instant = SECOND // 1000
_LAST_SECOND = 253_402_300_799


class UnreadableError(ValueError):
    """An event that cannot be read; the text is the reason."""


@dataclass(slots=True)
class Taken:
    """What one event told: statements, and remarks on what was dropped or never heard of."""

    statements: list[Statement] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def members(value: object) -> Json:
    """Give an object's members; anything else has none."""
    return value if isinstance(value, dict) else {}


def take(item: Json, key: str, read: Callable[[object], T], remarks: list[str]) -> T | None:
    """Read one member; where it is no value of its field, remark it and give None."""
    value = item.get(key)
    if value is None:
        return None
    try:
        return read(value)
    except (ValueError, OverflowError):
        remarks.append(f"dropped:{key}")
        return None


def need(item: Json, key: str, read: Callable[[object], T]) -> T:
    """Read one member without which the event says nothing."""
    value = item.get(key)
    if value is None:
        raise UnreadableError(f"{key} is missing")
    try:
        return read(value)
    except (ValueError, OverflowError) as error:
        raise UnreadableError(f"{key} is {_brief(value)}: {error}") from error


def _brief(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def text(value: object) -> str:
    """Read a text."""
    if not isinstance(value, str):
        raise ValueError("expected a text")  # noqa: TRY004 - one error for a wrong value of any kind
    return value


def word(value: object) -> str:
    """Read an enum value, in lower case."""
    return text(value).lower()


def key(value: object) -> str:
    """Read an id: a text that is not blank, or a whole number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    stripped = text(value).strip()
    if not stripped:
        raise ValueError("expected an id")
    return stripped


def keys(item: Json, name: str, remarks: list[str]) -> tuple[str, ...]:
    """Read a list of ids that must hold one at least; what is no id is remarked and left out."""
    values = item.get(name)
    listed = values if isinstance(values, list) else []
    found = tuple(one for value in listed if (one := take({name: value}, name, key, remarks)) is not None)
    if not found:
        raise UnreadableError(f"{name} names no id")
    return found


def number(value: object) -> float:
    """Read a finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise ValueError("expected a number")
    return float(value) + 0.0


def count(value: object) -> int:
    """Read a whole number that is not negative."""
    whole = number(value)
    if whole < 0 or whole != int(whole):
        raise ValueError("expected a count")
    return int(whole)


def rating(value: object) -> int:
    """Read a rating from 1 to 5."""
    stars = count(value)
    if not 1 <= stars <= 5:
        raise ValueError("expected a rating from 1 to 5")
    return stars


def yes_no(value: object) -> bool:
    """Read a boolean."""
    if not isinstance(value, bool):
        raise ValueError("expected true or false")  # noqa: TRY004 - as above
    return value


def seconds(value: object) -> Instant:
    """Read an instant in Unix seconds, or as ISO 8601 text (Intercom sends both)."""
    if isinstance(value, str):
        return parse_instant(value)
    whole = number(value)
    if not 0 < whole <= _LAST_SECOND:
        raise ValueError("expected Unix seconds")
    return int(whole * SECOND)


def milliseconds(value: object) -> Instant:
    """Read an instant in Unix milliseconds, or as ISO 8601 text (Salesforce sends both)."""
    if isinstance(value, str):
        return parse_instant(value)
    whole = number(value)
    if not abs(whole) <= _LAST_SECOND * 1000:
        raise ValueError("expected Unix milliseconds")
    return int(whole) * MILLISECOND
