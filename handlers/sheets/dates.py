"""Dates and instants as people write them: days before months or after, told apart by what a whole column shows."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handlers.sheets.cells import Cell, CellError, text_of
from scoring.instants import Instant, parse_instant

Order: TypeAlias = Literal["day_first", "month_first"]
ORDERS: tuple[Order, ...] = get_args(Order)

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    "(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)[.,]?"
)
_NTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?,?"
_CLOCK = (
    r"(?:(?:T|,?\s+(?:at\s+)?)(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>z|(?:utc|gmt)?[+\-\u2212]\d\d?(?::?\d\d)?|utc|gmt)?)?"
)
_FORMS = tuple(
    re.compile(rf"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?{form}{_CLOCK}", re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)",
        r"(?P<one>\d{1,2})(?P<mark>[-/.])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4}|\d\d)",
        rf"{_NTH}[-\s]{_MONTH}[-\s](?P<year>\d{{4}}|\d\d)",
        rf"{_MONTH}\s{_NTH}\s(?P<year>\d{{4}})",
    )
)
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


def order_of(cells: Iterable[Cell]) -> Order | None:
    """Say whether days stand before months; None where nothing tells, or where the cells of a column disagree."""
    told = {order for cell in cells if isinstance(cell, str) for order in _orders(cell)}
    return told.pop() if len(told) == 1 else None


def zone_of(title: str) -> tzinfo | None:
    """Give the zone that a column's name says in brackets; None where it says none.

    CellError of letters such as CST, which are several zones.
    """
    for said in re.findall(r"\(([^)]*)\)", title):
        offset = re.fullmatch(r"(?:utc|gmt)?\s*([+-]\d\d?(?::?\d\d)?)?|z", said.strip(), re.IGNORECASE)
        if offset is not None and said.strip():
            return timezone(_offset(offset[1] or "Z") or timedelta())
        if (named := _named_zone(said.strip())) is not None:
            return named
        if re.fullmatch(r"[A-Z]{2,4}T", said.strip()):
            raise CellError(f"{said} is several zones: say time_zone in the file of columns, and rename the column")
    return None


def _named_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if "/" in name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def is_half_turned(cells: Iterable[Cell]) -> bool:
    """Tell whether a spreadsheet made dates of some cells and left others: it may have read them in a wrong order.

    In a text its trace is that none of the dates that it wrote anew has a day after the 12th, and all that it left do.
    """
    held = list(cells)
    written = [found for cell in held if isinstance(cell, str) and (found := _found(cell))]
    left = [found for found in written if "one" in found]
    if any(isinstance(cell, date) for cell in held):
        return bool(left)
    made = [found for found in written if "month" in found]
    return bool(left and made) and all(map(_is_clear, left)) and all(int(found["day"]) <= 12 for found in made)


def _is_clear(found: Mapping[str, str]) -> bool:
    return max(int(found["one"]), int(found["two"])) > 12


def without_times(cells: Iterable[Cell]) -> bool:
    """Tell whether no cell of a column has a time of day but midnight, and there is more than one."""
    told = [is_midnight for cell in cells if (is_midnight := _is_midnight(cell)) is not None]
    return len(told) > 1 and all(told)


def _is_midnight(cell: Cell) -> bool | None:
    """Tell whether a cell's time of day is midnight; None of one that says none."""
    if isinstance(cell, datetime):
        return cell.time() == time()
    found = _found(cell) if isinstance(cell, str) else {}
    parts = [found.get(name, "0") for name in ("hour", "minute", "second", "part")]
    if "hour" not in found:
        return None
    is_twelve = found["hour"] == "12" and found.get("half", "").lower().startswith("a")
    return not any(map(int, ["0", *parts[1:]] if is_twelve else parts))


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
    found = _found(text)
    if not found:
        raise CellError(_EXPECTED)
    try:
        return _Stamp(_day(found, style), _clock(found), _offset(found.get("zone")))
    except CellError:
        raise
    except ValueError as error:
        raise CellError(f"{_EXPECTED}; there is no such day or time") from error


def _found(text: str) -> dict[str, str]:
    """Give the parts of a written date; none where it is none."""
    plain = " ".join(text_of(text).split())
    found = next((match for form in _FORMS if (match := form.fullmatch(plain))), None)
    return {} if found is None else {name: part for name, part in found.groupdict().items() if part is not None}


def _orders(text: str) -> Iterable[Order]:
    """Give the order that a written date shows: its day is one that no month has."""
    found = _found(text)
    if "one" in found and len(found["year"]) == 4:
        one, two = int(found["one"]), int(found["two"])
        if one > 12 >= two:
            yield "day_first"
        elif two > 12 >= one:
            yield "month_first"


def _day(found: Mapping[str, str], style: DateStyle) -> date:
    if "one" not in found:
        month = found.get("month") or _MONTHS.index(found["name"][:3].lower()) + 1
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


def _offset(zone: str | None) -> timedelta | None:
    if zone is None:
        return None
    digits = re.sub(r"[^\d]", "", zone)
    if not digits:
        return timedelta()
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    if int(hours) > 14 or int(minutes) > 59:
        raise ValueError(zone)
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    return ahead if "+" in zone else -ahead
