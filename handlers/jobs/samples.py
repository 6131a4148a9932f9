"""Samples: messages without a finding, drawn at random each month, that a CSM looks at: what is missed shows there.

The text is not kept, so the CSM reads the message where it was written. What was drawn stands in the store, so
everybody is shown the same, and every answer beside it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

import msgspec

from handlers.jobs.kept import keep, read_kept
from handlers.stores.protocol import FactStore, Store
from scoring.categories import CATEGORIES
from scoring.facts import Fact
from scoring.instants import Instant, format_instant, parse_instant
from scoring.messages import Written, owner_at, written_in
from scoring.observations import Subject
from scoring.periods import period_before, period_end, period_of, period_start
from scoring.proportions import Proportion

_DRAWN, _ANSWERS = "words/sample/", "words/sample-answer/"
AT_ONCE = 50
MOST_READ = 5_000
"""So many conversations are read at most to draw a month's messages."""


class Sampled(msgspec.Struct, frozen=True):
    """A message that was drawn: where it stands, when it was written, whose it was."""

    source: str
    conversation: str
    part: str
    at: str
    owner: str | None = None


class SampleAnswer(msgspec.Struct, frozen=True):
    """What a CSM found in a message that was drawn: a category that was missed, or None."""

    part: str
    category: str | None
    person: str
    at: str


class _Drawn(msgspec.Struct, frozen=True):
    messages: tuple[Sampled, ...]


def drawn(store: Store, month: str, sources: Iterable[str], size: int, now: Instant) -> tuple[Sampled, ...]:
    """Give the messages that were drawn of a month; of one that is over they are drawn when first asked for.

    Every conversation is as likely as any other, and one message of it: `YYYY-MM` decides the order of all of them.
    Nothing is drawn before the month is over.
    """
    kept = kept_of(store, month)
    if kept is not None:
        return kept
    begin, end = period_start(month), period_end(month)
    if now < end:
        return ()
    found = tuple(islice(_unflagged(store, _shuffled(store, sources, month), begin, end), size))
    store.set_cursor(_DRAWN + month, keep(_Drawn(found)))
    return found


def kept_of(store: FactStore, month: str) -> tuple[Sampled, ...] | None:
    """Give the messages that were drawn of a month; None where none were drawn yet."""
    kept = store.cursor(_DRAWN + month)
    return None if kept is None else read_kept(kept, _Drawn, _DRAWN + month).messages


def draw_last_month(store: Store, sources: Iterable[str], size: int, now: Instant) -> tuple[Sampled, ...]:
    """Draw the messages of the month that ended last, once."""
    return drawn(store, period_before(period_of(now)), sources, size, now)


def _shuffled(store: FactStore, sources: Iterable[str], month: str) -> list[Subject]:
    every = (one for source in sources for one in store.subjects(source) if one.kind == "conversation")
    return sorted(every, key=lambda one: sha256(f"{month}/{one.source}/{one.id}".encode()).digest())


def _unflagged(store: FactStore, subjects: Sequence[Subject], begin: Instant, end: Instant) -> Iterator[Sampled]:
    looked_at = subjects[:MOST_READ]
    for start in range(0, len(looked_at), AT_ONCE):
        chunk = looked_at[start : start + AT_ONCE]
        facts = {fact.subject: fact for fact in store.facts_of(chunk)}
        for subject in chunk:
            if subject in facts:
                yield from _one(facts[subject], begin, end)


def _one(fact: Fact, begin: Instant, end: Instant) -> Iterator[Sampled]:
    """Give one message of a conversation without any finding, if there is one."""
    written = [one for one in written_in(fact, end) if one.at >= begin and _is_quiet(one)]
    first = min(written, key=lambda one: sha256(one.message.part.encode()).digest(), default=None)
    if first is not None:
        at = format_instant(first.at)
        yield Sampled(fact.subject.source, fact.subject.id, first.message.part, at, owner_at(fact, end))


def _is_quiet(written: Written) -> bool:
    """Tell whether a detector read a message, in a language that it knows, and found nothing."""
    return not written.message.findings and written.message.language is not None


def keep_answer(store: Store, month: str, one: SampleAnswer) -> None:
    """Keep what a CSM found in a message that was drawn; the last answer holds.

    Raises ValueError where the category is none, or the message was not drawn.
    """
    if one.category is not None and one.category not in CATEGORIES:
        raise ValueError(f"category {one.category!r}: expected one of {', '.join(CATEGORIES)}, or none")
    if one.part not in {each.part for each in kept_of(store, month) or ()}:
        raise ValueError(f"message {one.part!r} was not drawn in {month}")
    store.set_cursor(f"{_ANSWERS}{month}/{one.part}", keep(one))


def sample_answers(store: Store, month: str = "") -> list[SampleAnswer]:
    """List the answers of a month, or of all months, the earliest first."""
    read = [read_kept(kept, SampleAnswer, name) for name, kept in store.cursors(f"{_ANSWERS}{month}").items()]
    return sorted(read, key=lambda one: parse_instant(one.at))


def sample_months(store: FactStore) -> dict[str, Instant]:
    """Give the end of the month of each cursor of samples and of answers to them."""
    every = store.cursors(_DRAWN) | store.cursors(_ANSWERS)
    return {name: period_end(name.split("/")[2]) for name in every}


@dataclass(frozen=True, slots=True)
class Missed:
    """What samples say of what is missed: of so many messages that were looked at, so many were signals."""

    missed: Proportion
    by_category: tuple[tuple[str, int], ...]


def missed(given: Iterable[SampleAnswer]) -> Missed:
    """Say how many messages without a finding were signals after all."""
    every = list(given)
    found = [one.category for one in every if one.category is not None]
    counted = tuple((name, found.count(name)) for name in CATEGORIES if name in found)
    return Missed(Proportion(len(found), len(every)), counted)
