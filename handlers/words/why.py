"""Why an account has its score, as a CRM and a table have room for: a few lines, made from its record alone."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from handlers.words.brief import month
from handlers.words.caps import cap_said
from handlers.words.changes import FIRST, Stood, led, nothing_moved, total, unexplained
from handlers.words.figures import percent
from handlers.words.flags import sentences
from handlers.words.layout import Passage
from handlers.words.parts import missing_said, missing_share, parts_of
from handlers.words.peers import losing, lost_in_all
from scoring.model import Model
from scoring.record import Moved, Record
from scoring.rounding import difference

MOST_LINES = 6
LONGEST = 32_000
"""The field of Salesforce holds 32,768 characters. Lines that do not fit are left out whole."""
_SIGNALS = 3
"""So many signals are told with a cap; more are counted."""


def why(record: Record, model: Model | None) -> str:
    """Say in at most six lines why an account has its score, in the words of `explain`.

    What moved since the record before, the cap and the signals behind it, what costs most, what is missing.
    Of a record whose `model` is not known any more, only what moved is said. What people wrote of a signal
    stays out: the signal itself has it.
    """
    lines = [*_moved(record), *(() if model is None else _standing(record, model))]
    return "\n".join(fitting(lines[:MOST_LINES], LONGEST))


def fitting(lines: Iterable[str], longest: int) -> Iterator[str]:
    """Give the lines that fit into so many characters, up to the first that does not."""
    left = longest + 1
    for line in lines:
        left -= len(line) + 1
        if left < 0:
            return
        yield line


def _moved(record: Record) -> Iterator[str]:
    moved, score = record.moved, record.score
    if moved is None:
        yield FIRST
    elif moved.score == score.final_score is not None and not moved.drivers:
        yield nothing_moved(score, score.final_score, month(moved.period))
    else:
        change = _change(moved, record)
        yield f"Since {month(moved.period)}: {change[:1].lower()}{change[1:]}"


def _change(moved: Moved, record: Record) -> str:
    then, change = Stood(moved.score, moved.tier), difference(moved.score, record.score.final_score)
    if not moved.drivers or change is None:
        return unexplained(then, record.score)
    rest = difference(total(moved.drivers), change)
    return led(then, record.score, moved.drivers, rest)


def _standing(record: Record, model: Model) -> Iterator[str]:
    score, measured = record.score, record.measurements
    if score.final_score is None:
        yield f"No score: nothing that counts is known (coverage {percent(score.coverage_pct)})."
    if "signals_unknown" in score.flags:
        yield from sentences(["signals_unknown"], measured, model)
    untold = replace(measured, signals=tuple(replace(signal, detail=None) for signal in measured.signals))
    yield from map(_line, cap_said(score, untold, model))
    parts = parts_of(score, model)
    lost = losing(score, parts)
    if score.quantitative_score is not None and lost:
        yield f"{lost_in_all(score, score.quantitative_score)}. {lost}"
    missing = missing_said(score, parts)
    if missing is not None:
        yield f"What is missing: {missing_share(score, parts)} {'; '.join(missing.points)}."


def _line(passage: Passage) -> str:
    """Put a passage on one line, with its first signals."""
    told = passage.points[:_SIGNALS]
    more = len(passage.points) - len(told)
    signals = "; ".join([*told, *([f"and {more} more"] if more else [])])
    return f"{passage.text} {signals}".strip()
