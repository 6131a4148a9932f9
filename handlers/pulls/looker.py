"""Looker's answers made into readings: one for each customer and date, by as few queries as the explore allows."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from config.intake import LOGINS, SNAPSHOTS, LookerQuery
from handlers.adapters.looker import InlineQuery, LookerClient, Row
from handlers.adapters.remote import SourceError
from scoring.instants import DAY, Instant, format_date, format_instant

Period: TypeAlias = Literal["last", "recent", "before", "ago"]
"""The last day; the days before it in its window; the window before; the last day of 90 days ago."""
Message: TypeAlias = dict[str, object]
Days: TypeAlias = tuple[int, int]

PERIODS: Mapping[Period, Days] = {"last": (1, 0), "recent": (30, 1), "before": (60, 30), "ago": (91, 90)}
"""From and to how many days before the date of the reading (exclusive) each period lasts."""
CLOSES: Mapping[Period, Days] = {"last": (1, 0), "before": (31, 30), "ago": (91, 90)}
"""The last day of each window: all that is to be read where a row counts 30 days by itself."""
WINDOW: Sequence[Period] = ("last", "recent")
PERIOD_FIELD = "healthscore_period"
SOURCE = "looker"


@dataclass(frozen=True, slots=True)
class _Ask:
    """One query, and how the period of each of its rows is told."""

    query: InlineQuery
    period_of: Callable[[Row], Period | None]


@dataclass(slots=True)
class _Usage:
    """What is known of one customer: names it goes by, rows by period."""

    names: set[str] = field(default_factory=set)
    rows: dict[Period, list[Row]] = field(default_factory=dict)


def readings(
    client: LookerClient, query: LookerQuery, customers: Iterable[str], date: Instant, now: Instant
) -> Iterator[Message]:
    """Read the use of all customers up to `date` (exclusive), and give it as messages pulled at `now`.

    Every customer that the explore names is listed and has a reading. Where the explore is complete,
    one of `customers` that it does not name has a reading of no logins; else it has none. Raises
    SourceError where Looker cannot be used, or has nothing of anybody on the last day yet.
    """
    end = date // DAY * DAY
    usage: dict[str, _Usage] = {}
    for ask in _asks(query, end):
        _sort_in(client.rows(ask.query), ask, query, usage)
    heard = {period for known in usage.values() for period in known.rows}
    if "last" not in heard:
        raise SourceError(f"Looker has no use of anybody on {_days(end, (1, 0))[0]} yet: run this again later")
    for customer, known in sorted(usage.items()):
        yield _listing(customer, known, end)
    absent = {name.strip() for name in customers} - usage.keys() - {""} if query.complete else set()
    for customer in sorted(usage.keys() | absent):
        values = _values(usage.get(customer, _Usage()), query, heard)
        told: Message = {"customer_id": customer, "date": format_date(end), "pulled_at": format_instant(now)}
        yield {"type": "looker.reading", **told, "values": values}
    yield {"type": "feed.heard", "source": SOURCE, "at": format_instant(now)}


def _asks(query: LookerQuery, end: Instant) -> Iterator[_Ask]:
    logins = [query.values[name] for name in LOGINS if name in query.values]
    snapshots = [query.values[name] for name in SNAPSHOTS if name in query.values]
    snapshots += query.pillars.values()
    if query.logins == "30_days":
        yield _by_day(query, [*logins, *snapshots], CLOSES, end)
    elif query.custom_fields:
        yield _by_period(query, [*logins, *snapshots], end)
    else:
        yield _by_day(query, snapshots, {"last": PERIODS["last"], "ago": PERIODS["ago"]}, end)
        if logins:
            yield _of_one(query, logins, "recent", (30, 0), end)
            yield _of_one(query, logins, "before", PERIODS["before"], end)


def _by_day(query: LookerQuery, fields: Sequence[str], days: Mapping[Period, Days], end: Instant) -> _Ask:
    periods = {_days(end, span)[0]: period for period, span in days.items()}
    inline = _inline(query, [query.date, *fields], list(days.values()), end)
    return _Ask(inline, lambda row: periods.get(str(row[query.date])[:10]))


def _by_period(query: LookerQuery, fields: Sequence[str], end: Instant) -> _Ask:
    spans = [(60, 0), PERIODS["ago"]]
    custom = {PERIOD_FIELD: _expression(query.date, end)}
    inline = _inline(query, [PERIOD_FIELD, *fields], spans, end, custom)
    periods = {str(period): period for period in PERIODS}
    return _Ask(inline, lambda row: periods.get(str(row[PERIOD_FIELD])))


def _of_one(query: LookerQuery, fields: Sequence[str], period: Period, span: Days, end: Instant) -> _Ask:
    return _Ask(_inline(query, fields, [span], end), lambda _: period)


def _inline(
    query: LookerQuery,
    fields: Iterable[str],
    spans: Iterable[Days],
    end: Instant,
    custom: Mapping[str, str] | None = None,
) -> InlineQuery:
    names = [query.customer] if query.name is None else [query.customer, query.name]
    dates = ",".join(" to ".join(_days(end, span)) for span in spans)
    chosen = (*names, *fields)
    return InlineQuery(query.model, query.explore, chosen, {query.date: dates}, query.row_limit, custom or {})


def _days(end: Instant, span: Days) -> tuple[str, str]:
    start, stop = span
    return format_date(end - start * DAY), format_date(end - stop * DAY)


def _expression(date_field: str, end: Instant) -> str:
    """Write the period of a day in Looker's own language; the days of the filter are all there are."""
    text = '"ago"'
    for period in ("before", "recent", "last"):
        year, month, day = (int(part) for part in _days(end, PERIODS[period])[0].split("-"))
        text = f'if(${{{date_field}}} >= date({year}, {month}, {day}), "{period}", {text})'
    return text


def _sort_in(rows: Iterable[Row], ask: _Ask, query: LookerQuery, usage: dict[str, _Usage]) -> None:
    for row in rows:
        customer, period = _key(row[query.customer]), ask.period_of(row)
        if customer is None or period is None:
            continue
        known = usage.setdefault(customer, _Usage())
        known.rows.setdefault(period, []).append(row)
        name = None if query.name is None else row[query.name]
        if isinstance(name, str) and name.strip():
            known.names.add(name)


def _key(value: object) -> str | None:
    """Read a customer's key: a text that is not blank, or a whole number."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    return str(value).strip() or None


def _listing(customer: str, known: _Usage, end: Instant) -> Message:
    """List a customer; one that goes by several names has the last of them by the alphabet."""
    name = {"name": max(known.names)} if known.names else {}
    return {"type": "owner.listed", "source": SOURCE, "owner": customer, **name, "at": format_date(end)}


def _values(known: _Usage, query: LookerQuery, heard: set[Period]) -> Message:
    """Give the values of a reading; what is not known is not in it."""
    told: Message = {}
    for name in LOGINS:
        for suffix, window in (("30d", WINDOW), ("prev_30d", ("before",))):
            told[f"{name}_{suffix}"] = _logins(known, query, name, window, heard)
    for name in SNAPSHOTS:
        told[name] = _snapshot(known, "last", query.values.get(name))
    told["platform_score_90d_ago"] = _snapshot(known, "ago", query.values.get("platform_score"))
    pillars = {name: _snapshot(known, "last", query.pillars[name]) for name in query.pillars}
    told["pillars"] = _known(pillars) or None
    return _known(told)


def _known(values: Message) -> Message:
    return {name: value for name, value in values.items() if value is not None}


def _logins(
    known: _Usage, query: LookerQuery, name: str, window: Sequence[Period], heard: set[Period]
) -> object | None:
    """Add up the logins of a window.

    A customer without rows in it had none, where the explore is complete and has rows of others.
    """
    if name not in query.values:
        return None
    rows = [row for period in window for row in known.rows.get(period, ()) if query.values[name] in row]
    if not rows:
        return 0 if query.complete and not heard.isdisjoint(window) else None
    return _total([row[query.values[name]] for row in rows])


def _total(parts: Sequence[object]) -> object | None:
    """Add up numbers, nulls apart; some come as text. One that is none is handed on, to be named at intake."""
    told = [part for part in parts if part is not None]
    if len(told) < 2:
        return told[0] if told else None
    total = 0.0
    for part in told:
        if isinstance(part, bool) or not isinstance(part, (int, float, str)):
            return part
        try:
            total += float(part)
        except (ValueError, OverflowError):
            return part
    return total


def _snapshot(known: _Usage, period: Period, name: str | None) -> object | None:
    """Give the one value of a day; where rows of one customer differ, none is known."""
    told = [row[name] for row in known.rows.get(period, ()) if name in row and row[name] is not None] if name else []
    return told[0] if told and all(value == told[0] for value in told) else None
