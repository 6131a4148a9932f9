"""Usage as readings: rows of windows as they stand, rows of days added up over the windows that they fill."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from config.intake import LOGINS, WEEKDAYS
from handlers.sheets.rows import BadRow, Row
from handlers.sheets.telling import Message, Said, Telling, distinct
from scoring.instants import DAY, Instant, format_date, format_instant
from scoring.metrics.catalogue import PILLARS
from scoring.observations import LOGIN_DAYS, LOGIN_VALUES

_BUSY = 20.0
"""A measure that has so many on the median day does not rest on any by chance."""

_SNAPSHOTS = (
    "active_modules available_modules platform_score platform_score_90d_ago active_staff licensed_seats".split()
)
_PILLARS = tuple(pillar.name for pillar in PILLARS)


@dataclass(frozen=True, slots=True)
class Pull:
    """When a file was exported, the day its windows end on where no column says it, days on which nobody need work."""

    read_at: Instant
    date: Instant | None
    rest_days: Collection[str] = ()


def is_daily(columns: Collection[str]) -> bool:
    """Tell whether rows are of days: their logins are to be added up."""
    return any(name in columns for name in LOGINS)


def fault_of(columns: Collection[str], day: Instant | None) -> str | None:
    """Say why these columns are no usage; None where they are."""
    windows = sorted(LOGIN_VALUES.intersection(columns))
    if is_daily(columns) and windows:
        return f"logins of a day and of 30 days ({', '.join(windows)}) stand side by side: keep one of both"
    if is_daily(columns) and "date" not in columns:
        return "logins of a day need the column date: name it under columns"
    if "date" not in columns and day is None:
        return "no column says the day that the windows end on: say date: YYYY-MM-DD, or --date"
    return None


def usage(rows: Iterable[Row], columns: Collection[str], pull: Pull) -> Telling:
    """Tell the usage of customers: a reading of each customer and date."""
    telling = Telling()
    told = list(distinct(rows, ("customer", "date"), telling))
    ahead = [row for row in told if (at := row.instant("date")) is not None and at > pull.read_at + DAY]
    telling.bad.extend(_ahead(row, pull) for row in ahead)
    undated = [row for row in told if row.instant("date") is None and (pull.date is None or is_daily(columns))]
    telling.bad.extend(BadRow(row.line, "date", "", "expected the day of the row, or --date") for row in undated)
    refused = {row.line for row in (*ahead, *undated)}
    kept = [row for row in told if row.line not in refused]
    telling.said.extend(_daily(kept, pull, telling) if is_daily(columns) else _windows(kept, pull))
    return telling


def _ahead(row: Row, pull: Pull) -> BadRow:
    day = format_date(row.instant("date") or pull.read_at)
    return BadRow(row.line, "date", day, f"expected a day before the export, {format_instant(pull.read_at)}")


def _windows(rows: Iterable[Row], pull: Pull) -> Iterator[Said]:
    for row in rows:
        end = row.instant("date") or pull.date or pull.read_at
        logins = {name: row.number(name) for name in LOGIN_VALUES}
        yield Said(row.line, _reading(row, end, logins, (), pull))


def _reading(
    row: Row, end: Instant, logins: Mapping[str, float | None], holes: Sequence[Instant], pull: Pull
) -> Message:
    """Make a reading; what stands as it is on one day is the row's."""
    snapshots = {name: row.number(name) for name in _SNAPSHOTS}
    pillars = {name: value for name in _PILLARS if (value := row.number(name)) is not None}
    values = {name: value for name, value in {**logins, **snapshots}.items() if value is not None}
    return {
        "type": "looker.reading",
        "customer_id": row.need("customer"),
        "date": format_date(end),
        "pulled_at": format_instant(pull.read_at),
        "values": {**values, **({"pillars": pillars} if pillars else {})},
        **({"holes": [format_date(day) for day in holes]} if holes else {}),
    }


def _daily(rows: Sequence[Row], pull: Pull, telling: Telling) -> Iterator[Said]:
    """Tell a reading of each customer at the end of each month in the file, and at the file's end."""
    days = {day for row in rows if (day := row.instant("date")) is not None}
    by_customer: dict[str, dict[Instant, Row]] = {}
    for row in rows:
        by_customer.setdefault(row.need("customer"), {})[row.instant("date") or pull.read_at] = row
    totals = {name: _totals(rows, name) for name in LOGINS}
    for end in _ends(days):
        holes = holes_of(totals.values(), end, pull.rest_days)
        if holes:
            shown = ", ".join(map(format_date, holes[:5])) + (", …" if len(holes) > 5 else "")
            said = f"no customer has usage on {len(holes)} of the 60 days before it ({shown})"
            telling.remarks.append(f"usage of {format_date(end)}: {said}: trends of logins are missing")
        for of_days in by_customer.values():
            yield from _of_customer(of_days, end, holes, pull)


def _ends(days: Collection[Instant]) -> list[Instant]:
    """Give the days that windows end on, each after a day of the file: firsts of months, and after the last day."""
    after = {Instant(day + DAY) for day in days}
    firsts = {day for day in after if format_date(day).endswith("-01")}
    return sorted(firsts | ({max(after)} if after else set()))


def _of_customer(days: Mapping[Instant, Row], end: Instant, holes: Sequence[Instant], pull: Pull) -> Iterator[Said]:
    """Tell the reading of a customer that has rows in its windows; that of the last day says how things stand."""
    both = [day for day in days if end - 2 * LOGIN_DAYS * DAY <= day < end]
    if not both:
        return
    last = days[max(both)]
    stands = last if max(both) == end - DAY else Row(last.line, {"customer": last.need("customer")})
    middle = end - LOGIN_DAYS * DAY
    logins = {f"{name}_30d": _sum(days, name, middle, end) for name in LOGINS}
    logins |= {f"{name}_prev_30d": _sum(days, name, middle - LOGIN_DAYS * DAY, middle) for name in LOGINS}
    yield Said(last.line, _reading(stands, end, logins, holes, pull))


def _sum(days: Mapping[Instant, Row], name: str, start: Instant, end: Instant) -> float | None:
    """Add up a measure over a window; a day without a row is one without use, an empty cell leaves all unknown."""
    told = [row.number(name) for day, row in days.items() if start <= day < end]
    known = [figure for figure in told if figure is not None]
    return sum(known) if len(known) == len(told) and _is_told(days, name) else None


def _is_told(days: Mapping[Instant, Row], name: str) -> bool:
    return any(row.number(name) is not None for row in days.values())


def _totals(rows: Iterable[Row], name: str) -> Mapping[Instant, float]:
    totals: dict[Instant, float] = {}
    for row in rows:
        day = row.instant("date")
        if day is not None:
            totals[day] = totals.get(day, 0) + (row.number(name) or 0)
    return totals


def holes_of(measures: Iterable[Mapping[Instant, float]], end: Instant, rest_days: Collection[str]) -> list[Instant]:
    """Give the days of both windows without use of anybody, or without any of a measure that is busy on others."""
    days = [Instant(end - back * DAY) for back in range(2 * LOGIN_DAYS, 0, -1)]
    figures = [[measure.get(day, 0) for day in days] for measure in measures]
    busy = [one for one in figures if median(one) >= _BUSY]
    empty = (
        day
        for place, day in enumerate(days)
        if not any(one[place] for one in figures) or not all(one[place] for one in busy)
    )
    return [day for day in empty if WEEKDAYS[date.fromisoformat(format_date(day)).weekday()] not in rest_days]
