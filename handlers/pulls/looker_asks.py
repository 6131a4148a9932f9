"""The queries by which Looker is asked for the use of all customers, and which period each of their rows is of."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from config.intake import LookerQuery
from handlers.clients.looker.answers import Row
from handlers.clients.looker.client import InlineQuery
from handlers.pulls.looker_measures import login_fields, snapshot_fields
from scoring.instants import DAY, Instant, format_date

Span: TypeAlias = Literal["last", "recent", "before", "ago"]
"""The last day; the days before it in its window; the window before; the last day of 90 days ago."""
Days: TypeAlias = tuple[int, int]

PERIODS: Mapping[Span, Days] = {"last": (1, 0), "recent": (30, 1), "before": (60, 30), "ago": (91, 90)}
"""From and to how many days before the date of the reading (exclusive) each period lasts."""
CLOSES: Mapping[Span, Days] = {"last": (1, 0), "before": (31, 30), "ago": (91, 90)}
"""The last day of each window: all that is to be read where a row counts 30 days by itself."""
WINDOW: Days = (30, 0)
BOTH_WINDOWS: Days = (60, 0)
PERIOD_FIELD = "healthscore_period"


@dataclass(frozen=True, slots=True)
class Ask:
    """One query, and how the period of each of its rows is known."""

    query: InlineQuery
    period_of: Callable[[Row], Span | None]


def asks(query: LookerQuery, end: Instant, *, adding_up: bool) -> Iterator[Ask]:
    """Give the queries for the use of all customers up to a day (exclusive).

    Where logins add up over days, one query by period may serve; else each window is asked for as a
    whole, and without names: a customer that was renamed would have two rows that do not add up.
    """
    logins, snapshots = login_fields(query), snapshot_fields(query)
    if query.logins == "30_days":
        yield _by_day(query, [*logins, *snapshots], CLOSES, end)
    elif query.custom_fields and adding_up:
        yield _by_period(query, [*logins, *snapshots], end)
    else:
        yield _by_day(query, snapshots, {"last": PERIODS["last"], "ago": PERIODS["ago"]}, end)
        if logins:
            yield _of_one(query, logins, "recent", WINDOW, end)
            yield _of_one(query, logins, "before", PERIODS["before"], end)


def _by_day(query: LookerQuery, fields: Sequence[str], days: Mapping[Span, Days], end: Instant) -> Ask:
    periods = {days_of(end, span)[0]: period for period, span in days.items()}
    asked = inline(query, [*_named(query), query.date, *fields], list(days.values()), end)
    return Ask(asked, lambda row: periods.get(str(row[query.date])[:10]))


def _by_period(query: LookerQuery, fields: Sequence[str], end: Instant) -> Ask:
    custom = {PERIOD_FIELD: _expression(query.date, end)}
    asked = inline(query, [*_named(query), PERIOD_FIELD, *fields], [BOTH_WINDOWS, PERIODS["ago"]], end, custom)
    periods = {str(period): period for period in PERIODS}
    return Ask(asked, lambda row: periods.get(str(row[PERIOD_FIELD])))


def _of_one(query: LookerQuery, fields: Sequence[str], period: Span, span: Days, end: Instant) -> Ask:
    return Ask(inline(query, [query.customer, *fields], [span], end), lambda _: period)


def _named(query: LookerQuery) -> list[str]:
    return [query.customer] if query.name is None else [query.customer, query.name]


def inline(
    query: LookerQuery,
    fields: Iterable[str],
    spans: Iterable[Days],
    end: Instant,
    custom: Mapping[str, str] | None = None,
) -> InlineQuery:
    """Ask for fields over spans of days before the date of a reading."""
    dates = ",".join(" to ".join(days_of(end, span)) for span in spans)
    return InlineQuery(query.model, query.explore, tuple(fields), {query.date: dates}, query.row_limit, custom or {})


def days_of(end: Instant, span: Days) -> tuple[str, str]:
    """Give the first day of a span and the one after its last."""
    start, stop = span
    return format_date(end - start * DAY), format_date(end - stop * DAY)


def _expression(date_field: str, end: Instant) -> str:
    """Write the period of a day in Looker's own language; the days of the filter are all there are."""
    text = '"ago"'
    for period in ("before", "recent", "last"):
        year, month, day = (int(part) for part in days_of(end, PERIODS[period])[0].split("-"))
        text = f'if(${{{date_field}}} >= date({year}, {month}, {day}), "{period}", {text})'
    return text
