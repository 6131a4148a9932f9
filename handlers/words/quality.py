"""What waits for somebody, in words: how many, what it does to scores, what to do about it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from config.source import ACCOUNTS, SOURCES, label_of
from handlers.jobs.feed_states import FeedState, Stand
from handlers.jobs.quality import Quality, Unmapped
from handlers.jobs.records_due import RecordsDue
from handlers.jobs.unknown_words import UnknownWord
from handlers.stores.protocol import Reread
from handlers.words.figures import count, day
from handlers.words.meanings import config_line, where
from scoring.instants import DAY, Instant
from scoring.words import MEANINGS

MOST_NAMED = 3
_SILENT = frozenset({"stale", "dead"})

STANDS: Mapping[Stand, tuple[str, str]] = {
    "fresh": ("Fresh", ""),
    "stale": ("Stale", "Its last figures are used, and flagged. See whether its webhook or sweep runs."),
    "dead": ("Dead", "Its figures are left out of scores. Mend its webhook or sweep, then backfill."),
    "not covered": ("Not covered", "Nobody has said since when it tells everything: healthscore backfill does."),
    "unknown": ("Nothing known", "Ingest, import or backfill it; where you do not have it, nothing."),
    "unused": ("Not used", "The model does not count on it."),
}
"""How a source stands, in words, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Something that waits: its name, how many, what that does to scores, what to do.

    `lines` belong into a file; some `accounts` are named; a `link` is a query and what it leads to.
    """

    name: str
    how_many: int
    does: str
    todo: str
    lines: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    link: tuple[str, str] | None = None


def waits(found: Quality, states: Iterable[FeedState]) -> list[Wait]:
    """Say what waits for somebody, what harms most first."""
    every = list(states)
    return [
        *_nothing_yet(found, every),
        *_feeds(every),
        *map(_word, found.words),
        *_due(found.due),
        *_unmapped(found.unmapped),
        *_unattributed(found.unattributed),
        *_rereads(found.rereads),
        *_holes(found.holes, every),
    ]


def _nothing_yet(found: Quality, states: Sequence[FeedState]) -> Iterator[Wait]:
    """Say what has not begun: where nothing was heard or scored, no news is not good news."""
    if all(state.heard is None for state in states):
        todo = "Take something in: healthscore ingest, import or backfill."
        yield Wait("Sources that were never heard", len(states), "There is nothing to score accounts from.", todo)
    if found.due.period is None:
        todo = "Close one: healthscore finalise --period YYYY-MM."
        yield Wait("No month is closed", 1, "There is no final record to look at, nor to compare with.", todo)


def _feeds(states: Iterable[FeedState]) -> Iterator[Wait]:
    for state in states:
        if state.stand in _SILENT:
            name, todo = STANDS[state.stand]
            does, _, todo = todo.partition(". ")
            yield Wait(f"{label_of(state.source)} is {name.lower()}", 1, f"{does}.", todo)


def _word(one: UnknownWord) -> Wait:
    lines = tuple(config_line(one.place, word) for word, _ in one.words)
    part = f"{where(one.place)} of config/sources.yaml"
    if not lines:
        todo = f"No record has the word any more: the next score of the account forgets it. See {part}."
    elif one.place in MEANINGS:
        todo = f"Add to {part}, with the meaning that is right:"
    else:
        todo = f"Add to {part}, so that it is known:"
    does = "It counts for nothing good until somebody says what it means."
    name, link = f"Words without a meaning in {one.name}", _flag(f"unknown_word:{one.name}")
    return Wait(name, max(1, len(lines)), does, todo, lines, link=link)


def _flag(flag: str) -> tuple[str, str]:
    return f"flag={flag}", "Accounts with it"


def _due(due: RecordsDue) -> Iterator[Wait]:
    again = "Run healthscore finalise for the month again: it writes what is missing, and nothing twice."
    if due.lacking:
        does = f"They have no record of {due.period}: they are deleted in the CRM, came later, or could not be scored."
        yield _of("Accounts without a record of the last close", due.lacking, does, again)
    if due.open:
        does = f"Their records of {due.period} are provisional, though the month is closed."
        yield _of("Records that were never made final", due.open, does, again)
    if due.other:
        does = f"They are as of another instant, or under another model than {due.model}, of the close of {due.period}."
        yield _of("Records that differ from their close", due.other, does, again)
    if due.unwritten:
        does = "The store has them, and the CRM does not: it shows older figures, or none."
        todo = "The next close writes them; or run healthscore finalise for their month now."
        yield _of("Records that the CRM has not taken", [key.partition("_")[0] for key in due.unwritten], does, todo)


def _of(name: str, accounts: Sequence[str], does: str, todo: str) -> Wait:
    return Wait(name, len(accounts), does, todo, accounts=tuple(accounts[:MOST_NAMED]))


def _unmapped(unmapped: Mapping[str, Unmapped]) -> Iterator[Wait]:
    for source, one in unmapped.items():
        if one.busy and source != ACCOUNTS.name:
            more = "" if one.counted == one.owners else f" (of {one.counted:,} that were counted)"
            facts = count(sum(facts for _, facts in one.busy), "fact")
            does = f"{facts} of theirs{more} count for no account."
            name = f"{label_of(source)} {_plural(source)} without an account"
            yield Wait(name, len(one.busy), does, "Verify whose they are.", link=(f"source={source}", "Identity"))


def _plural(source: str) -> str:
    owner = SOURCES[source].owner if source in SOURCES else "owner"
    return f"{owner[:-1]}ies" if owner.endswith("y") else f"{owner}s"


def _unattributed(kinds: Mapping[str, int]) -> Iterator[Wait]:
    for kind, number in kinds.items():
        does = "No source says whose they are, so they count for no account."
        yield Wait(f"{_kind(kind)} without an owner", number, does, "healthscore sweep asks about them again.")


def _kind(kind: str) -> str:
    words = kind.replace("_", " ").capitalize()
    return f"{words[:-1]}ies" if words.endswith("y") else f"{words}s"


def _rereads(rereads: Iterable[Reread]) -> Iterator[Wait]:
    since = defaultdict[str, list[Instant]](list)
    for one in rereads:
        since[one.object].append(one.since)
    for name, instants in sorted(since.items()):
        does = f"The first changed on {day(min(instants))} without its change reaching us: its last values are used."
        yield Wait(f"{name} records to be read again", len(instants), does, "healthscore sweep reads them.")


def _holes(holes: Mapping[str, tuple[Instant, ...]], states: Iterable[FeedState]) -> Iterator[Wait]:
    for source, days in holes.items():
        does = f"It has usage of nobody on {runs(days)}: login trends over these days are missing."
        todo = "Ask who loads the usage data, then sweep; name days of rest in looker.rest_days."
        yield Wait(f"Days missing in {label_of(source)}", max(1, len(days)), does, todo, link=_flag(f"hole:{source}"))
    for state in states:
        if state.silent and SOURCES[state.source].role != "usage":
            does = f"Nothing was heard on {runs(state.silent)}. What changed then may be missing."
            todo = "healthscore backfill brings it; days between two imported files need nothing."
            yield Wait(f"Silent days of {label_of(state.source)}", len(state.silent), does, todo)


def runs(days: Sequence[Instant]) -> str:
    """Name days, those that follow each other as a run; of many the first and the last."""
    found: list[list[Instant]] = []
    for one in days:
        if found and one - found[-1][-1] == DAY:
            found[-1].append(one)
        else:
            found.append([one])
    told = [day(run[0]) if len(run) == 1 else f"{day(run[0])} to {day(run[-1])}" for run in found]
    if len(told) > MOST_NAMED:
        told = [*told[: MOST_NAMED - 1], f"{len(told) - MOST_NAMED} more runs of days", told[-1]]
    return " and ".join([part for part in (", ".join(told[:-1]), told[-1]) if part]) if told else "some days"


def well(found: Quality, states: Sequence[FeedState]) -> list[str]:
    """Say what is well, where anything was heard at all."""
    if all(one.heard is None for one in states):
        return []
    fresh = [label_of(one.source) for one in states if one.stand == "fresh"]
    told = [f"{', '.join(fresh)}: heard in time, and covered."] if fresh else []
    told += [] if found.words else ["Every word that decides has a meaning."]
    told += (
        [] if found.due.count or found.due.period is None else [f"Every account has its record of {found.due.period}."]
    )
    if not any(one.busy for source, one in found.unmapped.items() if source != ACCOUNTS.name):
        told.append("Whoever sends facts has an account.")
    told += [] if found.unattributed else ["Everything that was taken in has an owner."]
    told += [] if found.rereads else ["No change went unseen."]
    return told
