"""`ingest`: fold recorded messages into the store."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from config.intake import Intake
from handlers.commands.inputs import opened, refuse_unreadable, size_of
from handlers.commands.letters import beside, bury, letters_in, take_in_again
from handlers.commands.outputs import output_file
from handlers.commands.session import Session
from handlers.commands.totals import Total, finish
from handlers.files import OutputFile
from handlers.jobs.checkpoints import CursorCheckpoints
from handlers.jobs.fold import fold_entries
from handlers.jobs.recordings import Entry
from handlers.stores.protocol import FactStore


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
        with opened(file) as stream, _progress(session, file) as (progress, task):
            messages = _counted(stream, progress, task)
            for tally in fold_entries(messages, file, store, intake, session.clock(), words):
                bury(tally.dead_letters, letters, session)
                total.add(tally)
    return total


@contextmanager
def _progress(session: Session, file: str) -> Iterator[tuple[Progress, TaskID]]:
    console = session.stderr
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[lines]:,} lines"))
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal) as progress:
        yield progress, progress.add_task(Path(file).name, total=size_of(file), lines=0)


def _counted(messages: Iterator[Entry], progress: Progress, task: TaskID) -> Iterator[Entry]:
    """Pass messages on, and move the progress bar by their bytes now and then."""
    read = 0
    for count, (number, message) in enumerate(messages, 1):
        read += len(message) + 1
        if count % 1_000 == 0:
            progress.update(task, completed=read, lines=count)
        yield number, message
