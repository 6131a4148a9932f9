"""Take in messages: events become observations, observations become facts."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from config.intake import Intake
from config.source import Webhook
from handlers.jobs.faults import place
from handlers.jobs.recordings import Entry, numbered
from handlers.parts import in_parts
from handlers.sources.kinds import Kind
from handlers.sources.messages import message_of, read_usual
from handlers.sources.reading import Json, Taken, UnreadableError
from handlers.sources.written import FAILED, Authored
from handlers.stores.protocol import Batch, FactStore
from scoring.feeds import Covered
from scoring.instants import DAY, Instant, format_instant
from scoring.observations import Conversation, Fields, Observation, Reading
from scoring.statements import Statement

BATCH_SIZE = 2_000
REFUSED = "of somebody who was erased"
"""The remark of what a store does not take in."""


class WordsReader(Protocol):
    """Reads what customers wrote. It is imported only where words.yaml asks for it: it takes time."""

    def add(self, read: Callable[[], Sequence[Authored]], taken: Taken, now: Instant) -> None:
        """Read parts, and add what was read to what an event told; what fails is remarked and raises nothing."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that could not be read: where it stood (line from 1), why, and its bytes."""

    file: str
    line: int
    reason: str
    body: bytes = field(repr=False)


@dataclass(slots=True)
class Tally:
    """What became of the messages: how many came, were dead, and what was remarked how often."""

    messages: int = 0
    silent: int = 0
    observations: int = 0
    dead_letters: list[DeadLetter] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Add what became of more messages."""
        self.messages += other.messages
        self.silent += other.silent
        self.observations += other.observations
        self.dead_letters += other.dead_letters
        self.remarks.update(other.remarks)


def read_message(
    body: bytes, intake: Intake, now: Instant, door: Webhook | None = None, words: WordsReader | None = None
) -> Taken:
    """Read one message (a queue body): of any kind, or of those that may come through a vendor's `door`.

    What customers wrote in it is read by `words`, after all else: that changes nothing of what the event tells.
    Raises UnreadableError where the message cannot be read, or speaks of an instant more than a day after `now`.
    """
    usual = read_usual(body, intake, door) if words is None else None
    if usual is not None:
        _refuse_ahead(usual.statements, now)
        return usual
    kind, message, has_words = _decoded(body, with_words=words is not None)
    if door is not None and not door.takes(message.get("type")):
        raise UnreadableError(f"only {door.type} may come through this door")
    taken = kind.read(message, intake)
    taken.topic = kind.topic_of(message)
    _refuse_ahead(taken.statements, now)
    if words is not None and kind.authored is not None:
        _read_words(words, partial(kind.authored, message, taken.remarks) if has_words else None, taken, now)
    return taken


def _decoded(body: bytes, *, with_words: bool) -> tuple[Kind, Json, bool]:
    """Decode a message, and tell whether with what customers wrote: where that is no text, the rest may be good."""
    if with_words:
        with suppress(UnreadableError):
            return *message_of(body, with_words=True), True
    return *message_of(body), False


def _read_words(words: WordsReader, read: Callable[[], Sequence[Authored]] | None, taken: Taken, now: Instant) -> None:
    if read is None:
        taken.remarks.append(f"{FAILED}=not JSON")
    else:
        words.add(read, taken, now)


def _refuse_ahead(statements: Iterable[Statement], now: Instant) -> None:
    """Raise UnreadableError where a statement speaks of an instant more than a day ahead."""
    horizon = Instant(now + DAY)
    for statement in statements:
        for told in _instants(statement):
            if told is not None and told > horizon:
                latest = max(filter(None, _instants(statement)))
                raise UnreadableError(f"it speaks of {format_instant(latest)}, more than a day ahead")


def _instants(statement: Statement) -> tuple[Instant | None, ...]:
    """Give the instants that a statement says have come; a CRM date may lie ahead."""
    if isinstance(statement, Observation):
        at, content = statement.at, statement.content
        if isinstance(content, Conversation):
            replied, closed, wrote = content.first_admin_reply, content.last_close, content.customer_wrote
            return at, content.created, replied, closed, wrote, content.known_at
        if isinstance(content, Fields):
            return at, content.created, content.read_at
        return (at, content.date) if isinstance(content, Reading) else (at,)
    return (statement.since if isinstance(statement, Covered) else statement.at,)


def fold_lines(
    lines: Iterable[bytes],
    file: str,
    store: FactStore,
    intake: Intake,
    now: Instant,
    words: WordsReader | None = None,
) -> Iterator[Tally]:
    """Fold a file of messages, one a line, batch by batch; yield what became of each batch.

    A batch is in the store before its tally is yielded. Blank lines are passed over.
    """
    yield from fold_entries(numbered(lines), file, store, intake, now, words)


def fold_entries(
    messages: Iterable[Entry],
    file: str,
    store: FactStore,
    intake: Intake,
    now: Instant,
    words: WordsReader | None = None,
) -> Iterator[Tally]:
    """Fold messages, each with the number of its line, in the same way."""
    for chunk in in_parts(messages, BATCH_SIZE):
        batch, tally = read_into_batch(chunk, file, lambda body: read_message(body, intake, now, words=words))
        store.merge(batch)
        if batch.refused:
            tally.remarks[REFUSED] += batch.refused
        yield tally


def read_into_batch(entries: Iterable[Entry], file: str, read: Callable[[bytes], Taken]) -> tuple[Batch, Tally]:
    """Read messages into a batch that is yet to be merged, and tell what became of them."""
    batch, tally = Batch(), Tally()
    for number, body in entries:
        tally.messages += 1
        try:
            taken = read(body)
        except UnreadableError as error:
            tally.dead_letters.append(DeadLetter(file, number, str(error), body))
        except Exception as error:  # noqa: BLE001 - one line fails alone, whatever is wrong with it
            tally.dead_letters.append(DeadLetter(file, number, f"unexpected: {place(error)}", body))
        else:
            _take_in(taken, batch, tally)
    return batch, tally


def _take_in(taken: Taken, batch: Batch, tally: Tally) -> None:
    said = 0
    for statement in taken.statements:
        batch.add(statement)
        said += isinstance(statement, Observation)
    tally.observations += said
    tally.silent += said == 0
    if taken.remarks:
        tally.remarks.update(taken.remarks)
