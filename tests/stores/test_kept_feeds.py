"""Feeds may serve for a while, and are read anew after it."""

from handlers.stores.dynamodb.feeds import Kept
from scoring.feeds import Feed
from scoring.instants import NO_TIME, Duration, Instant


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
