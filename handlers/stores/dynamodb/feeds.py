"""Feeds in DynamoDB: an item for what a source has covered, and one for each day on which it was heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

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

    def hear(self, day: Day) -> None:
        """Take in when a source was heard on a day: hours that are new to it by one write."""
        key, hours = day
        source = key.rpartition("/")[0]
        item: Item = {}
        new = {one: hour for one, hour in hours.items() if (source, one) not in self._hours}
        if new:
            ends = {name: said for one, hour in new.items() for name, said in _ends(one, hour).items()}
            item = self._registry.update(_HEARD, key, Change(keep=ends)) or {}
        for one, hour in hours.items():
            known = self._hours[source, one] if one not in new else _there(item, one, hour)
            self._widen(key, one, hour, known)
            self._hours[source, one] = HeardHour(min(known.first, hour.first), max(known.last, hour.last))

    def _widen(self, day: str, clock_hour: int, hour: HeardHour, known: HeardHour) -> None:
        first, last = _names(clock_hour)
        if hour.first < known.first:
            self._move(day, Condition(first, ">", number(hour.first)))
        if hour.last > known.last:
            self._move(day, Condition(last, "<", number(hour.last)))

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


Day: TypeAlias = "tuple[str, Mapping[int, HeardHour]]"
"""A source and a date, and when it was heard in hours of the clock (in hours since 1970)."""


def days_of(heard: Mapping[tuple[str, int], HeardHour]) -> Iterator[Day]:
    """Part hours by source and day."""
    days: dict[str, dict[int, HeardHour]] = {}
    for (source, clock_hour), hour in heard.items():
        days.setdefault(f"{source}/{format_date(Instant(clock_hour * HOUR))}", {})[clock_hour] = hour
    yield from days.items()


def _names(clock_hour: int) -> tuple[str, str]:
    return f"first{clock_hour % 24:02d}", f"last{clock_hour % 24:02d}"


def _ends(clock_hour: int, hour: HeardHour) -> Item:
    first, last = _names(clock_hour)
    return {first: number(hour.first), last: number(hour.last)}


def _there(item: Item, clock_hour: int, said: HeardHour) -> HeardHour:
    first, last = _names(clock_hour)
    return HeardHour(
        Instant(item[first]["N"]) if first in item else said.first,
        Instant(item[last]["N"]) if last in item else said.last,
    )


def _source_of(day: Item) -> str:
    return day["sk"]["S"].rpartition("/")[0]


def hours_of(day: Item) -> Iterator[HeardHour]:
    """Read the hours of a day; each has two ends, or one where only one was moved in a table restored in place."""
    for hour in range(24):
        ends = [Instant(day[name]["N"]) for name in (f"first{hour:02d}", f"last{hour:02d}") if name in day]
        if ends:
            yield HeardHour(min(ends), max(ends))
