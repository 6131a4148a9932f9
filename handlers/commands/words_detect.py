"""`words detect`: what the detector says of each message of a file."""

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass

import click
import msgspec

from handlers.commands.inputs import STDIN, opened, refuse_unreadable
from handlers.commands.lines import read_object
from handlers.commands.session import PARTIAL, Session
from handlers.commands.words_detectors import chosen, detector_option, ends, say_outcomes
from handlers.detection.detected import Detector, DetectorError
from handlers.detection.plain import MOST_CHARACTERS
from handlers.detection.sentiment import sentiment
from handlers.sources.reading import UnreadableError, key, need, take, text


@dataclass(frozen=True, slots=True)
class FileMessage:
    """A message of a file: its id, its text, its language where the file says it."""

    id: str
    text: str
    language: str | None


class DetectedLine(msgspec.Struct):
    """What is said of a message: the likeliest category and the quote it rests on; None where there is none."""

    id: str
    lang: str | None
    category: str | None
    quote: str | None
    rule: str | None
    sentiment: float | None


@click.command()
@click.argument("file", metavar="FILE")
@detector_option
@click.pass_obj
def detect(session: Session, file: str, name: str) -> None:
    """Read the messages of a file (JSON lines with id, text, perhaps lang; - for stdin); print a line for each.

    A line has id, lang (null: unknown, or one that has no rules and no lang was said), category, quote (as it was
    written: nothing is redacted here), rule, and sentiment from -1 to 1 (English alone); null is nothing found. Of a
    longer text the first 20,000 characters are read. A line that cannot be read, and a message that the model did not
    answer, is named on stderr; the exit code is then 3.

    \b
    Example:
      echo '{"id": "1", "text": "We will not be renewing in March."}' | healthscore words detect -
    """
    refuse_unreadable([file])
    detector = chosen(session, name)
    with opened(file) as lines:
        bad = _detect_lines(session, file, lines, detector)
    say_outcomes(session, detector)
    if bad:
        sys.exit(PARTIAL)


def _detect_lines(session: Session, file: str, lines: Iterable[tuple[int, bytes]], detector: Detector) -> int:
    """Print what is found in lines; give how many could not be read."""
    bad = 0
    for number, line in lines:
        try:
            click.echo(msgspec.json.encode(detected_line(read_file_message(line), detector)))
        except (UnreadableError, DetectorError) as error:
            bad += 1
            session.warn(f"{'stdin' if file == STDIN else file} line {number}: {error}")
            if ends(session, error):
                break
    return bad


def read_file_message(line: bytes) -> FileMessage:
    """Read a line of a file of messages: of a text as much as fold reads. Raises UnreadableError where it is none."""
    item = read_object(line)
    remarks: list[str] = []
    language = take(item, "lang", text, remarks)
    if remarks:
        raise UnreadableError("lang: expected text such as en, or nothing")
    return FileMessage(need(item, "id", key), need(item, "text", text)[:MOST_CHARACTERS], _primary(language))


def _primary(language: str | None) -> str | None:
    """Give the language of a tag such as pt-BR, whatever its region."""
    return re.split(r"[-_]", language.strip().lower())[0] or None if language else None


def detected_line(written: FileMessage, detector: Detector) -> DetectedLine:
    """Say what a detector finds in a message. Raises DetectorError where it could not be read."""
    found = detector.detect(written.text, written.language)
    hit = next(iter(found.hits), None)
    language = written.language or found.language
    return DetectedLine(
        id=written.id,
        lang=language,
        category=None if hit is None else hit.category,
        quote=None if hit is None else hit.quote,
        rule=None if hit is None else hit.rule,
        sentiment=sentiment(written.text, language),
    )
