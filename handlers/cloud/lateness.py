"""What is late: a source that is not heard, a sweep that does not come through. Said as a metric while it is late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handlers.cloud.telemetry import trouble
from scoring.feeds import last_heard
from scoring.instants import HOUR, Duration, Instant, format_instant, parse_instant

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from handlers.stores.protocol import FactStore
    from scoring.feeds import Feed

QUIET_HOURS: Final = {"looker": 48}
"""For so long a source may not be heard; others for a day. The alarms have the same figures."""

SWEPT_HOURS: Final = {"looker": 25}
"""So many hours after a sweep that came through the next one is late; others are swept once an hour or oftener."""

_QUIET, _SWEPT = 24, 3


def say_lateness(store: FactStore, watched: Collection[str], swept: Collection[str], now: Instant) -> Mapping[str, int]:
    """Say which watched sources are late, and remember which were swept; gives the hours since each was heard.

    Each sweep looks at all sources, so that one whose own sweep is called no more is found by the others.
    """
    feeds = store.feeds(now)
    for source in sorted(watched):
        since = _first_watched(store, source, now)
        through = _swept(store, source, since, now if source in swept else None)
        late, limit = _hours(now - through), SWEPT_HOURS.get(source, _SWEPT)
        trouble("SweepAgeHours", late if late >= limit else 0, source=source)
        trouble("FeedAgeHours", _silence(feeds.get(source), source, since, now), source=source)
    heard = {source: last_heard(feed, now) for source, feed in sorted(feeds.items())}
    return {source: (now - at) // HOUR for source, at in heard.items() if at is not None}


def _silence(feed: Feed | None, source: str, since: Instant, now: Instant) -> int:
    """Give the hours of a silence that is too long, else 0; one that was never heard has three hours to speak."""
    limit = QUIET_HOURS.get(source, _QUIET)
    heard = None if feed is None else last_heard(feed, now)
    if heard is None:
        return limit + 1 if _hours(now - since) >= SWEPT_HOURS.get(source, _SWEPT) else 0
    age = (now - heard) // HOUR
    return age if age > limit else 0


def _first_watched(store: FactStore, source: str, now: Instant) -> Instant:
    known = store.cursor(f"watched/{source}")
    if known is None:
        store.set_cursor(f"watched/{source}", format_instant(now))
    return now if known is None else parse_instant(known)


def _swept(store: FactStore, source: str, since: Instant, through: Instant | None) -> Instant:
    """Give when a sweep came through last, `through` being this one; before any, since when there should be one."""
    if through is not None:
        store.set_cursor(f"swept/{source}", format_instant(through))
        return through
    known = store.cursor(f"swept/{source}")
    return since if known is None else parse_instant(known)


def _hours(span: Duration) -> int:
    return round(span / HOUR)
