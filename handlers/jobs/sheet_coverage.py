"""What spreadsheets cover: a source is covered once a file of each of its kinds is said to hold all there is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from config.source import INTERCOM, SALESFORCE
from handlers.jobs.kept import keep, read_kept
from handlers.stores.protocol import FactStore
from scoring.instants import DAY, Instant, format_instant

KINDS: Mapping[str, tuple[str, ...]] = {
    INTERCOM.name: ("conversations",),
    SALESFORCE.name: ("payments", "opportunities", "signals"),
}
"""By source the kinds of files without which silence would pass for good news."""

_NAME = "sheets/"


class Held(msgspec.Struct, frozen=True):
    """From when to when files of a kind hold all there is."""

    since: Instant
    until: Instant


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a source is covered by: from when to when, or the kinds of files that are still to be said complete."""

    source: str
    since: Instant
    until: Instant
    lacking: tuple[str, ...] = ()

    @property
    def messages(self) -> Iterator[Mapping[str, object]]:
        """Say that the source is covered, and that it was alive each day that its files hold."""
        if self.lacking:
            return
        yield {"type": "feed.covered", "source": self.source, "since": format_instant(self.since)}
        for at in range(self.since, self.until + 1, DAY):
            yield {"type": "feed.heard", "source": self.source, "at": format_instant(Instant(at))}


class CoverageError(ValueError):
    """A file leaves a time out that no file holds; the text says which."""


def source_of(kind: str) -> str | None:
    """Name the source that a kind of files covers; None where nothing is to be said of it."""
    return next((source for source, kinds in KINDS.items() if kind in kinds), None)


def _held(store: FactStore, kind: str) -> Held | None:
    kept = store.cursor(f"{_NAME}{kind}")
    return None if kept is None else read_kept(kept, Held, f"{_NAME}{kind}")


def until_of(store: FactStore, kind: str) -> Instant | None:
    """Say until when files of a kind hold all there is, by what was said before; None where nothing was."""
    held = _held(store, kind)
    return None if held is None else held.until


def extended(store: FactStore, kind: str, said: Held) -> Held:
    """Join what a file holds with what files of its kind held before. CoverageError where a time lies between them."""
    before = _held(store, kind)
    if before is None:
        return said
    if said.since > before.until or said.until < before.since:
        first, last = sorted((before, said), key=lambda one: one.since)
        gap = f"{format_instant(first.until)} to {format_instant(last.since)}"
        raise CoverageError(f"no file holds {gap}: export a file that reaches over it")
    return Held(min(before.since, said.since), max(before.until, said.until))


def covered(store: FactStore, kind: str, held: Held) -> Coverage | None:
    """Keep what files of a kind hold, and say what their source is covered by; None of a kind that says nothing."""
    source = source_of(kind)
    if source is None:
        return None
    store.set_cursor(f"{_NAME}{kind}", keep(held))
    told = {one: _held(store, one) for one in KINDS[source]}
    lacking = tuple(one for one, kept in told.items() if kept is None)
    known = [kept for kept in told.values() if kept is not None]
    return Coverage(source, max(one.since for one in known), min(one.until for one in known), lacking)
