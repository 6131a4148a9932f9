"""By which words somebody is known, and where a text says one of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from unicodedata import normalize

from handlers.stores.tombstones import ACCOUNT_GONE, NOBODY_NAMED, Kind, folded

SURE = 6
"""A word of so many letters names somebody wherever it is a whole value; a shorter one only where an id is named."""

FIRM = 5
"""A word of so many letters is looked for within texts, too."""

INSTEAD: dict[Kind, str] = {"account": ACCOUNT_GONE, "company": "erased company", "person": NOBODY_NAMED}

_NAMES = re.compile(r"^(id|ids|also|key)$|owner|account|company|customer|organi[sz]ation", re.IGNORECASE)


@dataclass(frozen=True)
class Terms:
    """The words of somebody: `whole` values, and those that are looked for `within` texts as well.

    `spared` are names of others that have one of the words in them: within these it names nobody.
    """

    kind: Kind
    whole: frozenset[str]
    within: frozenset[str] = frozenset()
    spared: frozenset[str] = frozenset()

    @property
    def instead(self) -> str:
        """Give what is written in their stead."""
        return INSTEAD[self.kind]

    @cached_property
    def _exact(self) -> frozenset[str]:
        return frozenset(map(self._folded, self.whole))

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        words = [one for one in self.within if len(one) >= FIRM]
        flags = re.IGNORECASE if self.kind == "person" else re.NOFLAG
        spared = f"(?P<{_SPARED}>{_any(self.spared)})|" if self.spared else ""
        return re.compile(spared + _any(words), flags) if words else None

    def _folded(self, text: str) -> str:
        return folded(text) if self.kind == "person" else normalize("NFC", text)

    def is_one(self, value: str, member: str = "") -> bool:
        """Tell whether a whole value is one of the words; a short one where the member that has it names an id."""
        long_enough = len(value) >= SURE or self.kind == "person" or _NAMES.search(member) is not None
        return long_enough and self._folded(value) in self._exact

    def is_within(self, text: str) -> bool:
        """Tell whether a text says one of the words."""
        return self._pattern is not None and any(not _is_spared(one) for one in self._pattern.finditer(text))

    def without(self, text: str) -> str:
        """Give a text with something else in their stead."""
        return text if self._pattern is None else self._pattern.sub(self._other, text)

    def _other(self, found: re.Match[str]) -> str:
        return found[0] if _is_spared(found) else self.instead

    def with_ids(self, ids: Iterable[str]) -> "Terms":
        """Add ids of what was theirs: records, conversations, parts of them."""
        return replace(self, whole=self.whole | {one for one in ids if len(one) >= SURE})


_SPARED = "spared"
_BEFORE, _AFTER = r"(?<![^\W_])", r"(?![^\W_]|[\u0300-\u036f])"
_BEFORE_MAIL, _AFTER_MAIL = r"(?<![\w.+%-])", r"(?![\w-]|\.\w)"
"""A mail address ends only where another one cannot go on: that of `x.anna@b.io` has not that of `anna@b.io` in it."""


def _is_spared(found: re.Match[str]) -> bool:
    return _SPARED in found.re.groupindex and found[_SPARED] is not None


def _any(words: Iterable[str]) -> str:
    """Give the pattern of words, the longest first."""
    return "|".join(map(_one, sorted(words, key=lambda one: (-len(one), one))))


def _one(word: str) -> str:
    """Give the pattern of a word: each accent composed or not, and any space between."""
    said = r"\s+".join("".join(map(_letter, part)) for part in normalize("NFC", word).split())
    before, after = (_BEFORE_MAIL, _AFTER_MAIL) if "@" in word else (_BEFORE, _AFTER)
    return f"{before}{said}{after}"


def _letter(letter: str) -> str:
    apart = normalize("NFD", letter)
    return re.escape(letter) if apart == letter else f"(?:{letter}|{apart})"
