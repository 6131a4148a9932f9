"""The characters of a text: one spelling for each, no invisible ones, one line."""

import unicodedata

INVISIBLE = frozenset({"Cf", "Cc", "Cs", "Co", "Cn"})
"""Unicode's categories of characters that nobody sees."""

_FILLERS = dict.fromkeys(map(ord, "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800"), None)
_LONGEST_SPELLING = 4
"""A sign that stands for a whole phrase stays a sign."""

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-")
_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u201a\u02bc\u00b4`"), "'")
_MARKS = _DASHES | _APOSTROPHES
ELLIPSIS = "…"


def plain_characters(text: str) -> str:
    """Spell each character in one way, and leave out those that nobody sees.

    Digits of any script become 0 to 9, full-width letters become narrow ones, dashes become hyphens.
    """
    if text.isascii() and text.isprintable():
        return text
    seen = unicodedata.normalize("NFC", "".join(map(_seen, text)))
    return unicodedata.normalize("NFC", "".join(map(_spelt, seen)))


def one_line(text: str) -> str:
    """Put a text on one line, with one space between two words."""
    return " ".join(text.split())


def shortened(text: str, longest: int) -> str:
    """Cut a text after a word, with an ellipsis, where it is longer than may be."""
    if len(text) <= longest:
        return text
    room = text[:longest]
    kept = room[:-1].rpartition(" ")[0].rstrip(" ,;:-" + ELLIPSIS)
    return kept + ELLIPSIS


def _seen(character: str) -> str:
    if character in "\n\t\r\x0b\x0c\x85":
        return character
    return "" if unicodedata.category(character) in INVISIBLE else character.translate(_FILLERS)


def _spelt(character: str) -> str:
    if character.isascii() or character == ELLIPSIS:
        return character
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    spelt = unicodedata.normalize("NFKC", character)
    return spelt.translate(_MARKS) if len(spelt) <= _LONGEST_SPELLING else character
