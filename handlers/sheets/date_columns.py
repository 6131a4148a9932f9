"""What the dates of a whole column show: which part is the day, which zone they are in, whether they were spoilt."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handlers.sheets.cells import Cell, CellError
from handlers.sheets.date_forms import found_in, offset_of

Order: TypeAlias = Literal["day_first", "month_first"]
ORDERS: tuple[Order, ...] = get_args(Order)


def order_of(cells: Iterable[Cell]) -> Order | None:
    """Say whether days stand before months; None where nothing tells, or where the cells of a column disagree."""
    told = {order for cell in cells if isinstance(cell, str) for order in _orders(cell)}
    return told.pop() if len(told) == 1 else None


def zone_of(title: str) -> tzinfo | None:
    """Give the zone that a column's name says, in brackets or as its last word; None where it says none.

    CellError of letters such as CST, which are several zones.
    """
    in_brackets = re.findall(r"[(\[]([^)\]]*)[)\]]", title)
    last = title.split()[-1:] if not in_brackets else []
    for said in map(str.strip, [*in_brackets, *last]):
        if (zone := _offset_zone(said) or _named_zone(said)) is not None:
            return zone
        if said in _SEVERAL:
            raise CellError(f"{said} is several zones: say time_zone in the file of columns, and rename the column")
    return None


_SEVERAL = frozenset(
    "PT MT CT ET PST PDT MST MDT CST CDT EST EDT AST ADT AKST HST BST IST CET CEST WET WEST EET EEST MSK SGT HKT JST "
    "KST AEST AEDT ACST AWST NZST NZDT BRT ART".split()
)
_OFFSET = re.compile(r"(?:utc|gmt)\s*([+-]\d\d?(?::?\d\d)?)?|([+-]\d\d(?::?\d\d)?)|z", re.IGNORECASE)


def _offset_zone(said: str) -> tzinfo | None:
    found = _OFFSET.fullmatch(said)
    try:
        return None if found is None else timezone(offset_of(found[1] or found[2] or "Z") or timedelta())
    except ValueError as error:
        raise CellError(f"{said} is no offset from UTC") from error


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
    written = [found for cell in held if isinstance(cell, str) and (found := found_in(cell))]
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
    found = found_in(cell) if isinstance(cell, str) else {}
    parts = [found.get(name, "0") for name in ("hour", "minute", "second", "part")]
    if "hour" not in found:
        return None
    is_twelve = found["hour"] == "12" and found.get("half", "").lower().startswith("a")
    return not any(map(int, ["0", *parts[1:]] if is_twelve else parts))


def _orders(text: str) -> Iterable[Order]:
    """Give the order that a written date shows: its day is one that no month has."""
    found = found_in(text)
    if "one" in found and len(found["year"]) == 4:
        one, two = int(found["one"]), int(found["two"])
        if one > 12 >= two:
            yield "day_first"
        elif two > 12 >= one:
            yield "month_first"
