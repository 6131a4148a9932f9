"""Looker's answers made into readings: one for each customer and date, by as few queries as the explore allows."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from config.intake import LOGINS, SNAPSHOTS, LookerQuery
from config.source import LOOKER
from handlers.clients.looker.answers import Row
from handlers.clients.looker.client import LookerClient
from handlers.clients.looker.explore import Explore
from handlers.clients.remote import SourceError
from handlers.pulls.listed import Listed, Message
from handlers.pulls.looker_asks import CLOSES, PERIODS, Ask, Span, asks, days_of
from handlers.pulls.looker_days import days_query, holes, is_rest
from handlers.pulls.looker_measures import adding_up, login_fields, misfits
from handlers.pulls.looker_parts import WHOLE, CustomerPart
from scoring.instants import Instant, format_date, format_instant, start_of_day

WINDOW: Sequence[Span] = ("last", "recent")
SOURCE = LOOKER.name
FEW = 4
"""A day that has less than one of so many customers of other days is not there as a whole yet."""
MANY = 20
"""Of fewer customers it is not said that some of them are missing."""


@dataclass(slots=True)
class _Customer:
    """What is known of one customer: names it goes by, rows by period."""

    names: set[str] = field(default_factory=set)
    rows: dict[Span, list[Row]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Usage:
    """The use of all customers, how many have rows of a period, the days without use of anybody.

    `adding_up` says that the logins of several rows may be added.
    """

    query: LookerQuery
    customers: dict[str, _Customer]
    heard: Counter[Span]
    holes: list[str]
    adding_up: bool


@dataclass(frozen=True, slots=True)
class Customer(Listed):
    """A customer as Looker lists it, on the day that its reading ends on."""

    end: Instant

    def messages(self, now: Instant) -> tuple[Message, ...]:  # noqa: ARG002  it is known since the day
        """Say that it is known since then, and by which name."""
        name = {} if self.name is None else {"name": self.name}
        return ({"type": "owner.listed", "source": SOURCE, "owner": self.ids[0], **name, "at": format_date(self.end)},)


@dataclass(frozen=True, slots=True)
class Used:
    """The customers that an explore names, and the readings of all that have one."""

    listed: Sequence[Customer]
    readings: Iterable[Message]


def readings(
    client: LookerClient, query: LookerQuery, customers: Iterable[str], date: Instant, now: Instant
) -> Iterator[Message]:
    """Read the use of all customers up to `date` (exclusive), and give it as messages pulled at `now`.

    Every customer that the explore names is listed and has a reading. Where the explore is complete,
    one of `customers` that it does not name has a reading of no logins; else it has none. Raises
    SourceError where Looker cannot be used, or does not have all of the last day yet.
    """
    told = used(client, query, customers, date, now)
    for customer in told.listed:
        yield from customer.messages(now)
    yield from told.readings
    yield heard(now)


def used(
    client: LookerClient,
    query: LookerQuery,
    customers: Iterable[str],
    date: Instant,
    now: Instant,
    part: CustomerPart = WHOLE,
) -> Used:
    """Read the use of a part of the customers likewise; raises SourceError likewise."""
    end = start_of_day(date)
    usage = _pull(client, query, end, part)
    _check_last_day(usage, days_of(end, (1, 0))[0], part)
    if part is not WHOLE:
        usage.heard.update(_used_by_others(usage, end))
    mapped = {name for key in customers if (name := key.strip()) and part.has(name)}
    absent = _absent(usage, mapped) if query.complete else set()
    listed = [_listed(customer, known, end) for customer, known in sorted(usage.customers.items())]
    return Used(listed, _readings(usage, sorted(usage.customers.keys() | absent), end, now))


def _used_by_others(usage: _Usage, end: Instant) -> Iterator[Span]:
    """Name the periods in which somebody used anything, be it nobody of the part: who has no rows there rested."""
    spans = CLOSES if usage.query.logins == "30_days" else PERIODS
    for period in (*WINDOW, "before"):
        start, stop = spans.get(period, (0, 0))
        days = {days_of(end, (age, 0))[0] for age in range(start, stop, -1)}
        if days - set(usage.holes):
            yield period


def _readings(usage: _Usage, customers: Iterable[str], end: Instant, now: Instant) -> Iterator[Message]:
    for customer in customers:
        values = _values(usage.customers.get(customer, _Customer()), usage)
        told: Message = {"customer_id": customer, "date": format_date(end), "pulled_at": format_instant(now)}
        lost: Message = {"holes": usage.holes} if usage.holes else {}
        yield {"type": "looker.reading", **told, "values": values, **lost}


def heard(now: Instant) -> Message:
    """Tell that Looker answered."""
    return {"type": "feed.heard", "source": SOURCE, "at": format_instant(now)}


def _pull(client: LookerClient, query: LookerQuery, end: Instant, part: CustomerPart) -> _Usage:
    explore = client.explore(query.model, query.explore)
    _check_fields(explore, query)
    adds = adding_up(explore, query)
    customers: dict[str, _Customer] = {}
    for ask in asks(query, end, adding_up=adds):
        _sort_in(client.rows(part.of(ask.query, query)), ask, query, customers)
    lost = holes(client.rows(days_query(query, explore, end)), query, end) if login_fields(query) else []
    counted = Counter(period for known in customers.values() for period in known.rows)
    return _Usage(query, customers, counted, lost, adds)


def _check_fields(explore: Explore | None, query: LookerQuery) -> None:
    wrong = [] if explore is None else list(misfits(explore, query))
    if wrong:
        raise SourceError(f"Looker: {'; '.join(wrong)}: mend looker in config/sources.yaml")


def _check_last_day(usage: _Usage, day: str, part: CustomerPart) -> None:
    """Refuse a day that is not there yet, or only for a few: it would read as falling use. A part may have nobody."""
    last, others = usage.heard["last"], max(usage.heard["recent"], usage.heard["before"])
    if (last == 0 and (part is WHOLE or others >= MANY)) or day in usage.holes:
        raise SourceError(f"Looker has no use of anybody on {day} yet: run this again later")
    if others >= MANY and last * FEW < others and not is_rest(day, usage.query):
        raise SourceError(f"Looker has use of {last} customers on {day}, of {others} before: run this again later")


def _absent(usage: _Usage, mapped: AbstractSet[str]) -> AbstractSet[str]:
    """Give the customers of the mapping that the explore does not name; it must name most of them."""
    absent = mapped - usage.customers.keys()
    if len(mapped) >= MANY and len(absent) * 2 > len(mapped):
        raise SourceError(
            f"Looker has no rows of {len(absent)} of the {len(mapped)} customers of the mapping, and looker.complete "
            "is true: look at the mapping, at what the API user may see, and at config/sources.yaml"
        )
    return absent


def _sort_in(rows: Iterable[Row], ask: Ask, query: LookerQuery, customers: dict[str, _Customer]) -> None:
    for row in rows:
        customer, period = _key(row[query.customer]), ask.period_of(row)
        if customer is None or period is None:
            continue
        known = customers.setdefault(customer, _Customer())
        known.rows.setdefault(period, []).append(row)
        name = None if query.name is None else row.get(query.name)
        if isinstance(name, str) and name.strip():
            known.names.add(name)


def _key(value: object) -> str | None:
    """Read a customer's key: a text that is not blank, or a whole number."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    return str(value).strip() or None


def _listed(customer: str, known: _Customer, end: Instant) -> Customer:
    """List a customer; one that goes by several names has the last of them by the alphabet."""
    return Customer(SOURCE, (customer,), None, max(known.names, default=None), {}, end)


def _values(known: _Customer, usage: _Usage) -> Message:
    """Give the values of a reading; what is not known is not in it."""
    query, told = usage.query, Message()
    for name in LOGINS:
        for suffix, window in (("30d", WINDOW), ("prev_30d", ("before",))):
            told[f"{name}_{suffix}"] = _logins(known, usage, name, window)
    for name in SNAPSHOTS:
        told[name] = _snapshot(known, "last", query.values.get(name))
    told["platform_score_90d_ago"] = _snapshot(known, "ago", query.values.get("platform_score"))
    pillars = {name: _snapshot(known, "last", query.pillars[name]) for name in query.pillars}
    told["pillars"] = _known(pillars) or None
    return _known(told)


def _known(values: Message) -> Message:
    return {name: value for name, value in values.items() if value is not None}


def _logins(known: _Customer, usage: _Usage, name: str, window: Sequence[Span]) -> object | None:
    """Add up the logins of a window; of several rows that do not add up nothing is known.

    A customer without rows in it had none, where the explore is complete and has rows of others.
    """
    login_field = usage.query.values.get(name)
    if login_field is None:
        return None
    rows = [row for period in window for row in known.rows.get(period, ()) if login_field in row]
    if not rows:
        return 0 if usage.query.complete and any(usage.heard[period] for period in window) else None
    return _total([row[login_field] for row in rows]) if usage.adding_up or len(rows) == 1 else None


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


def _snapshot(known: _Customer, period: Span, name: str | None) -> object | None:
    """Give the one value of a day; where rows of one customer differ, none is known."""
    told = [row[name] for row in known.rows.get(period, ()) if name in row and row[name] is not None] if name else []
    return told[0] if told and all(value == told[0] for value in told) else None
