r"""Patterns over words: how phrases of a file are matched against a sentence.

A pattern is words with blanks between them. In a pattern

- `cancel*` is every word that begins so; `contract|plan` is either; `(put up with|stand)` is either of some words;
- a `?` behind makes it optional: `the?`, `(at all)?`;
- `{we}` is a class of words of the file;
- `!app` and `!(app|chat)` say that the next word is none of these;
- `..` is up to three words between, `..6` up to six, none of them beyond a comma; `...6` goes beyond commas;
- `<num>` is a number, `<year>` one of four digits, `<Name>` a word with a capital (not I), `^` is where the sentence
  begins, `$` where it ends.

Capitals, accents and shortened forms (won't) are written as texts are.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from handlers.detection.spelling import BITE, Spelling

_WORD = r"[^\s,;:()!?\u2026\u2013\u2014-]+ "
_ANY = r"\S+ "
_GAP = re.compile(r"(\.{2,3})(\d*)")
_NAME = r"((?!i )[^\W\d]\S* )"
_FIXED = {
    "<Name>": _NAME,
    "<num>": r"\d\S* ",
    "<year>": r"(?:19|20)\d\d ",
    "^": r"(?<![\s\S]{2})",
    "$": r"(?=[^\w%€$£\s]? ?$)",
}
_SIGNS = frozenset("(){}|*?<>^\\")


class PatternError(ValueError):
    """A pattern that cannot be read; says which and why."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a pattern: its regular expression, and how the words begin of which a match has one.

    `bites` is None where it asks for no word in particular; `weight` is how telling they are; of each of `also` it has
    one as well.
    """

    regex: str
    bites: frozenset[str] | None = None
    weight: int = 0
    also: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, slots=True)
class Language:
    """What patterns of one language are read by: its spelling, its classes of words, what no `<Name>` is."""

    spelling: Spelling
    classes: Mapping[str, str]
    no_names: frozenset[str] = frozenset()
    _read: dict[str, Piece] = field(default_factory=dict)
    _words: dict[str, Piece] = field(default_factory=dict)

    def sequence(self, pattern: str, within: tuple[str, ...] = ()) -> Piece:
        """Read a pattern.

        Raises PatternError where it cannot be read.
        """
        pieces = [self._element(one, within) for one in _split(pattern, " ")]
        asked = [piece for piece in pieces if piece.bites is not None]
        best = max(asked, key=lambda piece: piece.weight, default=Piece(""))
        also = tuple(piece.bites for piece in asked if piece is not best and piece.bites is not None)
        return Piece("".join(piece.regex for piece in pieces), best.bites, best.weight, also)

    def parted(self, pattern: str, within: tuple[str, ...] = ()) -> Iterator[str]:
        """Give the alternatives of a pattern that is nothing but these, each by itself: fewer are tried so."""
        atoms = _split(pattern, "|") if len(_split(pattern, " ")) == 1 else []
        for atom in atoms:
            name = atom[1:-1]
            if atom.startswith("(") and atom.endswith(")"):
                inner = _split(name, "|")
            elif atom.startswith("{") and name in self.classes and name not in within:
                inner = _split(self.classes[name], "|")
                within = (*within, name)
            else:
                yield atom
                continue
            for one in inner:
                yield from self.parted(one, within)
        if not atoms:
            yield pattern

    def either(self, patterns: Sequence[str], within: tuple[str, ...] = ()) -> Piece:
        """Read some patterns, of which one is enough."""
        pieces = [self.sequence(one, within) for one in patterns]
        bites = [piece.bites for piece in pieces]
        told = [one for one in bites if one is not None]
        every = frozenset[str]().union(*told) if len(told) == len(bites) else None
        weight = min((piece.weight for piece in pieces), default=0)
        return Piece(f"(?:{'|'.join(piece.regex for piece in pieces)})", every, weight)

    def _element(self, written: str, within: tuple[str, ...]) -> Piece:
        if written.isalpha():
            return self._word(written)
        body = written.removesuffix("?") if len(written) > 1 else written
        atoms = [self._atom(one, within) for one in _split(body, "|")]
        if body != written:
            return Piece(f"(?:{'|'.join(one.regex for one in atoms)})?")
        if len(atoms) == 1:
            return atoms[0]
        told = [one.bites for one in atoms if one.bites is not None]
        every = frozenset[str]().union(*told) if len(told) == len(atoms) else None
        return Piece(f"(?:{'|'.join(one.regex for one in atoms)})", every, min(one.weight for one in atoms))

    def _atom(self, written: str, within: tuple[str, ...]) -> Piece:
        gap = _GAP.fullmatch(written)
        if gap is not None:
            between = _WORD if len(gap[1]) == 2 else _ANY
            return Piece(f"(?:{between}){{0,{gap[2] or 3}}}?")
        if written in _FIXED:
            return Piece(_FIXED[written])
        if written.startswith("!"):
            return Piece(f"(?!{self._atom(written[1:], within).regex})")
        if written.startswith("(") and written.endswith(")"):
            return self.either(_split(written[1:-1], "|"), within)
        if written.startswith("{") and written.endswith("}"):
            return self._class(written[1:-1], within)
        return self._word(written)

    def _class(self, name: str, within: tuple[str, ...]) -> Piece:
        if name not in self.classes:
            raise PatternError(f"no class of words is called {name!r}")
        if name in within:
            raise PatternError(f"class {name!r} is within itself")
        if name not in self._read:
            self._read[name] = self.either(_split(self.classes[name], "|"), (*within, name))
        return self._read[name]

    def _word(self, written: str) -> Piece:
        if written not in self._words:
            self._words[written] = self._read_word(written)
        return self._words[written]

    def _read_word(self, written: str) -> Piece:
        star = written.endswith("*")
        words = [word for part in written.removesuffix("*").split("-") for word in self.spelling.words(part)]
        if not words or not _SIGNS.isdisjoint(written.removesuffix("*")):
            raise PatternError(f"{written!r} cannot be read")
        *first, last = [re.escape(word) for word in words]
        regex = "".join(f"{word} " for word in first) + last + (r"\S* " if star else " ")
        longest = max(words[:-1] or words, key=len)
        is_open = star and len(words) == 1 and len(longest) < BITE
        return Piece(regex, None if is_open else frozenset({longest[:BITE]}), len(longest))


def _split(text: str, at: str) -> list[str]:
    """Split a text where no bracket is open; white space counts as one blank.

    Raises PatternError where brackets do not fit.
    """
    if "(" not in text and "{" not in text and ")" not in text and "}" not in text:
        return [part for one in text.split(None if at == " " else at) if (part := one.strip())]
    depth, parts, part = 0, list[str](), ""
    for letter in " ".join(text.split()):
        depth += (letter in "({") - (letter in ")}")
        if letter == at and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += letter
        if depth < 0:
            break
    if depth:
        raise PatternError(f"brackets of {text!r} do not fit")
    return [one.strip() for one in [*parts, part] if one.strip()]


class Pattern:
    """One pattern of a language, compiled when a sentence may match it for the first time."""

    def __init__(self, piece: Piece) -> None:
        """Use a pattern that was read."""
        self.bites = piece.bites
        self._also = piece.also
        self._regex = piece.regex

    def has_its_words(self, bites: frozenset[str]) -> bool:
        """Tell whether a sentence whose words begin so, one of `bites` among them, may match it."""
        return not any(map(bites.isdisjoint, self._also))

    @cached_property
    def search(self) -> Callable[[str], re.Match[str] | None]:
        """Find its first match in a line."""
        return self._compiled.search

    @cached_property
    def matches(self) -> Callable[[str], Iterator[re.Match[str]]]:
        """Find its matches in a line, in order."""
        return self._compiled.finditer

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(f"(?<= ){self._regex}")


class Patterns:
    """Some patterns of a language; one that matches is enough."""

    def __init__(self, language: Language, written: Iterable[str]) -> None:
        """Read the patterns.

        Raises PatternError where one cannot be read.
        """
        self.each = tuple(Pattern(language.sequence(one)) for one in written)

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return bool(self.each)

    def is_in(self, line: str, bites: frozenset[str]) -> bool:
        """Tell whether one of them is in a line; `bites` are how its words begin, perhaps those of more words."""
        return any(
            (one.bites is None or not one.bites.isdisjoint(bites))
            and one.has_its_words(bites)
            and one.search(line) is not None
            for one in self.each
        )
