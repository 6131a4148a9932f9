"""Durations as people write them: 90, 1:30:00 or 1h 30m, in the unit that the column's name says."""

import re
from collections.abc import Mapping
from datetime import time, timedelta
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
_CLOCK = re.compile(r"(\d+):([0-5]\d):([0-5]\d)")
_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-z]+)\.?,?\s*", re.IGNORECASE)


def unit_of(title: str) -> Unit | None:
    """Give the unit that a column's name says; None where it says none, or several."""
    told = {_NAMES[word] for word in re.findall(r"[a-z]+", title.lower()) if word in _NAMES}
    return told.pop() if len(told) == 1 else None


def without_unit(words: str) -> str:
    """Give the name of a column, in plain words, without its unit."""
    return " ".join(word for word in words.split() if word not in _NAMES and word != "in")


def read_duration(cell: Cell, unit: Unit | None, mark: Mark | None = None) -> Duration:
    """Read a duration that is not negative."""
    length = _length(cell, unit, mark)
    if length < 0:
        raise CellError("expected a duration from 0 on")
    return length


def _length(cell: Cell, unit: Unit | None, mark: Mark | None) -> Duration:
    if isinstance(cell, timedelta):
        return Duration(cell // timedelta(microseconds=1))
    if isinstance(cell, time):
        return Duration((cell.hour * 3600 + cell.minute * 60 + cell.second) * SECOND)
    text = text_of(cell)
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = map(int, clock.groups())
        return Duration((hours * 3600 + minutes * 60 + seconds) * SECOND)
    if text and not _PART.sub("", text):
        return _added(text)
    number = read_number(cell, mark)
    if unit is None:
        raise CellError("expected a duration whose unit is known: say units in the file of columns")
    return Duration(round(number * _LENGTHS[unit]))


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
