"""Feeds in DynamoDB: an item for what a source has covered, and one for each day on which it was heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.stores.dynamodb.change import Change, Condition, number
from scoring.feeds import Feed, HeardHour
from scoring.instants import HOUR, Instant, format_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from handlers.stores.dynamodb.change import Item
    from handlers.stores.dynamodb.registry import Registry
    from scoring.instants import Duration

_COVERED = "feed"
_HEARD = "heard"
_AFTER_ALL = "\U0010ffff"
_DAYS = 2
"""On the last day up to an instant's a source may have been heard after that instant alone."""


class FeedRegistry:
    """Feeds by source. What this process wrote before is not written again."""

    def __init__(self, registry: Registry) -> None:
        """Keep the feeds in a registry."""
        self._registry = registry
        self._hours: dict[tuple[str, int], HeardHour] = registry.memory.keep({})

    def cover(self, source: str, since: Instant) -> None:
        """Take in that a source is covered since an instant; the earliest said holds."""
        said = number(since)
        self._registry.update(_COVERED, source, Change(put={"since": said}, condition=Condition("since", ">", said)))

    def correct(self, source: str, since: Instant) -> None:
        """Say since when a source is covered, whatever was said before."""
        self._registry.update(_COVERED, source, Change(put={"since": number(since)}))

    def hear(self, source: str, clock_hour: int, hour: HeardHour) -> None:
        """Take in the first and last instants heard within one hour of the clock (in hours since 1970)."""
        day = f"{source}/{format_date(Instant(clock_hour * HOUR))}"
        first, last = f"first{clock_hour % 24:02d}", f"last{clock_hour % 24:02d}"
        known = self._hours.get((source, clock_hour))
        if known is None and self._start(day, {first: number(hour.first), last: number(hour.last)}, first):
            known = hour
        if known is None or hour.first < known.first:
            self._move(day, Condition(first, ">", number(hour.first)))
        if known is None or hour.last > known.last:
            self._move(day, Condition(last, "<", number(hour.last)))
        known = known or hour
        self._hours[source, clock_hour] = HeardHour(min(known.first, hour.first), max(known.last, hour.last))

    def _start(self, day: str, ends: Item, first: str) -> bool:
        return self._registry.update(_HEARD, day, Change(put=ends, condition=Condition(first))) is not None

    def _move(self, day: str, end: Condition) -> None:
        if end.value is not None:
            self._registry.update(_HEARD, day, Change(put={end.attribute: end.value}, condition=end))

    def feeds(self, day: str | None = None) -> dict[str, Feed]:
        """Give the feeds by source; with a day (a date), only what is heard last before any instant of it."""
        covered = {item["sk"]["S"]: Instant(item["since"]["N"]) for item in self._registry.partition(_COVERED)}
        days = self._registry.partition(_HEARD) if day is None else self._newest(day)
        hours: dict[str, list[HeardHour]] = {}
        for item in days:
            hours.setdefault(_source_of(item), []).extend(hours_of(item))
        return {one: Feed(covered.get(one), tuple(hours.get(one, ()))) for one in sorted({*covered, *hours})}

    def _newest(self, day: str) -> Iterator[Item]:
        """Read of each source the last two days up to a day on which it was heard, the earlier first.

        From the greatest key backwards: what stands there names the next source.
        """
        found = self._registry.newest(_HEARD, " ", _AFTER_ALL, _DAYS)
        while found:
            source = _source_of(found[0])
            if found[0]["sk"]["S"] > f"{source}/{day}":
                found = self._registry.newest(_HEARD, f"{source}/", f"{source}/{day}", _DAYS)
            yield from reversed([item for item in found if _source_of(item) == source])
            found = self._registry.newest(_HEARD, " ", f"{source}/", _DAYS)

    def forget(self, horizon: Instant) -> None:
        """Forget the days before an instant, but of each source the last of them: it was heard then."""
        day = format_date(horizon)
        for source in sorted({_source_of(item) for item in self._newest(day)}):
            *old, _ = [item["sk"]["S"] for item in self._registry.between(_HEARD, f"{source}/", f"{source}/{day}")]
            for key in old:
                self._registry.remove(_HEARD, key)


class Kept:
    """Feeds as they were read a while ago at most: whole, or up to a day."""

    def __init__(
        self, read: Callable[[str | None], Mapping[str, Feed]], now: Callable[[], Instant], kept: Duration
    ) -> None:
        """Read anew what is older than `kept`."""
        self._read = read
        self._now = now
        self._kept = kept
        self._known: dict[str | None, tuple[Instant, Mapping[str, Feed]]] = {}

    def clear(self) -> None:
        """Read anew when next asked."""
        self._known.clear()

    def read(self, before: Instant | None = None) -> Mapping[str, Feed]:
        """Give the feeds by source, whole, or what is heard last before an instant of the day."""
        moment, day = self._now(), None if before is None else format_date(before)
        self._known = {key: kept for key, kept in self._known.items() if moment < kept[0]}
        if day in self._known:
            return self._known[day][1]
        feeds = self._read(day)
        self._known[day] = (Instant(moment + self._kept), feeds)
        return feeds


def _source_of(day: Item) -> str:
    return day["sk"]["S"].rpartition("/")[0]


def hours_of(day: Item) -> Iterator[HeardHour]:
    """Read the hours of a day; each has two ends, or one where only one was moved in a table restored in place."""
    for hour in range(24):
        ends = [Instant(day[name]["N"]) for name in (f"first{hour:02d}", f"last{hour:02d}") if name in day]
        if ends:
            yield HeardHour(min(ends), max(ends))
