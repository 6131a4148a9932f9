"""Take in messages: events become observations, observations become facts."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

import msgspec

from config.intake import Intake
from handlers.jobs.faults import place
from handlers.jobs.recordings import Entry, numbered
from handlers.sources import intercom, looker, own, salesforce
from handlers.sources.reading import Json, Taken, UnreadableError, brief, members
from handlers.sources.shapes import decode
from handlers.sources.topics import TOPICS
from handlers.stores.protocol import Batch, FactStore
from scoring.feeds import Covered
from scoring.instants import DAY, Instant, format_instant
from scoring.observations import Content, Conversation, Fields, Observation, Reading
from scoring.statements import Statement

BATCH_SIZE = 2_000
OTHER = "other"
_LONGEST_NAME = 80
T = TypeVar("T")

_READERS: Mapping[str, Callable[[Json, Intake], Taken]] = {
    "notification_event": intercom.read_notification,
    "intercom.conversation": intercom.read_conversation,
    "salesforce.record": salesforce.read_record,
    "salesforce.resync": salesforce.read_resync,
    "looker.reading": lambda message, _: looker.read_reading(message),
    "owner.listed": lambda message, _: own.read_owner(message),
    "feed.covered": lambda message, _: own.read_covered(message),
    "feed.heard": lambda message, _: own.read_heard(message),
}


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that could not be read: where it stood (line from 1), why, and its bytes."""

    file: str
    line: int
    reason: str
    body: bytes


@dataclass(slots=True)
class Tally:
    """What became of the messages: how many came, were dead, and what was remarked how often."""

    messages: int = 0
    silent: int = 0
    observations: int = 0
    dead_letters: list[DeadLetter] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)


def read_message(body: bytes, intake: Intake, now: Instant, only: str | None = None) -> Taken:
    """Read one message (a queue body), of any type or of one `only`.

    Raises UnreadableError where it cannot be read, or speaks of an instant more than a day
    after `now`.
    """
    message = _decode(body)
    if only is not None and message.get("type") != only:
        raise UnreadableError(f"only {only} may come through this door")
    taken = reader_of(message)(message, intake)
    taken.topic = topic_of(message)
    for statement in taken.statements:
        latest = _latest(statement)
        if latest > now + DAY:
            raise UnreadableError(f"it speaks of {format_instant(latest)}, more than a day ahead")
    return taken


def _decode(body: bytes) -> Json:
    try:
        message = decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise UnreadableError(f"not JSON: {error}") from error
    if not isinstance(message, dict):
        raise UnreadableError(f"expected a JSON object, got {type(message).__name__}")
    return message


def reader_of(message: Json) -> Callable[[Json, Intake], Taken]:
    """Give the reader of a message by its type or source; raises UnreadableError where there is none."""
    kind, source = message.get("type"), message.get("source")
    if isinstance(kind, str) and kind in _READERS:
        return _READERS[kind]
    if isinstance(source, str) and source.startswith(salesforce.RELAY_PREFIX):
        return salesforce.read_change
    if isinstance(source, str) and source.startswith(salesforce.APPFLOW_PREFIX):
        raise UnreadableError("an AppFlow event: use the Salesforce event relay instead")
    if kind is None and source is None:
        raise UnreadableError("neither type nor source says what it is")
    raise UnreadableError(f"unknown type {brief(kind)}" if kind is not None else f"unknown source {brief(source)}")


def topic_of(message: Json) -> str:
    """Name the kind of a readable message: Intercom's topic, Salesforce's object, our own type; else `other`."""
    kind = message.get("type")
    if kind == "notification_event":
        topic = message.get("topic")
        return topic if isinstance(topic, str) and topic in TOPICS else OTHER
    if isinstance(kind, str) and kind in _READERS:
        return kind
    header = members(members(members(message.get("detail")).get("payload")).get("ChangeEventHeader"))
    entity = header.get("entityName")
    return entity if isinstance(entity, str) and entity.isidentifier() and len(entity) <= _LONGEST_NAME else OTHER


def _latest(statement: Statement) -> Instant:
    if isinstance(statement, Observation):
        return max([told for told in (statement.at, *_instants(statement.content)) if told is not None])
    return statement.since if isinstance(statement, Covered) else statement.at


def _instants(content: Content) -> tuple[Instant | None, ...]:
    """Give the instants that a content says have come; a CRM date may lie ahead."""
    if isinstance(content, Conversation):
        return content.created, content.first_admin_reply, content.last_close, content.customer_wrote, content.known_at
    if isinstance(content, Fields):
        return content.created, content.read_at
    return (content.date,) if isinstance(content, Reading) else ()


def fold_lines(lines: Iterable[bytes], file: str, store: FactStore, intake: Intake, now: Instant) -> Iterator[Tally]:
    """Fold a file of messages, one a line, batch by batch; yield what became of each batch.

    A batch is in the store before its tally is yielded. Blank lines are passed over.
    """
    yield from fold_entries(numbered(lines), file, store, intake, now)


def fold_entries(
    messages: Iterable[Entry], file: str, store: FactStore, intake: Intake, now: Instant
) -> Iterator[Tally]:
    """Fold messages, each with the number of its line, in the same way."""
    for chunk in _chunks(messages, BATCH_SIZE):
        yield _fold_chunk(chunk, file, store, intake, now)


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    remaining = iter(items)
    while chunk := list(islice(remaining, size)):
        yield chunk


def _fold_chunk(chunk: list[tuple[int, bytes]], file: str, store: FactStore, intake: Intake, now: Instant) -> Tally:
    batch, tally = Batch(), Tally(messages=len(chunk))
    for number, body in chunk:
        try:
            taken = read_message(body, intake, now)
        except UnreadableError as error:
            tally.dead_letters.append(DeadLetter(file, number, str(error), body))
        except Exception as error:  # noqa: BLE001 - one line fails alone, whatever is wrong with it
            tally.dead_letters.append(DeadLetter(file, number, f"unexpected: {place(error)}", body))
        else:
            _take_in(taken, batch, tally)
    store.merge(batch)
    return tally


def _take_in(taken: Taken, batch: Batch, tally: Tally) -> None:
    said = 0
    for statement in taken.statements:
        batch.add(statement)
        said += isinstance(statement, Observation)
    tally.observations += said
    tally.silent += said == 0
    if taken.remarks:
        tally.remarks.update(taken.remarks)
