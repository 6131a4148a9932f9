"""Tolerant reading of vendors' JSON: what cannot be read is dropped by name, the rest stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import TypeAlias, TypeVar

from handlers.sources.written import Part
from scoring.ids import to_18
from scoring.instants import FIRST, LAST, SECOND, Duration, Instant, parse_instant
from scoring.statements import Statement

Json: TypeAlias = Mapping[str, object]
T = TypeVar("T")

_MILLISECOND = Duration(SECOND // 1000)
_MILLISECONDS_FROM = 100_000_000_000
"""Greater numbers are Unix milliseconds (from March 1973 on), others are seconds (to the year 5138)."""
_NO_INSTANT = "expected an ISO 8601 date or date-time"
_LONGEST_ID = 255
_LONGEST_WORD = 255
_LONGEST_TEXT = 131_072
_LONGEST_NAME = 500
_EXACT = 2**53
"""Whole numbers below this are the same as floats; so the usual ones need not become any."""
_DIGITS = 10.0**18
"""CRM numbers have 18 digits at most, before and after the point."""


class UnreadableError(ValueError):
    """An event that cannot be read; the text is the reason."""


@dataclass(slots=True)
class Taken:
    """What one event told: statements, and remarks on what was dropped or never heard of.

    `topic` names the kind of event, for counting: Intercom's topic, Salesforce's object, our own type. `parts` are
    what customers wrote in it and was read, in memory alone.
    """

    statements: list[Statement] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    topic: str = ""
    parts: list[Part] = field(default_factory=list)


def members(value: object) -> Json:
    """Give an object's members; anything else has none."""
    return value if isinstance(value, dict) else {}


def json_object(value: object) -> Json:
    """Read a JSON object."""
    if not isinstance(value, dict):
        raise ValueError("expected an object")  # noqa: TRY004 - one error for a wrong value of any kind
    return value


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
        raise UnreadableError(f"{key} is {brief(value)}: {error}") from error


def brief(value: object) -> str:
    """Show a value of the vendor's in a reason, on one short line."""
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    return f"'{shown(value)}'" if isinstance(value, str) else shown(str(value))


def shown(word: str) -> str:
    """Show a word of the vendor's in a remark: short, its control characters escaped."""
    printable = repr(word[:61])[1:-1]
    return printable if len(printable) <= 60 else f"{printable[:57]}…"


def lookup(value: object) -> str:
    """Read the id of another record, brought to 18 characters."""
    return to_18(key(value))


def text(value: object) -> str:
    """Read a text."""
    if not isinstance(value, str):
        raise ValueError("expected a text")  # noqa: TRY004 - as above
    if len(value) > _LONGEST_TEXT:
        raise ValueError(f"expected a text of {_LONGEST_TEXT} characters at most")
    return value


def word(value: object) -> str:
    """Read an enum value or a tag, in lower case."""
    if not isinstance(value, str) or len(value) > _LONGEST_WORD:
        raise ValueError("expected a word")
    return value.lower()


def name_of(item: Json, remarks: list[str]) -> str | None:
    """Read an owner's name; a blank one is none, an absurdly long one is cut."""
    name = take(item, "name", text, remarks)
    return None if name is None or not name.strip() else cut(name, _LONGEST_NAME, "name", remarks)


def cut(told: str, most: int, name: str, remarks: list[str]) -> str:
    """Cut a text that is longer than anybody means, and remark it: it must fit where it is kept."""
    if len(told) <= most:
        return told
    remarks.append(f"cut:{name}")
    return told[:most]


def few(told: tuple[T, ...], most: int, name: str, remarks: list[str]) -> tuple[T, ...]:
    """Cut a list that is longer than anybody means, and remark it."""
    if len(told) <= most:
        return told
    remarks.append(f"cut:{name}")
    return told[:most]


def key(value: object) -> str:
    """Read an id: a text that is not blank, or a whole number; 255 bytes at most."""
    told = value.strip() if isinstance(value, str) else _whole_number(value)
    if not told or len(told.encode()) > _LONGEST_ID or "\0" in told:
        raise ValueError("expected an id")
    return told


def _whole_number(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("expected an id")  # noqa: TRY004 - as above
    return str(value)


def listed(item: Json, name: str, read: Callable[[object], T], remarks: list[str]) -> tuple[T, ...]:
    """Read the members of a list; what is no value of it is remarked and left out."""
    values = take(item, name, _json_list, remarks) or ()
    found = [take({name: value}, name, read, remarks) for value in values]
    return tuple(one for one in found if one is not None)


def _json_list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError("expected a list")  # noqa: TRY004 - as above
    return value


def number(value: object) -> float:
    """Read a finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise ValueError("expected a number")
    return float(value) + 0.0


def figure(value: object) -> float:
    """Read a number of 18 digits at most, so that no sum or share of such can overflow."""
    if type(value) is int and -_EXACT < value < _EXACT:
        return float(value)
    told = number(value)
    if told and not 1 / _DIGITS <= abs(told) < _DIGITS:
        raise ValueError("expected a number of 18 digits at most")
    return told


def count(value: object) -> int:
    """Read a whole number that is not negative."""
    if type(value) is int and 0 <= value < _EXACT:
        return value
    whole = figure(value)
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


def yes_no_word(value: object) -> bool:
    """Read a boolean, or the Yes or No of a picklist: unlike a checkbox it can be empty."""
    words = {"yes": True, "no": False}
    return yes_no(words.get(value.strip().lower(), value) if isinstance(value, str) else value)


def seconds(value: object) -> Instant:
    """Read an instant in Unix seconds, or as ISO 8601 text (Intercom sends both)."""
    if type(value) is int and 0 < value < _EXACT // SECOND:
        return Instant(value * SECOND)
    return _iso(value) if isinstance(value, str) else _unix_seconds(number(value))


def milliseconds(value: object) -> Instant:
    """Read an instant in Unix milliseconds, or as ISO 8601 text (Salesforce sends both)."""
    if type(value) is int and 0 <= value <= LAST // _MILLISECOND:
        return Instant(value * _MILLISECOND)
    return _iso(value) if isinstance(value, str) else _unix_milliseconds(number(value))


def moment(value: object) -> Instant:
    """Read an instant of our own messages: ISO 8601 text, or Unix seconds or milliseconds by their size."""
    if isinstance(value, str):
        return _iso(value)
    unix = number(value)
    return _unix_milliseconds(unix) if unix > _MILLISECONDS_FROM else _unix_seconds(unix)


def _iso(value: str) -> Instant:
    """Read ISO 8601 text with dashes; digits alone could be a Unix time as well."""
    try:
        at = parse_instant(value)
    except ValueError as error:
        raise ValueError(_NO_INSTANT) from error
    if value[4] != "-":
        raise ValueError(_NO_INSTANT)
    return at


def _unix_seconds(unix: float) -> Instant:
    at = Instant(unix * SECOND)
    if not 0 < at <= LAST:
        raise ValueError("expected Unix seconds")
    return at


def _unix_milliseconds(unix: float) -> Instant:
    at = Instant(int(unix) * _MILLISECOND)
    if not FIRST <= at <= LAST:
        raise ValueError("expected Unix milliseconds")
    return at
