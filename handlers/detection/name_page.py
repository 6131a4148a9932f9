"""A text as a page: its words, its language, and the places after which a name is expected."""

import re
from dataclasses import dataclass
from functools import cache

from config.name_lists import NameLists, name_lists
from handlers.detection import name_words
from handlers.detection.text_words import Word, german, words_of

_OF_A_VENDOR = re.compile(
    r"[^.!?\n]{0,60}\b(?:proposals?|quotes?|offers?|demos?|prices?|pricing|pitch|tender|devis|démo|offre|oferta|propuesta|"
    r"offerta|preventivo|proposta|orçamento)\b",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"(?:[cnlwvr]sk[iya]|cki|wicz|czyk|[eo]vic|enko|sson|opoulos|idis|escu|oglu|dottir|shvili|sdatter)\Z"
)


@dataclass(frozen=True, slots=True)
class Page:
    """A text, its words, and the places after which a name is expected."""

    text: str
    words: list[Word]
    german: bool
    greeted: frozenset[int]
    parted: frozenset[int]
    introduced: frozenset[int]
    presented: frozenset[int]
    names: NameLists

    @classmethod
    def of(cls, text: str) -> "Page":
        """Read a text."""
        words = words_of(text)
        kinds = ("GREETINGS", "FAREWELLS", "NAMINGS", "PRESENTINGS", "ROLES", "ADDRESSED")
        greeted, parted, named, presented, roles, addressed = (_ends(kind, text) for kind in kinds)
        introduced = named | roles | {at for at in addressed if not _OF_A_VENDOR.match(text, at)}
        return cls(text, words, german(words), greeted, parted, introduced, presented, name_lists())

    def sure(self, word: Word) -> bool:
        """Whether a word is a given name and hardly anything else."""
        return self._listed(word, self.names.sure) and not word.ordinary

    def only_a_name(self, word: Word) -> bool:
        """Whether a word is a given name even in small letters."""
        return self.sure(word) and self.names.only_large.isdisjoint(word.plain.split("-"))

    def family(self, word: Word) -> bool:
        """Whether a word is a family name, by the list or by its ending."""
        if word.ordinary or not (word.large or word.shouted):
            return False
        return self._listed(word, self.names.family) or (len(word.text) > 5 and _ENDING.search(word.plain) is not None)

    def word_too(self, word: Word) -> bool:
        """Whether a word is a given name as well as a word."""
        return word.plain in self.names.words_too

    def surname(self, word: Word, *, certain: bool) -> bool:
        """Whether a word may be a surname; for certain: whether a list has it."""
        listed = self.family(word) or self.word_too(word) or self.sure(word)
        return word.large and (listed if certain else listed or self.unknown(word))

    def possible(self, word: Word) -> bool:
        """Whether a word may be a name where one is expected."""
        return self.word_too(word) or not word.ordinary

    def unknown(self, word: Word) -> bool:
        """Whether a word is written like a name and is no word that one knows."""
        return word.large and len(word.text) > 1 and not word.ordinary

    def _listed(self, word: Word, names: frozenset[str]) -> bool:
        parts = word.plain.split("-")
        genitive = self.german and parts[-1].endswith("s") and word.large and parts[-1][:-1] in names
        return genitive or any(part in names for part in parts)

    def before(self, at: int) -> Word | None:
        """Give the word before one."""
        return self.words[at - 1] if at else None

    def after(self, at: int) -> Word | None:
        """Give the word after one."""
        return self.words[at + 1] if at + 1 < len(self.words) else None


@cache
def _cue(kind: str) -> re.Pattern[str]:
    after = r"[ \t]*[,.!:]*\s*(?:--?\s*)?" if kind == "FAREWELLS" else r",? " if kind != "PRESENTINGS" else " "
    flags = re.NOFLAG if kind == "ROLES" else re.IGNORECASE
    return re.compile(rf"(?<!\w)(?:{getattr(name_words, kind)})(?!\w){after}", flags)


def _ends(kind: str, text: str) -> frozenset[int]:
    return frozenset(found.end() for found in _cue(kind).finditer(text))
