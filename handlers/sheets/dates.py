"""Dates and instants as people write them, by what is known of their column."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from handlers.sheets.cells import Cell, CellError, text_of
from handlers.sheets.date_columns import Order
from handlers.sheets.date_forms import MONTHS, found_in, offset_of
from scoring.instants import Instant, parse_instant

_SERIAL = re.compile(r"[2-7]\d{4}(?:[.,]\d+)?")
_UNIX = re.compile(r"\d{10}|\d{13}")
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  the day that Excel counts from, in no zone
_FIRST_YEAR, _LAST_YEAR = 1971, 2099
_EXPECTED = "expected a date, such as 2026-10-31"


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How the dates of a column are read: in which order (`is_said`: a person said so), in which zone.

    Where numbers count days from another day than Excel's usual one they are `unclear`.
    """

    order: Order | None = None
    is_said: bool = False
    zone: tzinfo = UTC
    unclear: bool = False


@dataclass(frozen=True, slots=True)
class _Stamp:
    """A day, and the time of day with its offset where they are said."""

    day: date
    clock: time | None = None
    offset: timedelta | None = None


def read_date(cell: Cell, style: DateStyle) -> Instant:
    """Read a date as 00:00 UTC of the day that is written; a time of day makes no difference."""
    day = _stamp(cell, style).day
    return parse_instant(day.isoformat())


def read_instant(cell: Cell, style: DateStyle, *, needs_time: bool = True) -> Instant:
    """Read an instant: by its own offset, else in the column's zone. CellError where its time of day is not said."""
    stamp = _stamp(cell, style)
    if stamp.clock is None and needs_time:
        raise CellError("expected a date with its time of day, such as 2026-10-31 14:05")
    local = datetime.combine(stamp.day, stamp.clock or time())
    if stamp.offset is not None:
        return _instant(local.replace(tzinfo=UTC) - stamp.offset)
    return _instant(_placed(local, style.zone))


def last_of_day(cell: Cell, style: DateStyle) -> Instant:
    """Read an instant; of a day without a time the last second."""
    stamp = _stamp(cell, style)
    if stamp.clock is not None:
        return read_instant(cell, style)
    return _instant(_placed(datetime.combine(stamp.day, time(23, 59, 59)), style.zone))


def _placed(local: datetime, zone: tzinfo) -> datetime:
    """Place a time in a zone. CellError of one that the clocks passed over, or showed twice."""
    first, second = local.replace(tzinfo=zone), local.replace(tzinfo=zone, fold=1)
    if first.utcoffset() != second.utcoffset():
        raise CellError(f"the clocks of {zone} were changed in that hour: expected the time with its offset from UTC")
    return first


def _instant(moment: datetime) -> Instant:
    try:
        return parse_instant(moment.isoformat())
    except (ValueError, OverflowError) as error:
        raise CellError(_EXPECTED) from error


def _stamp(cell: Cell, style: DateStyle) -> _Stamp:
    """Read a cell. CellError of a day that programs write where there is none: in 1900, 1970 or 9999."""
    stamp = _stamped(cell, style)
    if not _FIRST_YEAR <= stamp.day.year <= _LAST_YEAR:
        raise CellError(f"{_EXPECTED}; programs write {stamp.day} where there is none: leave the cell empty")
    return stamp


def _stamped(cell: Cell, style: DateStyle) -> _Stamp:
    if isinstance(cell, datetime):
        return _whole_seconds(cell)
    if isinstance(cell, date):
        return _Stamp(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _counted(str(cell), style)
    if not isinstance(cell, str):
        raise CellError(_EXPECTED)
    text = text_of(cell)
    return _counted(text, style) if re.fullmatch(r"[\d.,]+", text) and "." not in text[:5] else _written(text, style)


def _whole_seconds(moment: datetime) -> _Stamp:
    """Round what a spreadsheet counts in fractions of days to whole seconds."""
    near = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    return _Stamp(near.date(), near.time(), moment.utcoffset())


def _counted(text: str, style: DateStyle) -> _Stamp:
    """Read a number: days since 1900, as Excel counts, or seconds or milliseconds since 1970."""
    if _UNIX.fullmatch(text):
        moment = datetime.fromtimestamp(int(text[:10]), UTC)
        return _Stamp(moment.date(), moment.time(), timedelta())
    if not _SERIAL.fullmatch(text):
        return _written(text, style)
    if style.unclear:
        raise CellError(f"{_EXPECTED}; this workbook counts days from 1904: format the column as dates")
    days = float(text.replace(",", "."))
    stamp = _whole_seconds(_DAY_ZERO + timedelta(days=days))
    return _Stamp(stamp.day) if days.is_integer() else stamp


def _written(text: str, style: DateStyle) -> _Stamp:
    found = found_in(text)
    if not found:
        raise CellError(_EXPECTED)
    try:
        return _Stamp(_day(found, style), _clock(found), offset_of(found.get("zone")))
    except CellError:
        raise
    except ValueError as error:
        raise CellError(f"{_EXPECTED}; there is no such day or time") from error


def _day(found: Mapping[str, str], style: DateStyle) -> date:
    if "one" not in found:
        month = found.get("month") or MONTHS.index(found["name"][:3].lower()) + 1
        named = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
        return date(named, int(month), int(found["day"]))
    year = _year(found["year"], style)
    one, two = int(found["one"]), int(found["two"])
    if style.order is None and one != two and max(one, two) <= 12:
        two_days = f"it may be {year}-{two:02}-{one:02} or {year}-{one:02}-{two:02}"
        raise CellError(f"{two_days}: say dates: day_first or month_first in the file of columns")
    day_first = style.order == "day_first" or (style.order is None and one > 12)
    return date(year, two, one) if day_first else date(year, one, two)


def _year(text: str, style: DateStyle) -> int:
    if len(text) == 4:
        return int(text)
    if not style.is_said:
        raise CellError(
            "expected a year of four digits; else say dates: day_first or month_first in the file of columns"
        )
    return 2000 + int(text)


def _clock(found: Mapping[str, str]) -> time | None:
    if "hour" not in found:
        return None
    hour, half = int(found["hour"]), found.get("half", "").lower()[:1]
    if half and not 1 <= hour <= 12:
        raise ValueError(hour)
    hour = hour % 12 + 12 * (half == "p") if half else hour
    micro = int(found.get("part", "0").ljust(6, "0")[:6])
    return time(hour, int(found["minute"]), int(found.get("second", "0")), micro)
