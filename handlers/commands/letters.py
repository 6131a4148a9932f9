"""Dead letters: messages that could not be read, kept with their reasons, and taken in again once they can be."""

from collections.abc import Iterable
from pathlib import Path

import click

from config.intake import Intake
from handlers.commands.outputs import output_file
from handlers.commands.session import Session
from handlers.commands.totals import Total
from handlers.files import OutputFile
from handlers.jobs.fold import DeadLetter
from handlers.jobs.letter_file import fold_again, written
from handlers.stores.protocol import FactStore


def beside(store_url: str) -> Path:
    """Place the dead-letter file beside the store: in its folder, or in `var/` for a remote one."""
    _, _, path = store_url.partition("sqlite:///")
    return Path(path).with_suffix(".dead-letter.jsonl") if path else Path("var/dead-letter.jsonl")


def bury(dead: Iterable[DeadLetter], letters: OutputFile | None, session: Session) -> None:
    """Append dead letters to their file; without one, name each on stderr."""
    if letters is None:
        for letter in dead:
            session.warn(f"{letter.file} line {letter.line}: {letter.reason}")
    elif dead:
        letters.append(map(written, dead))


def letters_in(session: Session, path: Path) -> OutputFile:
    """Give a file of dead letters, or refuse it by name."""
    if not path.exists():
        raise click.ClickException(f"no such file: {path}")
    return output_file(session, path)


def take_in_again(session: Session, letters: OutputFile, store: FactStore, intake: Intake) -> Total:
    """Fold what dead letters hold. Those that still cannot be read stay, with the reason of today; each once."""
    again, total = fold_again(letters, store, intake, session.clock(), words=session.words()), Total()
    for tally in again.tallies:
        total.add(tally)
    for line in again.strange:
        session.warn(f"{letters.path} holds what is no dead letter, and it stays there: {shown(line)}")
    total.messages, total.dead = total.messages + len(again.strange), total.dead + len(again.strange)
    if not again.is_kept:
        session.warn(f"{letters.path} was changed meanwhile, and stays as it is: run this once more")
    return total


def shown(line: bytes) -> str:
    """Write the beginning of a line in a short way."""
    text = line.decode("utf-8", "backslashreplace")
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


_LONGEST_SHOWN = 60
