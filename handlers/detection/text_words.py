"""The words of a text, each with what stands before it and whether it is written like a name."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from config.name_lists import name_lists
from handlers.detection.name_words import GERMAN

_WORD = re.compile(
    r"(?:sig|dott|prof|gent|egr|avv|ill)\.(?:ra|ssa|ma|mo|na)(?!\w)|[^\W\d_]+(?:-[^\W\d_]+)*", re.IGNORECASE
)
_MARKS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "\u0131": "i", "ð": "d"})
_OPENING = re.compile(r"[.!?…:;\n\r\"“„«»(\[*•>]|(?:^|\s)-\s")
_INNER = re.compile(r"(?:Mc|Mac|De|Di|Le|La|Van|Fitz)[A-Z][^\W\d_]+\Z")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, where it stands, its plain spelling, and what separates it from the word before."""

    text: str
    start: int
    end: int
    gap: str
    opens: bool
    plain: str
    """Small letters without accents."""

    large: bool
    """Whether it is written as a name is: a capital, then small letters."""

    @property
    def shouted(self) -> bool:
        """Whether it is all capitals, and too long for an abbreviation."""
        return len(self.text) > 3 and self.text.isupper()

    @property
    def initial(self) -> bool:
        """Whether it is one capital."""
        return len(self.text) == 1 and self.text.isupper()

    @property
    def ordinary(self) -> bool:
        """Whether it is a word or a thing that is written large without being a person; accents count: März, Marco."""
        small = self.text.lower()
        return small in _ordinary() or ("-" in small and not _ordinary().isdisjoint(small.split("-")))


def unaccented(text: str) -> str:
    """Spell a word in small letters without accents."""
    if text.isascii():
        return text.lower().replace(".", "")
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold().translate(_MARKS)


def words_of(text: str) -> list[Word]:
    """List the words of a text in order."""
    found = list(_WORD.finditer(text))
    gaps = [text[: found[0].start()], *(text[a.end() : b.start()] for a, b in pairwise(found))] if found else []
    return [_word(match, gap, at) for at, (match, gap) in enumerate(zip(found, gaps, strict=True))]


def german(words: list[Word]) -> bool:
    """Whether a text is German, where every noun has a capital."""
    return sum(word.text.lower() in GERMAN for word in words) * 6 >= len(words)


def _word(match: re.Match[str], gap: str, at: int) -> Word:
    text = match.group()
    opens = at == 0 or (gap != " " and _OPENING.search(gap) is not None)
    large = text[0].isupper() and all(map(_like_a_name, text.split("-")))
    return Word(text, match.start(), match.end(), gap, opens, unaccented(text), large)


def _like_a_name(part: str) -> bool:
    return part[0].isupper() and (part[1:].islower() or _INNER.match(part) is not None)


@cache
def _ordinary() -> frozenset[str]:
    return name_lists().ordinary | name_lists().things
