"""Files that a command reads: refused by name before anything is done, `-` for stdin."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

STDIN = "-"


def refuse_unreadable(files: Iterable[str]) -> None:
    """Refuse the first file that cannot be read; a pipe or a device is a file too."""
    for file in files:
        fault = _fault(file)
        if fault is not None:
            raise click.ClickException(fault)


def _fault(file: str) -> str | None:
    if file == STDIN:
        return None if sys.stdin is not None else "stdin is closed: name a file, or send it something"
    path = Path(file)
    if not path.exists():
        return f"no such file: {file}"
    if path.is_dir():
        return f"{file} is a folder: name the files in it"
    return None if os.access(path, os.R_OK) else f"{file} cannot be read: give yourself the right to read it"


@contextmanager
def opened(file: str) -> Iterator[BinaryIO]:
    """Open a file, or give stdin."""
    if file == STDIN:
        yield sys.stdin.buffer
    else:
        with Path(file).open("rb") as stream:
            yield stream


def size_of(file: str) -> int | None:
    """Give how many bytes a file has; None where that is not known before it is read."""
    path = Path(file)
    return path.stat().st_size if file != STDIN and path.is_file() else None
