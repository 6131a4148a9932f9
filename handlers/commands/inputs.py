"""Files that a command reads: refused by name before anything is done, `-` for stdin."""

import gzip
import os
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import cast

import click

from config.formats import GZIP, LOOKED_AT
from handlers.commands.formats import fault_of
from handlers.jobs.recordings import Entry, entries

STDIN = "-"
_LONGEST_LOOK = 65_536
_DAMAGED = "is a gzip file that is cut off or damaged; what stood before is read: get it again"


def refuse_unreadable(files: Iterable[str]) -> None:
    """Refuse the first file that cannot be read, or holds no messages; a pipe or a device is a file too."""
    for file in files:
        fault = _fault(file)
        if fault is not None:
            raise click.ClickException(fault)


def _fault(file: str) -> str | None:
    """Say why a file cannot be read, or holds no messages."""
    fault, path = fault_of_file(file), Path(file)
    if fault is not None or file == STDIN or not path.is_file():
        return fault
    return _refused(file, _beginning(path, _LONGEST_LOOK))


def fault_of_file(file: str) -> str | None:
    """Say why a file, or stdin, cannot be read."""
    if file == STDIN:
        return None if sys.stdin is not None else "stdin is closed: name a file, or send it something"
    path = Path(file)
    if not path.exists():
        return f"no such file: {file}"
    if path.is_dir():
        return f"{file} is a folder: name the files in it"
    if not os.access(path, os.R_OK):
        return f"{file} cannot be read: give yourself the right to read it"
    return None


def _beginning(path: Path, size: int) -> bytes:
    with path.open("rb") as stream:
        return stream.read(size)


def _refused(file: str, head: bytes) -> str | None:
    """Say why a file of this beginning holds no messages."""
    fault = fault_of(_unpacked(head) if head.startswith(GZIP) else head)
    return None if fault is None else f"{_named(file)} {fault.replace('FILE', file)}"


def _unpacked(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, _LONGEST_LOOK)
    except zlib.error:
        return b""


def _named(file: str) -> str:
    return "stdin" if file == STDIN else file


@contextmanager
def opened(file: str) -> Iterator[Iterator[Entry]]:
    """Open a file, or take stdin, and give its messages, each with the number of the line it begins on."""
    if file == STDIN:
        yield _entries(file, cast("BufferedReader", sys.stdin.buffer))
    else:
        with Path(file).open("rb") as stream:
            yield _entries(file, stream)


def _entries(file: str, stream: BufferedReader) -> Iterator[Entry]:
    head = _first(stream)
    if fault := _refused(file, head):
        raise click.ClickException(fault)
    whole = BufferedReader(_Rewound(head, stream), _LONGEST_LOOK)
    if not head.startswith(GZIP):
        yield from entries(whole)
        return
    try:
        with gzip.open(whole) as unpacked:
            yield from entries(unpacked)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise click.ClickException(f"{_named(file)} {_DAMAGED}") from error


def _first(stream: BufferedReader) -> bytes:
    """Read enough to tell what a stream is, and no more than its first line, so that nobody need wait for more."""
    head = b""
    while len(head) < LOOKED_AT and b"\n" not in head and (more := stream.read1(LOOKED_AT)):
        head += more
    return head


class _Rewound(RawIOBase):
    """A stream whose beginning was read, from its beginning: a pipe cannot be wound back."""

    def __init__(self, head: bytes, stream: BufferedReader) -> None:
        """Give the beginning again, and then what follows it."""
        self._head = head
        self._stream = stream

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read some bytes."""
        part = self._head[: len(buffer)] or self._stream.read1(len(buffer))
        self._head = self._head[len(part) :]
        buffer[: len(part)] = part
        return len(part)


def size_of(file: str) -> int | None:
    """Give how many bytes of messages a file has; None where that is not known before it is read."""
    path = Path(file)
    if file == STDIN or not path.is_file():
        return None
    return None if _beginning(path, len(GZIP)) == GZIP else path.stat().st_size
