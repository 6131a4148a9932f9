"""Feeds may serve for a while, and are read anew after it."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from uuid import uuid4

from handlers.stores.dynamodb.feeds import Kept
from handlers.stores.opening import open_store
from scoring.facts import HISTORY
from scoring.feeds import Feed, Heard, last_heard
from scoring.instants import DAY, EPOCH, NO_TIME, Duration, Instant
from scoring.scope import Scope
from tests.stores.places import NOW, batch_of


class Source:
    """A clock, and feeds that are counted when they are read."""

    def __init__(self) -> None:
        """Begin at 100."""
        self.moment, self.reads = Instant(100), 0

    def now(self) -> Instant:
        """Give the moment."""
        return self.moment

    def read(self, _: str | None) -> dict[str, Feed]:
        """Give feeds that tell how often they were read."""
        self.reads += 1
        return {"intercom": Feed(covered_since=Instant(self.reads))}


def test_feeds_serve_for_as_long_as_they_are_kept() -> None:
    """They are read once until they are too old, and once again then."""
    source = Source()
    kept = Kept(source.read, source.now, Duration(60))
    assert [kept.read(), kept.read()] == [{"intercom": Feed(Instant(1))}] * 2
    source.moment += 59
    assert kept.read() == {"intercom": Feed(Instant(1))}
    source.moment += 1
    assert kept.read() == {"intercom": Feed(Instant(2))}
    assert source.reads == 2


def test_feeds_that_are_not_kept_are_read_each_time() -> None:
    """Whoever closes a month wants them as they are."""
    source = Source()
    kept = Kept(source.read, source.now, NO_TIME)
    kept.read()
    kept.read()
    assert source.reads == 2


def test_days_that_no_instant_of_thirteen_months_sees_go(dynamodb_url: str) -> None:
    """But the last of them stays: a source that is silent since then was heard then. Kept for ever, none goes."""
    with closing(open_store(f"{dynamodb_url}-{uuid4().hex[:8]}", lambda: NOW)) as store:
        old = [Heard("intercom", Instant(NOW - HISTORY - days * DAY)) for days in (1, 2, 3, 40)]
        new = [Heard("intercom", Instant(NOW - 5 * DAY)), Heard("looker", Instant(NOW - HISTORY - 9 * DAY))]
        store.merge(batch_of(*old, *new))
        before = [store.feeds(Instant(NOW - HISTORY + days * DAY)) for days in range(0, 397, 44)]
        kept_for_ever = store.feeds()
        assert store.keeping.remove_expired(NOW) == 0
        assert store.feeds() == kept_for_ever
        assert store.keeping.forget_unseen(Scope(EPOCH, Instant(NOW - HISTORY))) == 0
        assert {name: len(feed.heard) for name, feed in store.feeds().items()} == {"intercom": 2, "looker": 1}
        after = [store.feeds(Instant(NOW - HISTORY + days * DAY)) for days in range(0, 397, 44)]
        assert _last(after) == _last(before)


def _last(told: Iterable[Mapping[str, Feed]]) -> list[dict[str, Instant | None]]:
    at = (Instant(NOW - HISTORY + days * DAY) for days in range(0, 397, 44))
    return [{name: last_heard(feed, when) for name, feed in one.items()} for one, when in zip(told, at, strict=True)]
