"""Which words of a plain text are the customer's own: no quoted or forwarded mail, no signature, no legal notice.

Where it is not sure it keeps the words: cut words of the customer's are a signal lost for good.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.detection.quoted import attribution, heads_a_mail, is_marker, is_quoted, quotes
from handlers.detection.signed import signed


@dataclass(frozen=True, slots=True)
class _Line:
    """A line without the space around it, and where that stands in the text."""

    begins: int
    ends: int
    words: str


def own_stretches(text: str) -> list[str]:
    """Give what of a plain text its author wrote, stretch by stretch."""
    return [text[span] for span in own_words(text)]


def own_words(text: str) -> tuple[slice, ...]:
    """Give the stretches of a plain text that its author wrote, in order; each is whole lines."""
    lines = _lines(text)
    if len(lines) == 1 and not lines[0].words.startswith(">"):
        return (slice(lines[0].begins, lines[0].ends),) if lines[0].words else ()
    unquoted = _unquoted([line.words for line in lines])
    ends = signed([lines[place].words for place in unquoted])
    kept = [place for count, place in enumerate(unquoted) if count not in ends]
    return tuple(slice(lines[first].begins, lines[last].ends) for first, last in _runs(lines, kept))


def _lines(text: str) -> list[_Line]:
    found, begins = [], 0
    for line in text.split("\n"):
        words = line.strip()
        first = begins + line.find(words)
        found.append(_Line(first, first + len(words), words))
        begins += len(line) + 1
    return found


def _unquoted(lines: Sequence[str]) -> list[int]:
    """Name the lines that quote nothing, down to where all is another mail."""
    kept: list[int] = []
    place = 0
    while place < len(lines):
        said = attribution(lines, place)
        if is_marker(lines[place]) or heads_a_mail(lines, place):
            break
        if said and not quotes(lines[place + said :]):
            break
        if not said and not is_quoted(lines, place):
            kept.append(place)
        place += max(said, 1)
    return kept


def _runs(lines: Sequence[_Line], kept: Sequence[int]) -> list[tuple[int, int]]:
    """Give the first and last lines of stretches that were kept, without blank lines around them."""
    runs: list[tuple[int, int]] = []
    for place in kept:
        if lines[place].words:
            joins = bool(runs) and not any(line.words for line in lines[runs[-1][1] + 1 : place])
            runs.append((runs.pop()[0], place) if joins else (place, place))
    return runs
