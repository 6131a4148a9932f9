"""`ingest`: fold recorded messages into the store."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import click
import msgspec
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from config.intake import Intake
from handlers.adapters.outputs import OutputFile
from handlers.adapters.store import FactStore
from handlers.commands.inputs import opened, refuse_unreadable, size_of
from handlers.commands.outputs import output_file
from handlers.commands.session import PARTIAL, Session, result
from handlers.jobs.fold import DeadLetter, Tally, fold_lines


@dataclass(slots=True)
class Total:
    """What became of all messages of a call."""

    messages: int = 0
    silent: int = 0
    observations: int = 0
    dead: int = 0
    remarks: Counter[str] = field(default_factory=Counter)

    def add(self, tally: Tally) -> None:
        """Add what became of a batch."""
        self.messages += tally.messages
        self.silent += tally.silent
        self.observations += tally.observations
        self.dead += len(tally.dead_letters)
        self.remarks.update(tally.remarks)


@click.command(short_help="Fold recorded messages into the store.")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "--dead-letter",
    "dead_letter",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where unreadable lines go, with their reasons. Default: beside the store.",
)
@click.pass_obj
def ingest(session: Session, files: tuple[str, ...], dead_letter: Path | None) -> None:
    """Fold recorded messages (JSON lines, each the body of one queue message) into the store.

    FILE is a path, or - for stdin. Lines that cannot be read are appended to the dead-letter file
    as {"file", "line", "reason", "body"}; the rest is folded, and the exit code is 3. Folding the
    same messages again, in any order, changes nothing.

    \b
    Example:
      healthscore ingest october.jsonl
      gunzip -c events.jsonl.gz | healthscore ingest -
    """
    refuse_unreadable(files)
    letters = output_file(session, dead_letter or beside(session.store_url), reads=files)
    intake = session.config().intake
    with session.store(create=True) as store:
        total = fold_files(session, files, store, intake, letters)
    result(
        {
            "messages": total.messages,
            "observations": total.observations,
            "silent": total.silent,
            "dead_letters": total.dead,
            "remarks": dict(sorted(total.remarks.items())),
        }
    )
    finish(session, total, letters)


def finish(session: Session, total: Total, letters: OutputFile | None) -> None:
    """Say what was remarked and what is dead; exit 3 where any message is."""
    for remark, times in sorted(total.remarks.items()):
        session.stderr.print(f"{remark} ({times} times)" if times > 1 else remark, markup=False)
    if total.dead:
        session.warn(
            f"{total.dead} of {total.messages} lines could not be read" + (f": see {letters.path}" if letters else "")
        )
        sys.exit(PARTIAL)


def beside(store_url: str) -> Path:
    """Place the dead-letter file beside the store: in its folder, or in `var/` for a remote one."""
    _, _, path = store_url.partition("sqlite:///")
    return Path(path).with_suffix(".dead-letter.jsonl") if path else Path("var/dead-letter.jsonl")


def fold_files(
    session: Session, files: Iterable[str], store: FactStore, intake: Intake, letters: OutputFile | None
) -> Total:
    """Fold files one after another; dead letters are appended as they come, or named on stderr."""
    total = Total()
    for file in files:
        with opened(file) as stream, _progress(session, file) as (progress, task):
            lines = _counted(stream, progress, task)
            for tally in fold_lines(lines, file, store, intake, session.clock()):
                bury(tally.dead_letters, letters, session)
                total.add(tally)
    return total


def bury(dead: Iterable[DeadLetter], letters: OutputFile | None, session: Session) -> None:
    """Append dead letters to their file; without one, name each on stderr."""
    if letters is None:
        for letter in dead:
            session.warn(f"{letter.file} line {letter.line}: {letter.reason}")
    elif dead:
        letters.append(map(_letter, dead))


def _letter(letter: DeadLetter) -> bytes:
    body = letter.body.decode("utf-8", "backslashreplace")
    return msgspec.json.encode({"file": letter.file, "line": letter.line, "reason": letter.reason, "body": body})


@contextmanager
def _progress(session: Session, file: str) -> Iterator[tuple[Progress, TaskID]]:
    console = session.stderr
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[lines]:,} lines"))
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal) as progress:
        yield progress, progress.add_task(Path(file).name, total=size_of(file), lines=0)


def _counted(stream: BinaryIO, progress: Progress, task: TaskID) -> Iterator[bytes]:
    """Pass lines on, and move the progress bar by their bytes now and then."""
    read = 0
    for number, line in enumerate(stream, 1):
        read += len(line)
        if number % 1_000 == 0:
            progress.update(task, completed=read, lines=number)
        yield line
