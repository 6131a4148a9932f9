"""Quotes that somebody else gives of a text: found again in it, whatever became of blanks and typography."""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from handlers.detection.characters import INVISIBLE

LEAST_LETTERS = 6
"""A shorter quote is found in nearly any text, and proves nothing."""

_APOSTROPHES = "\u2018\u2019\u201a\u201b\u02bc`\u00b4\u2032"
_QUOTATION_MARKS = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"
_ALIKE = str.maketrans(
    dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_QUOTATION_MARKS, '"') | dict.fromkeys(_DASHES, "-")
)
_MARKS = " \"'"
_AROUND = f"{_MARKS}."
"""What may stand around a quote that is none of its words."""


class _Sign(NamedTuple):
    """One character as it is compared, and where in the text stands what it came from."""

    character: str
    start: int
    end: int


class Quotable:
    """A text that quotes are looked for in; it is made comparable once."""

    def __init__(self, text: str) -> None:
        """Look in a text."""
        self._text = text
        self._signs = list(_signs(text))
        self._compared = _compared(self._signs)

    def find(self, quote: str) -> str | None:
        """Give the exact substring of the text that a quote is of; None where the text does not say it.

        Blanks and line breaks count as one blank, quotation marks, apostrophes and dashes of any kind as one kind,
        letters that are written in two ways as one; invisible characters do not count. Capitals do.
        """
        said = _compared(_signs(quote))
        for wanted in (said.strip(_MARKS), said.strip(_AROUND)):
            at = self._compared.find(wanted)
            if sum(map(str.isalnum, wanted)) >= LEAST_LETTERS and at >= 0:
                return self._text[self._signs[at].start : self._signs[at + len(wanted) - 1].end]
        return None


def visible(text: str) -> str:
    """Leave out what nobody sees: format and control characters (line breaks and tabs stay)."""
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in INVISIBLE)


def _compared(signs: Iterable[_Sign]) -> str:
    return "".join(sign.character for sign in signs)


def _signs(text: str) -> Iterator[_Sign]:
    blank: _Sign | None = None
    for start, end in _clusters(text):
        cluster = text[start:end]
        if cluster.isspace():
            blank = _Sign(" ", start if blank is None else blank.start, end)
            continue
        written = unicodedata.normalize("NFKC", visible(cluster).translate(_ALIKE))
        if blank is not None and written:
            yield blank
            blank = None
        yield from (_Sign(character, start, end) for character in written)
    if blank is not None:
        yield blank


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Part a text into characters, each with the accents that follow it."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not unicodedata.combining(text[at]):
            yield start, at
            start = at
