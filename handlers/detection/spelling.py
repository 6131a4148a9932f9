"""How words are written for comparison: small letters, no accents, shortened forms written out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import combining, normalize

_LETTERS = r"\w[\w\u0300-\u036f]*"
_TOKEN = re.compile(
    rf"{_LETTERS}(?:['\u2019\u02bc`\u00b4]{_LETTERS})*|[%€$£]|[,;:()!?\u2026\u2013\u2014]+|-(?=\s)|\.{{2,}}"
)
_REMEMBERED = 4096
BITE = 3
"""Sentences without any word that begins with these letters of a pattern cannot match it, and are not tried."""
_APOSTROPHE = re.compile(r"['\u2019\u02bc`\u00b4]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it is compared, or a mark; and where it stands in the text; whether it begins with a capital."""

    word: str
    start: int
    end: int
    is_capital: bool = False

    @property
    def is_mark(self) -> bool:
        """Tell whether it is punctuation."""
        return not (self.word[0].isalnum() or self.word[0] in "%€$£")


class Spelling:
    """Shortened forms of a language: whole words, and endings behind an apostrophe, written out.

    Letters that are typed in two ways (kuendigen, kündigen) are compared in one.
    """

    def __init__(
        self, exact: Mapping[str, str], endings: Mapping[str, str], letters: Mapping[str, str] | None = None
    ) -> None:
        """Use what whole words stand for, what endings do, and how letters are compared."""
        self._exact, self._endings, self._letters = exact, endings, letters or {}
        self.words = lru_cache(maxsize=_REMEMBERED)(self._words)
        """Give the words that one written word stands for."""

    def _words(self, written: str) -> list[str]:
        return [self._one_way(word) for word in self._written_out(written)]

    def _one_way(self, word: str) -> str:
        for typed, compared in self._letters.items():
            word = word.replace(typed, compared)
        return word

    def _written_out(self, written: str) -> list[str]:
        plain = _APOSTROPHE.sub("'", folded(written))
        known = self._exact.get(plain)
        if known is not None:
            return known.split()
        if "'" not in plain:
            return [plain]
        for ending, full in self._endings.items():
            if plain.endswith(ending):
                return [*self.words(plain[: -len(ending)]), *full.split()]
        return [word for part in plain.split("'") for word in self._exact.get(part, part).split()]

    def tokens(self, text: str, begin: int, end: int) -> Iterator[Token]:
        """Give the words and marks of a stretch of text, in order."""
        for found in _TOKEN.finditer(text, begin, end):
            written = found.group()
            if written[0].isalnum() or written[0] == "_":
                for word in self.words(written):
                    yield Token(word, found.start(), found.end(), written[0].isupper())
            else:
                yield Token(written[0], found.start(), found.end())


@lru_cache(maxsize=_REMEMBERED)
def folded(word: str) -> str:
    """Write a word in small letters without accents."""
    if word.isascii():
        return word.lower()
    return "".join(letter for letter in normalize("NFKD", word.casefold()) if not combining(letter))
