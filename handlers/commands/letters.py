"""Dead letters: messages that could not be read, kept with their reasons, and taken in again once they can be."""

from collections.abc import Iterable
from pathlib import Path

import click
import msgspec

from config.intake import Intake
from handlers.commands.outputs import output_file
from handlers.commands.session import Session
from handlers.commands.totals import Total
from handlers.files import OutputFile
from handlers.jobs.fold import DeadLetter, fold_entries
from handlers.stores.protocol import FactStore


class _Letter(msgspec.Struct, frozen=True):
    file: str
    line: int
    reason: str
    body: str


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
        letters.append(map(_written, dead))


def _written(letter: DeadLetter) -> bytes:
    body = letter.body.decode("utf-8", "backslashreplace")
    return msgspec.json.encode(_Letter(letter.file, letter.line, letter.reason, body))


def letters_in(session: Session, path: Path) -> OutputFile:
    """Give a file of dead letters, or refuse it by name."""
    if not path.exists():
        raise click.ClickException(f"no such file: {path}")
    return output_file(session, path)


def take_in_again(session: Session, letters: OutputFile, store: FactStore, intake: Intake) -> Total:
    """Fold what dead letters hold. Those that still cannot be read stay, with the reason of today; each once.

    Stopped at any point, it can be run again: a letter is taken out only when it is folded.
    """
    read, total = letters.read(), Total()
    told = {line: _parsed(line) for line in read.splitlines() if line.strip()}
    bodies = {(one.file, one.line, one.body): None for one in told.values() if one is not None}
    keys, stays = list(bodies), dict[tuple[str, int, str], str]()
    entries = ((number, key[2].encode(errors="surrogatepass")) for number, key in enumerate(keys))
    for tally in fold_entries(entries, str(letters.path), store, intake, session.clock()):
        total.add(tally)
        stays.update((keys[letter.line], letter.reason) for letter in tally.dead_letters)
    strange = [line for line, letter in told.items() if letter is None]
    for line in strange:
        session.warn(f"{letters.path} holds what is no dead letter, and it stays there: {shown(line)}")
    total.messages, total.dead = total.messages + len(strange), total.dead + len(strange)
    remaining = [msgspec.json.encode(_Letter(file, line, reason, body)) for (file, line, body), reason in stays.items()]
    if not letters.keep([*strange, *remaining], read):
        session.warn(f"{letters.path} was changed meanwhile, and stays as it is: run this once more")
    return total


def _parsed(line: bytes) -> _Letter | None:
    try:
        return msgspec.json.decode(line, type=_Letter)
    except msgspec.DecodeError:
        return None


def shown(line: bytes) -> str:
    """Write the beginning of a line in a short way."""
    text = line.decode("utf-8", "backslashreplace")
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


_LONGEST_SHOWN = 60
