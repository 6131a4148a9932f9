"""Words by which persons are told from things in a text: lists beside this file, one language or all in one."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_COMMENT = re.compile("^#.*", re.MULTILINE)
FOLDER = Path(__file__).with_name("names")


@dataclass(frozen=True, slots=True)
class NameLists:
    """Names, small and without accents, and words that a capital does not make a name."""

    sure: frozenset[str]
    """Hardly ever anything but a name: Jana."""

    only_large: frozenset[str]
    """Those of them that are words where they have no capital: rosa."""

    words_too: frozenset[str]
    """Names and words: Will, Rose, Mark."""

    family: frozenset[str]
    """Family names that are no words."""

    ordinary: frozenset[str]
    """Words that may open a sentence."""

    things: frozenset[str]
    """Products, brands, places, words of the trade."""


@cache
def name_lists() -> NameLists:
    """Read the lists when the first text is looked at, and once a process."""
    files = ("given", "only_large", "given_and_words", "family", "ordinary", "things")
    return NameLists(*map(_words, files))


def _words(file: str) -> frozenset[str]:
    text = (FOLDER / f"{file}.txt").read_text(encoding="utf-8")
    return frozenset(_COMMENT.sub("", text).split())
