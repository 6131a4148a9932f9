"""A file of messages into an embedded store, on all cores: workers read blocks and lay out rows, one writer merges.

To merge takes less time than to read, and what is merged at once changes each page of the store once; so rows of some
blocks go in together. What is in the store is the same as if one process had folded the file line by line.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from config.intake import Intake
from handlers.cores import in_order
from handlers.garbage import seldom_collected
from handlers.jobs.blocks import SIZE, Block, Lines, blocks_of
from handlers.jobs.fold import REFUSED, Tally, fold_entries, read_into_batch, read_message
from handlers.jobs.recordings import entries
from handlers.sources.reading import Taken
from handlers.stores.sqlite.merge import Rows, rows_of, united
from handlers.stores.sqlite.store import SqliteStore
from handlers.stores.tombstones import Tombstones
from scoring.instants import Instant

SHARED_FROM = 64_000_000
"""From so many bytes on a file is shared: below, to start the processes takes as long as they save."""

TOGETHER = 10_000
"""Messages that are merged at once. Of a million, merging 2,000 at once took half as long again."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A file of messages: the name that dead letters call it by, what is known of words, when it is taken in."""

    path: Path
    name: str
    intake: Intake
    now: Instant


@dataclass(frozen=True, slots=True)
class Sharing:
    """How a file is shared: among how many cores, from what size on, in blocks of how many bytes.

    So many messages are merged `together`, or a block more.
    """

    cores: int = 1
    shared_from: int = SHARED_FROM
    block_size: int = SIZE
    together: int = TOGETHER


@dataclass(frozen=True, slots=True)
class Laid:
    """What a worker made of a block: rows to merge, and what became of its messages, by their numbers in the block.

    It has so many lines, of which the first begins at byte `start`; whether they stand alone, see Lines.
    """

    block: Block
    start: int
    size: int
    stand_alone: bool
    rows: Rows
    tally: Tally


Reader: TypeAlias = Callable[[Block], Laid]


def fold_file(recording: Recording, store: SqliteStore, sharing: Sharing) -> Iterator[tuple[Tally, int]]:
    """Fold a file as `fold_entries` does; yield what became of some messages, and how many bytes were read so far.

    What is yielded is in the store. Where lines do not stand alone, as in indented documents, the rest of the file is
    read here, one line after another. Raises WorkerLostError where a process is lost: what was yielded is safe.
    """
    path = recording.path
    workers = sharing.cores if path.stat().st_size >= sharing.shared_from else 1
    erased = store.tombstones()
    begin = partial(reader, recording, erased)
    after, odd = 0, None
    with seldom_collected(), closing(in_order(begin, blocks_of(path, sharing.block_size), workers)) as laid:
        for together in _together(laid, sharing.together):
            alone = [one for one in together if one.stand_alone]
            if alone:
                yield _merged(alone, recording, store, erased, after), alone[-1].block.end
                after += sum(one.size for one in alone)
            if len(alone) < len(together):
                odd = together[-1].start
                break
    if odd is not None:
        yield from _rest(recording, store, odd, after)


def reader(recording: Recording, erased: Tombstones) -> Reader:
    """Give what reads the blocks of a file and lays out their rows."""

    def read(block: Block) -> Laid:
        lines = Lines(block)
        batch, tally = read_into_batch(lines, recording.name, read_one)
        erased.sift(batch)
        if batch.refused:
            tally.remarks[REFUSED] += batch.refused
        return Laid(block, lines.start, lines.size, lines.stand_alone, rows_of(batch), tally)

    def read_one(body: bytes) -> Taken:
        return read_message(body, recording.intake, recording.now)

    return read


def _together(laid: Iterable[Laid], most: int) -> Iterator[list[Laid]]:
    """Put blocks together that are merged at once; one whose lines do not stand alone ends its group."""
    group: list[Laid] = []
    for one in laid:
        group.append(one)
        if not one.stand_alone or sum(each.tally.messages for each in group) >= most:
            yield group
            group = []
    if group:
        yield group


def _merged(together: list[Laid], recording: Recording, store: SqliteStore, erased: Tombstones, after: int) -> Tally:
    """Merge blocks; where somebody was erased since they were read, they are read once more."""
    while not store.merge_rows(united([one.rows for one in together]), erased):
        erased = store.tombstones()
        together = list(map(reader(recording, erased), (one.block for one in together)))
    tally = Tally()
    for one in together:
        letters = [replace(letter, line=letter.line + after) for letter in one.tally.dead_letters]
        tally.add(replace(one.tally, dead_letters=letters))
        after += one.size
    return tally


def _rest(recording: Recording, store: SqliteStore, start: int, after: int) -> Iterator[tuple[Tally, int]]:
    """Fold what begins at a byte, after so many lines, one line after another."""
    with recording.path.open("rb") as file:
        file.seek(start)
        messages = entries(file, after)
        for tally in fold_entries(messages, recording.name, store, recording.intake, recording.now):
            yield tally, file.tell()
