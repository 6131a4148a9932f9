"""Sources that are silent: what a banner says of them above the figures that rest on them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from config.source import label_of
from handlers.desk.visit import Visit
from handlers.jobs.feed_states import stand_of
from handlers.words.figures import span
from scoring.instants import HOUR, LAST


@dataclass(frozen=True, slots=True)
class Silence:
    """A source that is stale, or dead, and a sentence that says so."""

    is_dead: bool
    said: str


def silences(visit: Visit) -> Sequence[Silence]:
    """List the sources that `healthscore status` calls stale or dead now."""
    with_hours = (visit.now // HOUR, "silences")
    return visit.desk.memory.get(with_hours, lambda: tuple(_silences(visit)))


def _silences(visit: Visit) -> Iterator[Silence]:
    model = visit.desk.config.model
    with visit.store() as store:
        feeds = store.feeds(LAST)
    for source in sorted(set(feeds) & set(model.limits)):
        feed = feeds[source]
        heard = feed.latest
        stand = stand_of(source, feed, model, visit.now)
        if stand in ("dead", "stale"):
            is_dead = stand == "dead"
            yield Silence(is_dead, _said(label_of(source), heard is None, is_dead, visit.now - (heard or 0)))


def _said(name: str, never: bool, is_dead: bool, age: int) -> str:  # noqa: FBT001 - how one source stands
    since = "was never heard" if never else f"was last heard {span(max(0, age) // HOUR)} ago"
    if is_dead:
        return f"{name} {since}: scores made now leave its figures out."
    return f"{name} {since}: its last figures are used, and may be out of date."
