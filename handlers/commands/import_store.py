"""`import store`: take a whole store in that was exported."""

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from functools import partial
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import cast

import click

from config.formats import GZIP
from handlers.commands.counting import counting
from handlers.commands.imports import STORE
from handlers.commands.inputs import STDIN, fault_of_file
from handlers.commands.session import Session, result
from handlers.jobs.portable.importing import LONGEST, ExportFile
from handlers.stores.opening import open_whole


@click.command(STORE)
@click.argument("file", metavar="FILE")
@click.pass_obj
def import_store(session: Session, file: str) -> None:
    """Take a whole store into the one that --store names: FILE is what healthscore export wrote (- for stdin).

    The store that it goes into is a new one, or empty, of either engine: sqlite:///PATH or dynamodb://PREFIX.
    One that holds anything else is refused by name, and nothing is changed. Scores, records, histories and
    what the desk keeps are the same afterwards, byte for byte.

    All of FILE is proved before it counts: a file that is cut off, damaged, or of a newer version of the
    program is refused, by the number of the line. A SQLite file is written wholly or not at all. DynamoDB is
    written step by step: where the call was stopped, the same call completes it. Called once more, it
    changes nothing.

    Let nothing else write to the store meanwhile. docs/operations.md, "Move a store", walks from a laptop to AWS.

    \b
    Example:
      healthscore --store sqlite:///copy.db import store store.jsonl.gz
      healthscore --store dynamodb://healthscore import store store.jsonl.gz
    """
    if fault := fault_of_file(file):
        raise click.ClickException(fault)
    name = "stdin" if file == STDIN else file
    with _lines(file, name) as lines, counting(session, "importing") as tell:
        export = ExportFile(name, lines)
        session.say_outgrown()
        with closing(open_whole(session.store_url, create=True)) as store:
            is_written = store.take_in(export, session.clock(), tell)
    rows = sum(export.counts.values())
    if not is_written:
        session.stderr.print("the store holds this export already: nothing was changed", markup=False)
    result({"rows": rows, "counts": export.counts, "sha256": export.proof, "written": is_written})


@contextmanager
def _lines(file: str, name: str) -> Iterator[Iterator[bytes]]:
    """Give the lines of a file, packed or not."""
    if file == STDIN:
        yield _unpacked(BufferedReader(cast("RawIOBase", sys.stdin.buffer)), name)
    else:
        with Path(file).open("rb") as stream:
            yield _unpacked(stream, name)


def _unpacked(stream: BufferedReader, name: str) -> Iterator[bytes]:
    is_packed = stream.peek(len(GZIP)).startswith(GZIP)
    try:
        with gzip.GzipFile(fileobj=stream) if is_packed else nullcontext(stream) as lines:
            yield from iter(partial(lines.readline, LONGEST + 1), b"")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        said = "is a gzip file that is cut off or damaged: export or copy it again; nothing was changed"
        raise click.ClickException(f"{name} {said}") from error
