"""The worked examples: plans whose events lead to exactly the published figures.

Raw values that no event can yield (0.4 failed payments, a responsiveness of 1.8) are made up for
by other metrics of the same dimension, so that each dimension's score is the published one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from handlers.demo.conversations import unfold
from handlers.demo.crm import Concern, Deal, history
from handlers.demo.looker import dates, reading
from handlers.demo.plans import MINUTE, Plan
from handlers.demo.portfolio import WORKED, Hotel
from handlers.demo.span import Span
from handlers.demo.support import desk_of, greetings
from handlers.demo.timeline import Timeline
from handlers.demo.wire import Json, Sent
from handlers.demo.years import earlier
from scoring.instants import DAY, HOUR, SECOND, Duration, Instant


@dataclass(frozen=True, slots=True)
class Load:
    """A month of support: median times of reply and close, and how many of the conversations were what."""

    conversations: int
    reply: Duration
    close: Duration
    urgent: int
    reopened: int
    escalated: int


@dataclass(frozen=True, slots=True)
class Example:
    """One worked example: its support, its deal, its use."""

    load: Load
    deal: Deal
    usage: Json


def _usage(staff: int, admins: int, modules: tuple[int, int], score: tuple[int, int], messaging: int) -> Json:
    active, available = modules
    pillars = {"messaging": messaging, "automations": 100, "contactless": 100, "requests": 100, "staff_adoption": 100}
    return {
        "staff_logins_30d": staff,
        "staff_logins_prev_30d": 1_000,
        "admin_logins_30d": admins,
        "admin_logins_prev_30d": admins,
        "active_modules": active,
        "available_modules": available,
        "platform_score": score[0],
        "platform_score_90d_ago": score[1],
        "active_staff": 140,
        "licensed_seats": 200,
        "pillars": pillars,
    }


def _four_seasons(name: str, concerns: tuple[Concern, ...] = ()) -> Example:
    """Example A (and B, with a signal): 85, 95, 88 and 92 points of 100."""
    deal = Deal(
        name=name,
        age=800,
        arr=477_225,
        arr_before=454_500,
        tier="Paid",
        changed=210,
        renewal=135,
        reviews=(True, True, False, True, True),
        responsiveness=1,
        champion=180,
        executive=96,
        mentions=1,
        csqls=1,
        concerns=concerns,
    )
    load = Load(20, 60 * MINUTE, 30 * HOUR, urgent=2, reopened=1, escalated=1)
    return Example(load, deal, _usage(1_050, 130, (6, 10), (51, 46), 64))


def _boutique(name: str) -> Example:
    """Example C: 72, 75, 55 and 50 points of 100."""
    deal = Deal(
        name=name,
        age=620,
        arr=84_975,
        arr_before=82_500,
        tier="Standard",
        changed=150,
        renewal=180,
        failed_payments=3,
        reviews=(False, True, False, False),
        responsiveness=1,
        champion=30,
        executive=365,
        mentions=0,
        csqls=1,
    )
    load = Load(50, 312 * MINUTE, 24 * HOUR, urgent=5, reopened=4, escalated=5)
    return Example(load, deal, _usage(700, 60, (3, 20), (65, 62), 16))


_GLOOM = 0.2
"""How badly the worked examples did in the year before."""

_INTERNAL_BUILD = Concern(
    "Critical", "Confirmed", "Active", 12, "Internal build", "Their IT is building its own guest messaging"
)
EXAMPLES = {
    WORKED[0]: _four_seasons(WORKED[0]),
    WORKED[1]: _four_seasons(WORKED[1], (_INTERNAL_BUILD,)),
    WORKED[2]: _boutique(WORKED[2]),
}


def tell(hotel: Hotel, span: Span, rng: Random) -> Iterator[Sent]:
    """Tell everything of a worked example."""
    example = EXAMPLES[hotel.name]
    timeline = Timeline(hotel.id, span, rng)
    yield from history(example.deal, timeline)
    yield from earlier(example.deal, timeline, lambda _: _GLOOM)
    desk = desk_of(hotel.companies[0], span, rng)
    yield from greetings(desk)
    for month in range(span.days // 30):
        for plan in _plans(example.load, span.end - month * 30 * DAY, rng):
            yield from unfold(plan, desk)
    for date in dates(span):
        yield reading(hotel.customers[0], date, example.usage)


def _plans(load: Load, end: Instant, rng: Random) -> Iterator[Plan]:
    """Plan the conversations of the 30 days before `end`; all of them close within these days."""
    replies = _around(load.reply, load.conversations, rng)
    closes = _around(load.close, load.conversations, rng)
    for number in range(load.conversations):
        created = end - rng.randrange(4 * DAY // SECOND, 30 * DAY // SECOND) * SECOND
        yield Plan(
            created=created,
            reply=replies[number],
            close=closes[number],
            reopened=number < load.reopened,
            escalated=number >= load.conversations - load.escalated,
            urgent=("priority", "tag")[number % 2] if number < load.urgent else "",
            rating=5 if number % 6 == 0 else None,
            snoozed=number % 7 == 0,
        )


def _around(middle: Duration, size: int, rng: Random) -> Sequence[Duration]:
    """Give times whose median is exactly the middle: two there, as many below as above."""
    half = (size - 2) // 2
    below = [middle * rng.randrange(50, 100) // 100 // SECOND * SECOND for _ in range(half)]
    above = [middle * rng.randrange(101, 150) // 100 // SECOND * SECOND for _ in range(half)]
    times = [*below, *[middle] * (size - len(below) - len(above)), *above]
    rng.shuffle(times)
    return times
