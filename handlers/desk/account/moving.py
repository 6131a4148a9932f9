"""What moved a score, as steps from one total to another, each with its drivers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from handlers.desk.account.standings import Standings
from handlers.desk.words import change, month, month_name
from handlers.pages.svg import dot, hidden, line, rect
from handlers.words.changes import has_moved, lead, listing, made, moved, parts_said, sum_of, unmoved
from handlers.words.figures import points
from scoring.movement import Movement, Part
from scoring.record import Record

_NAMES = ("Learned late", "Time passing", "News", "Model change")
_HIGH = 22
_ROOM = 0.08
_LEAST = 10.0
"""So many points at least does the picture span, so that a tenth of a point does not look like a fall."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row: a total, or a part with its points, what it is, its drivers in words; and its picture."""

    name: str
    figure: str
    points: float | None
    said: str
    drivers: Sequence[tuple[float, str]]
    picture: Markup


@dataclass(frozen=True, slots=True)
class Moving:
    """What moved a score: a heading, a sentence or two, steps, and their sum as one line; steps may be none."""

    heading: str
    said: Sequence[str]
    steps: Sequence[Step] = ()
    sum: str = ""
    drivers: Sequence[tuple[float, str]] = ()


def moving_of(standings: Standings) -> Moving:
    """Say what moved to the standing that is shown."""
    shown, movement = standings.shown, standings.movement
    previous, score = shown.previous, shown.score
    if previous is None:
        return Moving("What moved", moved(score, None, None))
    heading = f"What moved since {month(previous.period)}"
    if shown.kind == "record":
        said = _of_record(shown.record)
        return Moving(heading, said, drivers=listing(standings.recorded_drivers, score))
    if movement is None:
        return Moving(heading, [" ".join(moved(score, None, previous)[1:]).replace("  ", " ").strip()])
    if not has_moved(movement):
        return Moving(heading, [unmoved(score, movement, previous)], sum=sum_of(movement, movement.parts))
    said = [f"Since the last record ({made(previous)}).", lead(score, movement, previous.score)]
    steps = list(_steps(movement, previous, shown.record))
    return Moving(heading, said, steps, sum_of(movement, movement.parts))


def _of_record(record: Record) -> list[str]:
    """Say what a record says itself of how it moved."""
    moved_ = record.moved
    if moved_ is None:
        return ["The record does not say from what it moved."]
    first = f"From {_score(moved_.score)} ({moved_.tier}) in {moved_.period} to {_score(record.score.final_score)}."
    rest = " What moved it most, as the record says; the four parts are told of what is known now."
    return [first + (rest if moved_.drivers else "")]


def _score(value: float | None) -> str:
    return "no score" if value is None else points(value)


def _steps(movement: Movement, previous: Record, record: Record) -> Iterator[Step]:
    scale = _Scale(movement)
    yield _total(month_name(previous.period), movement.before, previous.score.tier, scale)
    at = movement.before
    said = parts_said(movement, previous.score, record.score)
    for name, (part, words) in zip(_NAMES, said, strict=True):
        yield Step(
            name,
            change(part.points),
            part.points,
            words,
            listing(part.drivers, record.score),
            _bar(at, part, scale),
        )
        at += part.points
    yield _total(month_name(record.period), movement.now, record.score.tier, scale)


class _Scale:
    """Places points between the lowest and the highest total on the way."""

    def __init__(self, movement: Movement) -> None:
        """Span all totals on the way, with room beside them."""
        totals = [movement.before]
        for part in movement.parts:
            totals.append(totals[-1] + part.points)
        middle, width = (min(totals) + max(totals)) / 2, max(max(totals) - min(totals), _LEAST)
        self._start, self._width = middle - width / 2, width

    def place(self, value: float) -> float:
        """Give the share of the width."""
        return _ROOM + (1 - 2 * _ROOM) * (value - self._start) / self._width


def _total(name: str, value: float, tier: str | None, scale: _Scale) -> Step:
    middle = scale.place(value)
    drawn = hidden(line(0, 1, _HIGH / 2, _HIGH / 2, "rail"), dot(middle, _HIGH / 2, 5.5, "total"), height=_HIGH)
    return Step(name, points(value), None, tier or "", (), drawn)


def _bar(start: float, part: Part, scale: _Scale) -> Markup:
    """Draw a part from the total before it to the one after it; nothing moved is a tick."""
    first, last = sorted((scale.place(start), scale.place(start + part.points)))
    way = "gain" if part.points > 0 else "loss"
    drawn = rect(first, last, 4, _HIGH - 8, f"part {way}") if part.points else line(first, first, 3, _HIGH - 3, "tick")
    return hidden(line(0, 1, _HIGH / 2, _HIGH / 2, "rail"), drawn, height=_HIGH)
