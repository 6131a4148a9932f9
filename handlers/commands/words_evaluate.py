"""`words evaluate`: how good a detector is on a labelled file."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import process_time

import click
import msgspec

from handlers.commands.inputs import STDIN, opened, refuse_unreadable
from handlers.commands.lines import read_object
from handlers.commands.session import PARTIAL, Session
from handlers.commands.words_detect import read_file_message
from handlers.commands.words_detectors import chosen, detector_option, ends, say_outcomes
from handlers.commands.words_tables import Cost, quality_json, quality_tables
from handlers.detection.detected import Detector, DetectorError
from handlers.detection.evaluation import KINDS, Judged, Kind
from handlers.sources.reading import UnreadableError, need, take, text
from scoring.categories import CATEGORIES, Category


@dataclass(slots=True)
class Measured:
    """What a file's messages came to: the answers, how many lines were bad, the time that detection took."""

    answers: list[Judged] = field(default_factory=list)
    bad: int = 0
    seconds: float = 0.0
    characters: int = 0

    @property
    def cost(self) -> Cost:
        """Give what detection cost."""
        return Cost(len(self.answers), self.characters, self.seconds)


@click.command()
@click.argument("file", metavar="FILE")
@click.option(
    "--prevalence",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.01,
    show_default=True,
    help="The share of messages that are signals in life: precision is reckoned for it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines, one a language, in place of tables.")
@detector_option
@click.pass_obj
def evaluate(session: Session, file: str, prevalence: float, name: str, *, as_json: bool) -> None:
    """Hold the detector against a labelled file: JSON lines with text, label, kind, perhaps lang and note.

    label is a category, or none; kind is signal, hard_negative (the same words without the meaning) or ordinary. A
    signal whose note begins with indirect is reported apart. Every share has Wilson's 95 % interval. Precision
    depends on how rare signals are, so it is reckoned for a prevalence that you state, not for the file's own. A
    message that a model did not answer is named on stderr and counts nowhere; the exit code is then 3.

    \b
    Example:
      healthscore words evaluate labelled.jsonl --prevalence 0.005
    """
    refuse_unreadable([file])
    measured = _measured(session, file, chosen(session, name))
    if not measured.answers:
        raise click.ClickException(f"{file} has no labelled message")
    show = quality_json if as_json else quality_tables
    for line in show(_by_language(measured.answers), prevalence, measured.cost):
        click.echo(line)
    if measured.bad:
        sys.exit(PARTIAL)


def _by_language(answers: Sequence[Judged]) -> dict[str, list[Judged]]:
    names = dict.fromkeys(one.language for one in answers)
    return {name: [one for one in answers if one.language == name] for name in names}


def _measured(session: Session, file: str, detector: Detector) -> Measured:
    measured = Measured()
    with opened(file) as lines:
        for number, line in lines:
            try:
                measured.answers.append(_answer(read_labelled(line), detector, measured))
            except (UnreadableError, DetectorError) as error:
                measured.bad += 1
                session.warn(f"{'stdin' if file == STDIN else file} line {number}: {error}")
                if ends(session, error):
                    break
    say_outcomes(session, detector)
    return measured


@dataclass(frozen=True, slots=True)
class Labelled:
    """A labelled message of a file."""

    text: str
    language: str | None
    kind: Kind
    category: Category | None
    direct: bool


def read_labelled(line: bytes) -> Labelled:
    """Read a line of a labelled file. Raises UnreadableError where it is none."""
    item = read_object(line)
    written = read_file_message(msgspec.json.encode({"id": "0", **item}))
    kind, label = need(item, "kind", _kind), need(item, "label", _label)
    if (kind == "signal") != (label is not None):
        raise UnreadableError(f"kind is {kind}, and label {label or 'none'}: a signal has a category, all else none")
    note = take(item, "note", text, []) or ""
    return Labelled(written.text, written.language, kind, label, direct=not note.startswith("indirect"))


def _kind(value: object) -> Kind:
    for kind in KINDS:
        if value == kind:
            return kind
    raise ValueError(f"expected {', '.join(KINDS)}")


def _label(value: object) -> Category | None:
    if value == "none":
        return None
    for category in CATEGORIES:
        if value == category:
            return category
    raise ValueError(f"expected none, or one of {', '.join(CATEGORIES)}")


def _answer(labelled: Labelled, detector: Detector, measured: Measured) -> Judged:
    begun = process_time()
    found = detector.detect(labelled.text, labelled.language)
    measured.seconds += process_time() - begun
    measured.characters += len(labelled.text)
    given = found.hits[0].category if found.hits else None
    language = labelled.language or found.language or "unknown"
    return Judged(language, labelled.kind, labelled.category, given, labelled.direct)
