"""Looker: usage readings, as our own sweep puts them on the queue (contracts.md 4)."""

from collections.abc import Iterable

from config.source import LOOKER
from handlers.sources.kinds import own
from handlers.sources.reading import Json, Taken, figure, json_object, key, members, moment, need, shown, take
from scoring.account import Naming
from scoring.feeds import Heard
from scoring.instants import DAY, Instant, format_date, start_of_day
from scoring.metrics.catalogue import PILLARS
from scoring.observations import LOGIN_DAYS, Observation, Reading, Subject, names_owner
from scoring.statements import Statement

SOURCE = LOOKER.name
VALUES = frozenset(
    "staff_logins_30d staff_logins_prev_30d admin_logins_30d admin_logins_prev_30d active_modules available_modules "
    "platform_score platform_score_90d_ago active_staff licensed_seats".split()
)
PILLAR_NAMES = frozenset(pillar.name for pillar in PILLARS)


def read_reading(message: Json) -> Taken:
    """Read `looker.reading`; any of its values may be absent or null.

    It names its customer where it bears anything that Looker gave: see `names_owner`.
    """
    customer = need(message, "customer_id", key)
    date = start_of_day(need(message, "date", moment))
    pulled_at = need(message, "pulled_at", moment)
    values = need(message, "values", json_object)
    holes = [] if message.get("holes") is None else need(message, "holes", days)
    remarks: list[str] = []
    usage = {name: value for name, value in values.items() if name != "pillars"}
    pillars = members(take(values, "pillars", json_object, remarks))
    figures = sorted([*_figures(usage, VALUES, remarks), *_figures(pillars, PILLAR_NAMES, remarks)])
    return Taken(told_by(customer, date, pulled_at, figures, holes), remarks)


def told_by(
    customer: str, date: Instant, pulled_at: Instant, figures: Iterable[tuple[str, float]], holes: Iterable[Instant]
) -> list[Statement]:
    """Say what a reading told: that it was heard, whose it is, and its figures, sorted by their names."""
    first = date - 2 * LOGIN_DAYS * DAY
    reading = Reading(date, tuple(figures), tuple(sorted({day for day in holes if first <= day < date})))
    named = [Naming(SOURCE, (customer,), date)] if names_owner(reading) else []
    subject = Subject(SOURCE, "reading", f"{customer}@{format_date(date)}")
    return [Heard(SOURCE, pulled_at), *named, Observation(subject, pulled_at, reading, customer)]


def days(value: object) -> list[Instant]:
    """Read a list of days. One that cannot be read spoils the reading: logins without their holes are wrong."""
    if not isinstance(value, list):
        raise ValueError("expected a list of days")  # noqa: TRY004 - one error for a wrong value of any kind
    return [start_of_day(moment(day)) for day in value]


def _figures(values: Json, known: frozenset[str], remarks: list[str]) -> Iterable[tuple[str, float]]:
    for name in values:
        if name not in known:
            remarks.append(f"unknown:value={shown(name)}")
        elif (told := take(values, name, _figure, remarks)) is not None:
            yield name, told


def _figure(value: object) -> float:
    """Read a number; some dialects send large decimals as text."""
    return figure(float(value) if isinstance(value, str) else value)


KINDS = (own(read_reading, "looker.reading"),)
