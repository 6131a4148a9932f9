"""Readings of use: what the Looker sweep puts on the queue, day by day."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from handlers.demo.portfolio import Hotel, Quirk
from handlers.demo.span import FOUR_MONTHS, Span
from handlers.demo.wire import Json, Sent, sent
from scoring.instants import DAY, HOUR, Instant, format_date, format_instant

_PILLARS = ("messaging", "automations", "contactless", "requests", "staff_adoption")


@dataclass(frozen=True, slots=True)
class Taste:
    """What sets one hotel apart from others that do as well: offsets and sizes."""

    logins: int
    modules: int
    staff: int
    staff_trend: float
    admin_trend: float
    pillars: tuple[float, ...]


def readings(hotel: Hotel, span: Span, rng: Random) -> Iterator[Sent]:
    """Tell of each customer's use: weekly and on the first of each month, daily at the end."""
    for customer in hotel.customers:
        taste = _taste(rng)
        for date in dates(span, _last_age(hotel)):
            gloom = 1 - hotel.health_at(date, span.end)
            yield reading(customer, date, values(gloom, taste, broken=hotel.quirk is Quirk.INVALID_PILLAR))


def _last_age(hotel: Hotel) -> int:
    return {Quirk.STALE_READINGS: 5, Quirk.DEAD_READINGS: 20}.get(hotel.quirk, hotel.left_days)


@cache
def dates(span: Span, last_age: int = 0) -> tuple[Instant, ...]:
    """Give the dates of readings up to an age in days; the outage has none, and long ago only the first of a month."""
    ages = [age for age in range(span.days, last_age - 1, -1) if not span.is_out(age)]
    days = [(age, span.end - age * DAY) for age in ages]
    return tuple(day for age, day in days if age < 14 or _is_weekly(age) or format_date(day).endswith("-01"))


def _is_weekly(age: int) -> bool:
    return age <= FOUR_MONTHS and age % 7 == 0


def _taste(rng: Random) -> Taste:
    return Taste(
        logins=rng.randrange(300, 2_500),
        modules=rng.choice((8, 10, 12, 16, 20)),
        staff=rng.randrange(20, 200),
        staff_trend=rng.gauss(0, 4),
        admin_trend=rng.gauss(0, 5),
        pillars=tuple(rng.gauss(0, 5) for _ in _PILLARS),
    )


def values(gloom: float, taste: Taste, *, broken: bool = False) -> Json:
    """Give a reading's values; `gloom` (0-1) is how badly the customer does."""
    score = _of_100(96 - 75 * gloom)
    pillars = [_of_100(97 - 75 * gloom + offset) for offset in taste.pillars]
    return {
        **_logins("staff_logins", taste.logins, 10 - 50 * gloom + taste.staff_trend),
        **_logins("admin_logins", taste.logins // 8, 10 - 55 * gloom + taste.admin_trend),
        "active_modules": round(taste.modules * max(0.08, 0.8 - 0.75 * gloom)),
        "available_modules": taste.modules,
        "platform_score": score,
        "platform_score_90d_ago": _of_100(score - 9 + 28 * gloom),
        "active_staff": round(taste.staff * max(0.1, 0.95 - gloom)),
        "licensed_seats": taste.staff,
        "pillars": dict(zip(_PILLARS, [130.0, *pillars[1:]] if broken else pillars, strict=True)),
    }


def _logins(name: str, before: int, trend_pct: float) -> Json:
    return {f"{name}_30d": round(before * max(0.0, 1 + trend_pct / 100)), f"{name}_prev_30d": before}


def _of_100(value: float) -> float:
    return round(min(100.0, max(0.0, value)), 1)


def reading(customer: str, date: Instant, figures: Json, hours: int = 5) -> Sent:
    """Write the reading of one customer and date, pulled so many hours after the date began."""
    message: Json = {
        "type": "looker.reading",
        "customer_id": customer,
        "date": format_date(date),
        "pulled_at": format_instant(date + hours * HOUR),
        "values": figures,
    }
    return sent(date + hours * HOUR, message)
