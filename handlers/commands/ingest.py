"""`ingest`: fold recorded messages into the store."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from config.intake import Intake
from handlers.commands.inputs import opened, refuse_unreadable, size_of
from handlers.commands.letters import beside, bury, letters_in, take_in_again
from handlers.commands.outputs import output_file
from handlers.commands.session import Session
from handlers.commands.totals import Total, finish
from handlers.files import OutputFile
from handlers.garbage import seldom_collected
from handlers.jobs.checkpoints import CursorCheckpoints
from handlers.jobs.fold import Tally, fold_entries
from handlers.jobs.fold_file import Recording, Sharing, fold_file
from handlers.jobs.recordings import Entry
from handlers.stores.protocol import FactStore
from handlers.stores.sqlite.store import SqliteStore

Moved: TypeAlias = Callable[[int, int], None]
"""Says how many bytes and lines of a file were read so far."""


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE…]")
@click.option(
    "--dead-letter",
    "dead_letter",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where unreadable lines go, with their reasons. Default: beside the store.",
)
@click.option(
    "--dead-letters",
    "again",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Fold what such a file holds, once more; what still cannot be read stays in it, the rest is taken out.",
)
@click.pass_obj
def ingest(session: Session, files: tuple[str, ...], dead_letter: Path | None, again: Path | None) -> None:
    """Fold recorded messages (JSON, each the body of one queue message) into the store.

    FILE is a path, or - for stdin: a message a line, an array of them, or indented documents one after
    another; as text in UTF-8, or in gzip. Lines that cannot be read are appended to the dead-letter file
    as {"file", "line", "reason", "body"}; the rest is folded, and the exit code is 3. Folding the
    same messages again, in any order, changes nothing.

    \b
    Example:
      healthscore ingest october.jsonl november.jsonl.gz
      kafka-dump events | healthscore ingest -
      healthscore ingest --dead-letters var/healthscore.dead-letter.jsonl
    """
    if bool(files) == (again is not None):
        raise click.UsageError(
            "Name either files of messages (- for stdin), or a file of dead letters by --dead-letters."
        )
    refuse_unreadable(files)
    named = dead_letter or beside(session.store_url)
    letters = output_file(session, named, reads=files) if again is None else letters_in(session, again)
    intake = session.config().intake
    with session.store(create=True) as store:
        if again is None:
            total = fold_files(session, files, store, intake, letters)
        else:
            total = take_in_again(session, letters, store, intake)
        CursorCheckpoints(store).forget()
    total.say()
    finish(session, total, letters)


def fold_files(
    session: Session, files: Iterable[str], store: FactStore, intake: Intake, letters: OutputFile | None
) -> Total:
    """Fold files one after another; dead letters are appended as they come, or named on stderr."""
    total, words = Total(), session.words()
    for file in files:
        with _progress(session, file) as moved:
            if words is None and size_of(file) is not None and isinstance(store, SqliteStore):
                recording = Recording(Path(file), file, intake, session.clock())
                tallies = _on_all_cores(recording, store, session, moved)
            else:
                tallies = fold_entries(_read(file, moved), file, store, intake, session.clock(), words)
            for tally in tallies:
                bury(tally.dead_letters, letters, session)
                total.add(tally)
    return total


def _on_all_cores(recording: Recording, store: SqliteStore, session: Session, moved: Moved) -> Iterator[Tally]:
    lines = 0
    for tally, read in fold_file(recording, store, Sharing(session.cores)):
        lines += tally.messages
        moved(read, lines)
        yield tally


def _read(file: str, moved: Moved) -> Iterator[Entry]:
    """Give the messages of a file, and move the progress bar by their bytes now and then."""
    read = 0
    with seldom_collected(), opened(file) as messages:
        for count, (number, message) in enumerate(messages, 1):
            read += len(message) + 1
            if count % 1_000 == 0:
                moved(read, count)
            yield number, message


@contextmanager
def _progress(session: Session, file: str) -> Iterator[Moved]:
    console = session.stderr
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[lines]:,} lines"))
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(Path(file).name, total=size_of(file), lines=0)
        yield lambda read, lines: progress.update(task, completed=read, lines=lines)
