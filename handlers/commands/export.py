"""`export`: all that a store holds, as JSON lines."""

import gzip
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import click

from handlers.commands.counting import counting
from handlers.commands.outputs import STDOUT, output_file
from handlers.commands.session import Session, result
from handlers.jobs.portable.exporting import Exported, export
from handlers.stores.opening import open_whole

_ZIPPED = ".gz"
_LEVEL = 6
_OWN = 0o600
"""A file that is new is for whoever made it alone: it holds personal data."""


@click.command("export")
@click.argument("file", metavar="FILE")
@click.pass_obj
def export_command(session: Session, file: str) -> None:
    """Write all that the store holds into FILE, in an open format: JSON lines (- for stdout).

    Facts, who is who, accounts with the history of their changes, records, model texts, journals, what the
    desk keeps: docs/export.md says what each line is. A FILE whose name ends in .gz is packed by gzip. It
    holds personal data, so keep it like the store itself; a new file is readable by you alone.

    healthscore import store FILE takes it into an empty store of either engine. Two exports hold the same
    if their last lines are equal.

    A SQLite file is exported as it is at one instant. DynamoDB has no such instant: what is written while
    the export runs may be in it, or not. For an exact one, restore the tables to a point in time first.

    \b
    Example:
      healthscore export store.jsonl.gz
      healthscore --store dynamodb://healthscore export - | gzip > store.jsonl.gz
    """
    _refuse_missing(session)
    session.say_outgrown()
    with (
        closing(open_whole(session.store_url)) as store,
        _output(session, file) as out,
        counting(session, "exporting") as tell,
    ):
        done = export(store, session.store_url, session.clock(), out, tell)
    _say(session, file, done)


def _refuse_missing(session: Session) -> None:
    path = session.store_file
    if path is not None and not path.exists():
        raise click.ClickException(f"there is no store at {path}: name one with --store")


@contextmanager
def _output(session: Session, file: str) -> Iterator[BinaryIO]:
    if file == STDOUT:
        yield sys.stdout.buffer
        return
    target = output_file(session, Path(file))
    is_new = not target.target.exists()
    with target.replaced() as out:
        if is_new:
            os.fchmod(out.fileno(), _OWN)
        if file.endswith(_ZIPPED):
            with gzip.GzipFile("", "wb", _LEVEL, out, mtime=0) as packed:
                yield cast("BinaryIO", packed)
        else:
            yield out


def _say(session: Session, file: str, done: Exported) -> None:
    """Say what came of it: as JSON on stdout, unless the export itself went there."""
    if file == STDOUT:
        session.stderr.print(f"exported {done.lines:,} rows, sha256 {done.sha256}", markup=False)
    else:
        result({"file": file, "rows": done.lines, "counts": done.counts, "sha256": done.sha256})
