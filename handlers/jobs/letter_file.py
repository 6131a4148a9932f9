"""Dead letters in a file of JSON lines: as `ingest` leaves them, and takes them in again."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b

import msgspec

from config.intake import Intake
from handlers.files import OutputError, OutputFile
from handlers.jobs.fold import DeadLetter, Tally, WordsReader, fold_entries
from handlers.jobs.letters import Box, Letter, Purged, Retried, told_by
from handlers.stores.protocol import FactStore, Store, StoreError
from scoring.instants import Instant

MOST_SHOWN = 500
"""So many letters are given at once."""


class Written(msgspec.Struct, frozen=True):
    """A letter as it is written: where the message stood (line from 1), why it is dead, its body as text."""

    file: str
    line: int
    reason: str
    body: str

    @property
    def id(self) -> str:
        """Name the letter by what does not change when it fails again."""
        said = msgspec.json.encode((self.file, self.line, self.body))
        return blake2b(said, digest_size=9).hexdigest()


def written(letter: DeadLetter) -> bytes:
    """Write a dead letter."""
    body = letter.body.decode("utf-8", "backslashreplace")
    return msgspec.json.encode(Written(letter.file, letter.line, letter.reason, body))


def parsed(line: bytes) -> Written | None:
    """Read a line; None where it is no dead letter."""
    try:
        return msgspec.json.decode(line, type=Written)
    except msgspec.DecodeError:
        return None


@dataclass(slots=True)
class Again:
    """What came of letters that were folded again: `strange` lines are none and stay; not `is_kept`: nor did the file.

    It was changed meanwhile, and stays as it is; folding the same once more changes nothing.
    """

    tallies: list[Tally] = field(default_factory=list)
    strange: list[bytes] = field(default_factory=list)
    folded: int = 0
    failed: int = 0
    is_kept: bool = True


def fold_again(
    letters: OutputFile,
    store: FactStore,
    intake: Intake,
    now: Instant,
    wanted: Collection[str] | None = None,
    words: WordsReader | None = None,
) -> Again:
    """Fold the letters of a file, or those of some ids; what cannot be read stays, with the reason of today, each once.

    Stopped at any point, it can be run again: a letter is taken out only when it is folded.
    """
    read, again = letters.read(), Again()
    told = {line: parsed(line) for line in read.splitlines() if line.strip()}
    again.strange = [line for line, letter in told.items() if letter is None]
    chosen = {line: one for line, one in told.items() if one is not None and (wanted is None or one.id in wanted)}
    keys = list({(one.file, one.line, one.body): None for one in chosen.values()})
    entries = ((number, key[2].encode(errors="surrogatepass")) for number, key in enumerate(keys))
    stays: list[bytes] = []
    for tally in fold_entries(entries, str(letters.path), store, intake, now, words):
        again.tallies.append(tally)
        for letter in tally.dead_letters:
            file, line, body = keys[letter.line]
            stays.append(msgspec.json.encode(Written(file, line, letter.reason, body)))
    again.folded, again.failed = len(keys) - len(stays), len(stays)
    others = [line for line, one in told.items() if one is not None and line not in chosen]
    again.is_kept = letters.keep([*again.strange, *others, *stays], read)
    return again


@dataclass(frozen=True)
class LetterFile:
    """The dead letters of a laptop: a file, and the store that they are folded into."""

    file: OutputFile
    open_store: Callable[[], AbstractContextManager[Store]]
    intake: Intake
    clock: Callable[[], Instant]
    words: WordsReader | None = None

    @property
    def place(self) -> str:
        """Say where they are."""
        return str(self.file.path)

    def _lines(self) -> list[bytes]:
        if not self.file.target.exists():
            return []
        with _said():
            return _lines_of(self.file.read())

    def count(self) -> int:
        """Count the lines of the file."""
        return len(self._lines())

    def box(self) -> Box:
        """Give the letters of the file, the last first."""
        lines = self._lines()
        return Box([_letter(line) for line in reversed(lines[-MOST_SHOWN:])], len(lines) > MOST_SHOWN)

    def retry(self, wanted: Collection[str] | None) -> Retried:
        """Fold letters again."""
        if not self.file.target.exists():
            return Retried(0)
        with _said(), self.open_store() as store:
            again = fold_again(self.file, store, self.intake, self.clock(), wanted, self.words)
        changed = f"{self.place} was changed meanwhile, and keeps its letters: retry once more"
        return Retried(again.folded, again.failed, trouble=None if again.is_kept else changed)

    def drop(self, wanted: Collection[str]) -> Sequence[Letter]:
        """Take letters out of the file; none where another process changed it meanwhile."""
        if not self.file.target.exists():
            return ()
        with _said():
            read = self.file.read()
            told = [(line, _letter(line)) for line in _lines_of(read)]
            gone = [letter for _, letter in told if letter.id in wanted]
            kept = [line for line, letter in told if letter.id not in wanted]
            return gone if gone and self.file.keep(kept, read) else ()

    def purge(self, is_theirs: Callable[[Letter], bool], *, write: bool) -> Purged:
        """Take the letters of somebody out of the file, or without `write` only count them."""
        if not self.file.target.exists():
            return Purged(0)
        with _said():
            read = self.file.read()
            lines = _lines_of(read)
            kept = [line for line in lines if not is_theirs(_letter(line))]
            gone = len(lines) - len(kept)
            if not write or not gone or self.file.keep(kept, read):
                return Purged(gone)
        return Purged(0, f"{self.place} was changed meanwhile, and keeps its letters: run the same again")


def _lines_of(read: bytes) -> list[bytes]:
    """Give the lines of a file, each once."""
    return [line for line in dict.fromkeys(read.splitlines()) if line.strip()]


@contextmanager
def _said() -> Iterator[None]:
    """Say of a file that cannot be used what to do, as is said of a store."""
    try:
        yield
    except OutputError as error:
        raise StoreError(str(error)) from error


def _letter(line: bytes) -> Letter:
    one = parsed(line)
    if one is None:
        text = line.decode("utf-8", "backslashreplace")
        name = blake2b(line, digest_size=9).hexdigest()
        return Letter(name, "a line of the file", "it is no dead letter", text, can_retry=False)
    source, at = told_by(one.body)
    return Letter(one.id, f"{one.file}, line {one.line}", one.reason, one.body, source, at)
