"""Durations as people write them: 90, 1:30:00 or 1h 30m, in the unit that the column's name says."""

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Literal, TypeAlias, get_args

from handlers.sheets.cells import Cell, CellError, text_of
from handlers.sheets.numbers import Mark, read_number
from scoring.instants import DAY, HOUR, SECOND, Duration

Unit: TypeAlias = Literal["seconds", "minutes", "hours", "days"]
UNITS: tuple[Unit, ...] = get_args(Unit)

_LENGTHS: Mapping[Unit, Duration] = {
    "seconds": SECOND,
    "minutes": Duration(HOUR // 60),
    "hours": HOUR,
    "days": DAY,
}
_NAMES: Mapping[str, Unit] = {
    **dict.fromkeys("s sec secs second seconds".split(), "seconds"),
    **dict.fromkeys("m min mins minute minutes".split(), "minutes"),
    **dict.fromkeys("h hr hrs hour hours".split(), "hours"),
    **dict.fromkeys("d day days".split(), "days"),
}
_CALENDAR = frozenset("in within calendar".split())
_CLOCK = re.compile(r"(\d+):([0-5]\d):([0-5]\d)")
_SHORT_CLOCK = re.compile(r"(\d+):([0-5]\d)")
_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-z]+)\.?,?\s*", re.IGNORECASE)


def unit_of(title: str) -> Unit | None:
    """Give the unit that a column's name says; None where it says none, or several."""
    told = {_NAMES[word] for word in re.findall(r"[a-z]+", title.lower()) if word in _NAMES}
    return told.pop() if len(told) == 1 else None


def without_unit(words: str) -> str:
    """Give the name of a column, in plain words, without its unit; hours of the calendar are those of the clock."""
    return " ".join(word for word in words.split() if word not in _NAMES and word not in _CALENDAR)


def clock_of(title: str) -> Unit | None:
    """Give the unit before the colon of 12:30 that a column's name says, as in (hh:mm); None where it says none."""
    found = re.search(r"(?<![\w:])(h{1,2}:mm|m{1,2}:ss)\b(?!:)", title, re.IGNORECASE)
    return None if found is None else _NAMES[found[1][0].lower()]


def read_duration(cell: Cell, unit: Unit | None, mark: Mark | None = None, clock: Unit | None = None) -> Duration:
    """Read a duration that is not negative; `clock` is the unit before the colon of 12:30, by default its unit."""
    length = _length(cell, unit, mark, clock or unit)
    if length < 0:
        raise CellError("expected a duration from 0 on")
    return length


def _length(cell: Cell, unit: Unit | None, mark: Mark | None, clock: Unit | None) -> Duration:
    if isinstance(cell, timedelta):
        return Duration(cell // timedelta(microseconds=1))
    if isinstance(cell, time):
        return Duration((cell.hour * 3600 + cell.minute * 60 + cell.second) * SECOND)
    if isinstance(cell, date):
        raise CellError("expected a duration; this is a date: format the column as [h]:mm:ss")
    text = text_of(cell)
    if whole := _CLOCK.fullmatch(text):
        hours, minutes, seconds = map(int, whole.groups())
        return Duration((hours * 3600 + minutes * 60 + seconds) * SECOND)
    if short := _SHORT_CLOCK.fullmatch(text):
        return _by_clock(int(short[1]), int(short[2]), clock)
    if text and not _PART.sub("", text):
        return _added(text)
    number = read_number(cell, mark)
    if unit is None:
        raise CellError("expected a duration whose unit is known: say units in the file of columns")
    return Duration(round(number * _LENGTHS[unit]))


def _by_clock(first: int, second: int, clock: Unit | None) -> Duration:
    """Read 12:30, in which hours or minutes come first."""
    if clock not in {"hours", "minutes"}:
        raise CellError("it may be hours and minutes, or minutes and seconds: say units in the file of columns")
    return Duration(first * _LENGTHS[clock] + second * _LENGTHS[clock] // 60)


def _added(text: str) -> Duration:
    """Add up parts such as 1h 30m; each unit once, and known."""
    parts = _PART.findall(text)
    units = [_NAMES.get(name.lower()) for _, name in parts]
    if None in units or len(set(units)) != len(units):
        raise CellError("expected a duration, such as 1h 30m")
    lengths = (
        float(figure.replace(",", ".")) * _LENGTHS[unit] for (figure, _), unit in zip(parts, units, strict=True) if unit
    )
    return Duration(round(sum(lengths)))
