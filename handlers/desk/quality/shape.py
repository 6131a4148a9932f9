"""What the page of data quality shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from config.source import label_of
from handlers.desk.seen import all_lines, latest_seen
from handlers.desk.visit import Visit
from handlers.jobs.closes import Deed, deeds
from handlers.jobs.feed_states import FeedState, feed_states
from handlers.jobs.quality import Quality, quality_of
from handlers.stores.protocol import Store, StoreError
from handlers.words.figures import day, span, title
from handlers.words.legend import Entry, legend
from handlers.words.quality import STANDS, Wait, waits, well
from scoring.instants import HOUR, Instant
from scoring.metrics.catalogue import BY_NAME
from scoring.summary import Summary

MOST_DEEDS = 10
_IN_GENERAL = {
    "No SOURCE owner": "No owner of the source",
    "OBJECT.FIELD": "the field",
    "OBJECT": "the object",
    "SOURCE": "the source",
    "METRIC": "the metric",
    "CODE": "this currency",
    "NAME": "the value named",
}
"""What the legend of flags calls what stands behind a colon, where several of them share a row."""


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A source as a row: what it is called, how it stands in a word and a sentence, since when and until when."""

    source: str
    stand: str
    word: str
    todo: str
    covered: str
    heard: str


@dataclass(frozen=True, slots=True)
class FlagRow:
    """A kind of flag as a row: what it means, what to do; and each flag of it with its accounts and where they are."""

    word: str
    flags: Sequence[tuple[str, int, str]]
    meaning: str
    remedy: str


@dataclass(frozen=True, slots=True)
class QualityPage:
    """The page: what waits, with the address of each link; feeds, flags, what is well, the last deeds."""

    waits: Sequence[tuple[Wait, str | None]]
    feeds: Sequence[FeedRow]
    flags: Sequence[FlagRow]
    well: Sequence[str]
    deeds: Sequence[Deed]
    letters: int | None
    letters_place: str
    letters_trouble: str | None
    period: str | None
    counted_at: Instant


def quality_page(visit: Visit, store: Store) -> QualityPage:
    """Put the page together."""
    period = latest_seen(visit)
    summaries = [line.summary for line in all_lines(visit, period)] if period else []
    counted = visit.desk.memory.slowly("quality", lambda: _counted(visit, store, summaries), visit.now)
    found, model = counted.value, visit.desk.config.model
    states = feed_states(found.feeds, model, visit.now)
    letters, place, trouble = _letters(visit)
    return QualityPage(
        waits=[(one, _address(one)) for one in waits(found, states)],
        feeds=[_feed(one, visit.now) for one in states],
        flags=_flags(found, {entry.flag: entry for entry in legend(model)}),
        well=well(found, states),
        deeds=list(reversed(deeds(store)))[:MOST_DEEDS],
        letters=letters,
        letters_place=place,
        letters_trouble=trouble,
        period=period,
        counted_at=counted.at,
    )


def _letters(visit: Visit) -> tuple[int | None, str, str | None]:
    """Count dead letters, say where they are, and why they cannot be counted; the rest of the page stands."""
    letters = visit.desk.services.letters
    if letters is None:
        return None, "", None
    try:
        return letters.count(), letters.place, None
    except StoreError as error:
        return None, letters.place, str(error)


def _counted(visit: Visit, store: Store, summaries: Sequence[Summary]) -> Quality:
    return quality_of(store, visit.desk.config, visit.desk.accounts(), summaries, visit.now)


def _address(wait: Wait) -> str | None:
    """Give the address that a wait leads to: pairs of a source, or the accounts of a flag."""
    if wait.link is None:
        return None
    name, _, value = wait.link[0].partition("=")
    page = "/identity" if name == "source" else "/quality/flags"
    return f"{page}?{name}={quote(value, safe='')}"


def _feed(state: FeedState, now: Instant) -> FeedRow:
    word, todo = STANDS[state.stand]
    covered = "never" if state.covered_since is None else day(state.covered_since)
    heard = "never" if state.heard is None else f"{span(max(0, now - state.heard) // HOUR)} ago"
    return FeedRow(label_of(state.source), state.stand.replace(" ", "-"), word, todo, covered, heard)


def _flags(found: Quality, entries: Mapping[str, Entry]) -> list[FlagRow]:
    """Put flags of one kind together, in the order of the legend: what matters most first."""
    kinds: dict[str, list[tuple[str, int, str]]] = {}
    for flag, accounts in found.flags:
        word, _, name = flag.partition(":")
        address = f"/quality/flags?{urlencode({'flag': flag})}"
        kinds.setdefault(word, []).append((_shown(name) or word, accounts, address))
    order = {word: place for place, word in enumerate(entries)}
    return [_row(word, kinds[word], entries.get(word)) for word in sorted(kinds, key=lambda w: (order.get(w, 99), w))]


def _shown(name: str) -> str:
    """Call what stands behind a flag's colon by its name: a source, a metric; else as it stands."""
    return title(name) if name in BY_NAME else label_of(name)


def _row(word: str, flags: Sequence[tuple[str, int, str]], entry: Entry | None) -> FlagRow:
    if entry is None:
        return FlagRow(word, flags, "", "")
    meaning = entry.meaning
    for name, said in _IN_GENERAL.items():
        meaning = meaning.replace(name, said)
    return FlagRow(word, flags, f"{meaning[:1].upper()}{meaning[1:]}", entry.remedy)
