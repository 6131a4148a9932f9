"""What a sweep or backfill is made of: pulls, and the cursors in the store that say how far they came."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from handlers.stores.protocol import FactStore
from scoring.instants import DAY, Instant, format_instant, parse_instant, start_of_day


@dataclass(frozen=True, slots=True)
class Pull:
    """Messages of one part of a source, and how far it has come once all of them are taken in.

    `marks` gives more cursors to keep, as of each batch that was taken in. One that `closes` its
    source says something of all of it: only after all other parts went well.
    """

    name: str
    messages: Iterable[Mapping[str, object]]
    reached: Instant | None = None
    marks: Callable[[], Mapping[str, str]] = dict
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Places:
    """How far the parts of sweeps and backfills came, as the store keeps it."""

    store: FactStore
    now: Instant

    def cursor(self, name: str, default: Instant) -> Instant:
        """Give how far a part has come."""
        kept = self.store.cursor(name)
        return default if kept is None else parse_instant(kept)

    def is_due(self, name: str) -> bool:
        """Tell whether a part that is asked for once a day is to be asked for now."""
        return self.now - self.cursor(name, self.now - DAY) >= DAY

    def backfilled(self, mark: str, since: Instant) -> Instant | None:
        """Say how far a backfill came that began no later than an instant and was stopped."""
        begun, _, reached = (self.store.cursor(mark) or "").partition(" ")
        return parse_instant(reached) if reached and parse_instant(begun) <= since else None

    def alive(self, source: str, since: Instant, *done: str) -> Pull:
        """Say that a source was heard on each day since an instant: all of them were read again just now.

        Marks of a backfill that is `done` are taken away.
        """
        days = range(start_of_day(since), self.now, DAY)
        heard = ({"type": "feed.heard", "source": source, "at": format_instant(at)} for at in (*days, self.now))
        return Pull(source, heard, self.now, lambda: dict.fromkeys(done, ""), closes=True)
