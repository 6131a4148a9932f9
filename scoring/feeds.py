"""Feeds: one per source, with what it has covered and when it was heard."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from scoring.instants import HOUR, Instant


class HeardHour(NamedTuple):
    """The first and the last instant at which a source was heard within one hour of the clock."""

    first: Instant
    last: Instant


@dataclass(frozen=True, slots=True)
class Feed:
    """Since when a source is covered, and the hours in which it was heard, in order of time."""

    covered_since: Instant | None = None
    heard: tuple[HeardHour, ...] = ()

    @property
    def latest(self) -> Instant | None:
        """Give when the source was heard last of all; None of one that never was."""
        return self.heard[-1].last if self.heard else None


def last_heard(feed: Feed, as_of: Instant) -> Instant | None:
    """Say when the source was last heard before `as_of`.

    Exact, but that within the hour of `as_of` itself it may be that hour's first instant; so the
    age in whole hours is always exact.
    """
    before = bisect_left(feed.heard, (as_of,))
    if before == 0:
        return None
    hour = feed.heard[before - 1]
    return hour.last if hour.last < as_of else hour.first


def merge_hours(hours: Iterable[HeardHour]) -> tuple[HeardHour, ...]:
    """Join hours by union: order-free and repeat-safe."""
    merged: dict[int, HeardHour] = {}
    for hour in hours:
        known = merged.get(hour.first // HOUR, hour)
        merged[hour.first // HOUR] = HeardHour(min(known.first, hour.first), max(known.last, hour.last))
    return tuple(sorted(merged.values()))


def merge_feeds(one: Feed, other: Feed) -> Feed:
    """Join what two feeds of one source say; the earliest coverage holds."""
    sinces = [feed.covered_since for feed in (one, other) if feed.covered_since is not None]
    return replace(one, covered_since=min(sinces, default=None), heard=merge_hours(one.heard + other.heard))


@dataclass(frozen=True, slots=True)
class Covered:
    """A source has told everything since an instant."""

    source: str
    since: Instant


@dataclass(frozen=True, slots=True)
class Heard:
    """A source gave a sign of life at an instant."""

    source: str
    at: Instant
