"""A text as sentences of comparable words, each with its place in the text."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from handlers.detection.spelling import BITE, Spelling, Token

_END = re.compile(r"[.!?\u2026]+[\"'\u201d\u2019\u00bb)\]]*(?=\s|$)|\n\s*\n|\n(?=\s*[-*•>\d(\[A-ZÀ-Ý¿¡])|(?<=[:;,])\n")
_DAY = re.compile(r"(?:\d{1,2}\.)?\d{1,2}")
NUMBER = "<num>"
"""Among abbreviations it says that a full stop behind a short number (31. März) ends no sentence."""
_LONGEST = 120
"""A sentence of more words is cut: no pattern looks further, and a text without a stop costs no more."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: its tokens, its words as one line (a blank before each), how they begin, whether it asks."""

    tokens: tuple[Token, ...]
    asks: bool
    line: str = field(init=False)
    starts: tuple[int, ...] = field(init=False)
    bites: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Write the words in one line, note where each begins, and its first letters."""
        starts, at = [], 1
        for token in self.tokens:
            starts.append(at)
            at += len(token.word) + 1
        object.__setattr__(self, "line", " " + "".join(f"{token.word} " for token in self.tokens))
        object.__setattr__(self, "starts", tuple(starts))
        object.__setattr__(self, "bites", frozenset(token.word[:BITE] for token in self.tokens))

    def index(self, at: int) -> int:
        """Give the token that stands at a place of the line."""
        return max(bisect_right(self.starts, at) - 1, 0)

    def clause(self, first: int, last: int, breaks: frozenset[str]) -> tuple[int, int]:
        """Give the clause around some tokens, as a range of tokens: from mark to mark, or to a word that parts."""
        begin, end = first, last + 1
        while begin > 0 and not self._parts(begin - 1, breaks):
            begin -= 1
        while end < len(self.tokens) and not self._parts(end, breaks):
            end += 1
        return begin, end

    def _parts(self, index: int, breaks: frozenset[str]) -> bool:
        token = self.tokens[index]
        return token.is_mark or token.word in breaks

    def part(self, begin: int, end: int) -> str:
        """Give a range of tokens as a line."""
        return " " + "".join(f"{token.word} " for token in self.tokens[begin:end])


def sentences(
    text: str, spans: Iterable[slice], spelling: Spelling, abbreviations: frozenset[str]
) -> Iterator[Sentence]:
    """Give the sentences of some stretches of a text."""
    for span in spans:
        begin, stop = span.start, span.stop
        for found in _END.finditer(text, begin, stop):
            if _is_short(text, begin, found, abbreviations):
                continue
            yield from _cut(list(spelling.tokens(text, begin, found.start())), asks="?" in found.group())
            begin = found.end()
        yield from _cut(list(spelling.tokens(text, begin, stop)), asks=False)


def _is_short(text: str, begin: int, found: re.Match[str], abbreviations: frozenset[str]) -> bool:
    """Tell whether a full stop ends an abbreviation, not a sentence."""
    if found.group() != ".":
        return False
    word = re.split(r"[\s(]", text[begin : found.start()])[-1].lower()
    if _DAY.fullmatch(word):
        return NUMBER in abbreviations
    return word in abbreviations or (len(word) == 1 and word.isalpha() and word != "i")


def _cut(tokens: Sequence[Token], *, asks: bool) -> Iterator[Sentence]:
    asks = asks or any(token.word == "?" for token in tokens[-2:])
    for start in range(0, len(tokens), _LONGEST):
        yield Sentence(tuple(tokens[start : start + _LONGEST]), asks)
