"""The days on which the source has use of anybody at all; the others are holes of the source, not rest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import isfinite
from statistics import median

from config.intake import WEEKDAYS, LookerQuery
from handlers.clients.looker.answers import Row
from handlers.clients.looker.client import InlineQuery
from handlers.clients.looker.explore import Explore
from handlers.clients.remote import SourceError
from handlers.pulls.looker_asks import BOTH_WINDOWS, days_of, inline
from handlers.pulls.looker_measures import login_fields
from scoring.instants import Instant

MOST_ROWS = 2_000
"""More than the hours of 60 days: a field of hours is told apart from rows cut off."""

BUSY = 20.0
"""A measure that has so many on the median day does not rest on any by chance."""

_NOBODY = {"string": "-EMPTY", "number": "NOT NULL"}
"""How a filter leaves out rows of no customer, by the type of the customer's dimension."""


def days_query(query: LookerQuery, explore: Explore | None, end: Instant) -> InlineQuery:
    """Ask for the logins of all customers together, day by day: at most 60 rows."""
    asked = inline(query, [query.date, *login_fields(query)], [BOTH_WINDOWS], end)
    customer = None if explore is None else explore.fields.get(query.customer)
    of_somebody = {} if customer is None or customer.type not in _NOBODY else {query.customer: _NOBODY[customer.type]}
    return replace(asked, limit=MOST_ROWS, filters={**asked.filters, **of_somebody})


def holes(rows: Iterable[Row], query: LookerQuery, end: Instant) -> list[str]:
    """Name the days without use of anybody, and those without any of a measure that is busy on others.

    Raises SourceError where rows are of no days, or of others than were asked for.
    """
    days = [days_of(end, (age, 0))[0] for age in range(BOTH_WINDOWS[0], 0, -1)]
    by_day = _by_day(rows, query.date, days)
    totals = [[_total(by_day.get(day, {}).get(field)) for day in days] for field in login_fields(query)]
    busy = [figures for figures in totals if median(figures) >= BUSY]
    empty = {
        day
        for number, day in enumerate(days)
        if not any(figures[number] for figures in totals) or not all(figures[number] for figures in busy)
    }
    return [day for day in days if day in empty and not is_rest(day, query)]


def _by_day(rows: Iterable[Row], field: str, days: Sequence[str]) -> Mapping[str, Row]:
    told: dict[str, Row] = {}
    for row in rows:
        day = str(row[field])[:10]
        if day not in days or day in told:
            raise SourceError(
                f"Looker gave {str(row[field])[:40]!r} among the days of {field}: "
                "name a field of days, in UTC, as looker.date in config/sources.yaml"
            )
        told[day] = row
    return told


def _total(value: object) -> float:
    """Read a figure of one day; what is none, and is not empty, shows use all the same."""
    if value is None:
        return 0.0
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return BUSY
    try:
        figure = abs(float(value))
    except (ValueError, OverflowError):
        return BUSY
    return figure if isfinite(figure) else BUSY


def is_rest(day: str, query: LookerQuery) -> bool:
    """Tell whether nobody needs to use anything on a day."""
    return WEEKDAYS[date.fromisoformat(day).weekday()] in query.rest_days
