"""How each source stands now: since when it is covered, when it was heard, on which days it was silent."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from scoring.feeds import Feed
from scoring.instants import DAY, Instant
from scoring.model import Model
from scoring.source_states import state_of

DAYS_LOOKED_AT = 60
"""Silent days are looked for so far back: older ones are in no window of a metric that trends."""

Stand: TypeAlias = Literal["fresh", "stale", "dead", "not covered", "unknown", "unused"]
"""How a source stands; an unused one is known to the store, and the model does not count on it."""


@dataclass(frozen=True, slots=True)
class FeedState:
    """A source as it stands: `silent` are the whole days since its coverage began on which nothing was heard."""

    source: str
    stand: Stand
    covered_since: Instant | None
    heard: Instant | None
    silent: tuple[Instant, ...] = ()


def feed_states(feeds: Mapping[str, Feed], model: Model, now: Instant) -> list[FeedState]:
    """Say how every source stands that the model counts on, and any other that was heard, by name."""
    return [_state(source, feeds.get(source, Feed()), model, now) for source in sorted({*model.roles, *feeds})]


def _state(source: str, feed: Feed, model: Model, now: Instant) -> FeedState:
    heard = feed.latest
    return FeedState(source, stand_of(source, feed, model, now), feed.covered_since, heard, tuple(_silent(feed, now)))


def stand_of(source: str, feed: Feed, model: Model, now: Instant) -> Stand:
    """Say in a word how a source stands."""
    if source not in model.limits:
        return "unused"
    heard = feed.latest
    if heard is None and feed.covered_since is None:
        return "unknown"
    state = state_of(feed, heard, now, model.limits[source])
    if state.dead:
        return "dead"
    if state.stale:
        return "stale"
    return "not covered" if feed.covered_since is None else "fresh"


def _silent(feed: Feed, now: Instant) -> Iterator[Instant]:
    """Give the days without a sign of life between two that have one; what is silent now is stale or dead."""
    days = _days(feed.heard[-DAYS_LOOKED_AT * 24 :])
    if feed.covered_since is None or not days:
        return
    first = max(feed.covered_since // DAY + 1, now // DAY - DAYS_LOOKED_AT)
    yield from (Instant(day * DAY) for day in range(first, max(days)) if day not in days)


def _days(hours: Iterable[tuple[Instant, Instant]]) -> frozenset[int]:
    return frozenset(instant // DAY for hour in hours for instant in hour)
