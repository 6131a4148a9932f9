"""Blocks of a file of messages: each is read by itself, whichever process reads it, and none of its lines twice."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from handlers.jobs.recordings import OPEN, PADDING, Entry

SIZE = 4_000_000
"""Bytes of a block: some 800 notifications."""

_BUFFER = 256 * 1024


class Block(NamedTuple):
    """The lines of a file that begin at a byte from `start` on and before `end`."""

    path: Path
    start: int
    end: int


def blocks_of(path: Path, size: int = SIZE) -> Iterator[Block]:
    """List the blocks of a file, of so many bytes, up to where it ends when that is reached: a file may grow."""
    start = 0
    while start < path.stat().st_size:
        yield Block(path, start, start + size)
        start += size


class Lines:
    """The lines of a block, read one after another; messages have the numbers of their lines in the block, from 1.

    Afterwards it is known at which byte the first line begins, how many lines there are, and whether they stand alone:
    whether there is a message, and nothing else than one message a line. Where an array or a document of several lines
    may begin, or lines end as in old times, no more is read: that can only be read along with what came before.
    """

    def __init__(self, block: Block) -> None:
        """Read a block; one of no lines, in the midst of a long one, stands alone, too."""
        self._block = block
        self.start = block.start
        self.size = 0
        self.stand_alone = True

    def __iter__(self) -> Iterator[Entry]:
        """Give the messages."""
        with self._block.path.open("rb", buffering=_BUFFER) as file:
            self.start = at = _first_line(file, self._block.start)
            blank = True
            while at < self._block.end and (line := file.readline()):
                at += len(line)
                self.size += 1
                message = (line.removeprefix(BOM_UTF8) if at == len(line) else line).strip(PADDING)
                if _may_go_on(line, message):
                    self.stand_alone = False
                    return
                if message:
                    blank = False
                    yield self.size, message
            self.stand_alone = self.size == 0 or not blank


def _first_line(file: BinaryIO, start: int) -> int:
    """Go to the first line that begins at a byte or after it, and say where that is."""
    if start == 0:
        return 0
    file.seek(start - 1)
    return start - 1 + len(file.readline())


def _may_go_on(line: bytes, message: bytes) -> bool:
    return message.startswith(b"[") or message.endswith(OPEN) or line.find(b"\r", 0, -2) >= 0
