"""Read what customers wrote: each part once, by a detector; what it finds is kept without persons, the text nowhere."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TypeAlias, TypeVar

from config.words import WordsTerms
from handlers.detection.authored import own_spans
from handlers.detection.detected import Detected, Detector
from handlers.detection.plain import plain
from handlers.detection.redaction import redacted_quote
from handlers.detection.sentiment import sentiment
from handlers.jobs.faults import place
from handlers.sources.reading import Taken
from handlers.sources.written import FAILED, UNKNOWN_LANGUAGE, Authored, Part
from scoring.instants import DAY, SECOND, Instant
from scoring.observations import Finding, Message, Observation

_MOMENTS = 5 * SECOND
"""An event of a new conversation may bear the first message a second time, as a part of the same moments."""

T = TypeVar("T")

Redact: TypeAlias = Callable[[str, str], str]
"""Takes persons and addresses out of a quote of a text."""

Feel: TypeAlias = Callable[[str, str | None], float | None]
"""Says how the author of a text in a language feels."""


@dataclass(frozen=True)
class CustomerWords:
    """Reads what customers wrote by a detector, a redaction of quotes, and what tells feelings."""

    detector: Detector
    redact: Redact
    feel: Feel

    def add(self, read: Callable[[], Sequence[Authored]], taken: Taken, now: Instant) -> None:
        """Read parts, and add what was read to what an event told; what fails is remarked and left out.

        A part that is said to be written more than a day after `now` says nothing.
        """
        for part in self._guarded(lambda: _once(read()), taken) or ():
            if part.at > now + DAY:
                taken.remarks.append("dropped:created_at")
            else:
                self._guarded(partial(self._add, part, taken), taken)

    def _guarded(self, work: Callable[[], T], taken: Taken) -> T | None:
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - a detector may fail in any way, and no event hangs on it
            taken.remarks.append(f"{FAILED}={place(error)}")
            return None

    def _add(self, part: Authored, taken: Taken) -> None:
        if part.redacted:
            message = Message(part.part, redacted=True)
            taken.statements.append(Observation(part.subject, part.at, message))
            return
        text = plain(part.body)
        if not own_spans(text):
            return
        message = self._message(part.part, text, taken)
        if message.language is None:
            taken.remarks.append(UNKNOWN_LANGUAGE)
        taken.statements.append(Observation(part.subject, part.at, message))
        taken.parts.append(Part(part.subject, part.at, text, message))

    def _message(self, part: str, text: str, taken: Taken) -> Message:
        """Make a message; without a sentiment where that fails."""
        detected, version = self.detector.detect(text), self.detector.version
        found = tuple(self._findings(text, detected, version))
        felt = self._guarded(partial(self.feel, text, detected.language), taken)
        return Message(part, detected.language, felt, found, version)

    def _findings(self, text: str, detected: Detected, version: str) -> Iterator[Finding]:
        for hit in detected.hits:
            yield Finding(hit.category, self.redact(text, hit.quote), hit.rule, version)


def _once(parts: Sequence[Authored]) -> list[Authored]:
    """Leave out the first message where it was given before, and parts that only say it again."""
    first = next((part for part in parts if part.begins), None)
    return [
        part
        for part in parts
        if not part.is_repeated and (first is None or part is first or not _says_again(part, first))
    ]


def _says_again(part: Authored, first: Authored) -> bool:
    same = part.author == first.author and first.at <= part.at <= first.at + _MOMENTS and not part.redacted
    return same and plain(part.body) == plain(first.body)


class WhenNeeded:
    """A detector that is made when the first text comes: where none comes, nobody waits for it."""

    def __init__(self, make: Callable[[], Detector]) -> None:
        """Use what makes the detector."""
        self._make = make

    @cached_property
    def _made(self) -> Detector:
        return self._make()

    @property
    def version(self) -> str:
        """Name the state of the figures that it detects by."""
        return self._made.version

    def detect(self, text: str, language: str | None = None) -> Detected:
        """Read a text. Raises ConfigError where a file of its figures is wrong."""
        return self._made.detect(text, language)


def _detector(directory: Path, terms: WordsTerms) -> Detector:
    from handlers.detection.making import rule_detector  # noqa: PLC0415  fold begins without it

    return rule_detector(directory, terms)


def customer_words(directory: Path, terms: WordsTerms) -> CustomerWords:
    """Make the reader of a folder of figures. Raises ConfigError where its file of common words is wrong."""
    return CustomerWords(_detector(directory, terms), redacted_quote, sentiment)


def customer_words_when_needed(directory: Path, terms: WordsTerms) -> CustomerWords:
    """Make the same at the first text: a file that is wrong fails there, and is counted."""
    return CustomerWords(WhenNeeded(partial(_detector, directory, terms)), redacted_quote, sentiment)
