"""What became of some customers in the year of the demo: one that was seen to leave, and three that teach more.

All of it is made up, and says so: it shows what a backtest tells, not how well churn is predicted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from handlers.demo.portfolio import Hotel, Quirk
from handlers.demo.span import Span
from handlers.demo.story import LEFT_DAYS, RENEWED_DAYS, TREATED_DAYS, Story
from handlers.demo.wire import Json, Sent, sent
from scoring.instants import DAY, HOUR, Instant, format_date, format_instant

_TOLD_DAYS = 10
MADE_UP = "made up for the demo"


STORIES = (
    Story("seen", ((300, 0.8), (220, 0.1)), 0.4, f"{MADE_UP}: use and support fell for months"),
    Story("missed", ((112, 0.85), (80, 0.1)), 0.85, f"{MADE_UP}: all went well until weeks before the notice"),
    Story("silent", ((300, 0.88), (0, 0.88)), 0.88, f"{MADE_UP}: bought by a group; nothing that is measured moved"),
    Story(
        "saved",
        ((330, 0.75), (270, 0.12), (TREATED_DAYS, 0.12), (140, 0.85)),
        0.7,
        f"{MADE_UP}: fell, somebody stepped in, and it renewed",
        left=False,
        treated=True,
    ),
)


def with_stories(hotels: Sequence[Hotel], pilots: int, span: Span) -> tuple[Hotel, ...]:
    """Give each story to a plain customer of a long story, if there are so many; nothing else changes."""
    plain = [hotel.id for hotel in hotels[pilots:] if hotel.quirk is Quirk.NONE and hotel.segment is None]
    told = dict(zip(plain, STORIES, strict=False)) if span.is_long else {}
    return tuple(_in(hotel, told[hotel.id]) if hotel.id in told else hotel for hotel in hotels)


def _in(hotel: Hotel, story: Story) -> Hotel:
    return replace(hotel, health=story.contract, drift=0.0, story=story)


def endings(hotel: Hotel, span: Span) -> Iterator[Sent]:
    """Tell what somebody said of how a story ended, shortly before the end; when notice was given the CRM knows."""
    story = hotel.story
    if story is None:
        return
    days = LEFT_DAYS if story.left else RENEWED_DAYS
    read_at = Instant(span.end - _TOLD_DAYS * DAY + 9 * HOUR)
    message: Json = {
        "type": "outcome.told",
        "account_id": hotel.id,
        "outcome": "churned" if story.left else "renewed",
        "effective_date": format_date(Instant(span.end - days * DAY)),
        "reason": story.reason,
        "read_at": format_instant(read_at),
    }
    if story.treated:
        message["treated_date"] = format_date(Instant(span.end - TREATED_DAYS * DAY))
    yield sent(read_at, message)
