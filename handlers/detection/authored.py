"""Which words of a plain text are the customer's own: no quoted or forwarded mail, no signature, no legal notice.

Where it is not sure it keeps the words: cut words of the customer's are a signal lost for good.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Line:
    """A line without the space around it, and where that stands in the text."""

    begins: int
    ends: int
    words: str


def own_stretches(text: str) -> list[str]:
    """Give what of a plain text its author wrote, stretch by stretch."""
    return [text[span] for span in own_spans(text)]


def own_spans(text: str) -> tuple[slice, ...]:
    """Give the stretches of a plain text that its author wrote, in order; each is whole lines."""
    lines = _lines(text)
    if len(lines) == 1 and not lines[0].words.startswith(">"):
        return (slice(lines[0].begins, lines[0].ends),) if lines[0].words else ()
    kept = _kept([line.words for line in lines])
    return tuple(slice(lines[first].begins, lines[last].ends) for first, last in _runs(lines, kept))


def _kept(lines: Sequence[str]) -> list[int]:
    """Name the lines that neither quote nor sign; what tells them is read for the first text of several lines."""
    from handlers.detection.quoted import unquoted  # noqa: PLC0415  as said: its patterns take 30 ms
    from handlers.detection.signed import signed  # noqa: PLC0415  as above

    own = unquoted(lines)
    ends = signed([lines[place] for place in own])
    return [place for count, place in enumerate(own) if count not in ends]


def _lines(text: str) -> list[_Line]:
    found, begins = [], 0
    for line in text.split("\n"):
        words = line.strip()
        first = begins + line.find(words)
        found.append(_Line(first, first + len(words), words))
        begins += len(line) + 1
    return found


def _runs(lines: Sequence[_Line], kept: Sequence[int]) -> list[tuple[int, int]]:
    """Give the first and last lines of stretches that were kept, without blank lines around them."""
    runs: list[tuple[int, int]] = []
    for place in kept:
        if lines[place].words:
            joins = bool(runs) and not any(line.words for line in lines[runs[-1][1] + 1 : place])
            runs.append((runs.pop()[0], place) if joins else (place, place))
    return runs
