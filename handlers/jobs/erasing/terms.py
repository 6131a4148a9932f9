"""By which words somebody is known, and where a text says one of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from handlers.stores.tombstones import NOBODY_NAMED, Kind

SURE = 6
"""A word of so many letters names somebody wherever it is a whole value; a shorter one only where an id is named."""

FIRM = 5
"""A word of so many letters is looked for within texts, too."""

INSTEAD: dict[Kind, str] = {"account": "erased account", "company": "erased company", "person": NOBODY_NAMED}

_NAMES = re.compile(r"^(id|ids|also|key)$|owner|account|company|customer|organi[sz]ation", re.IGNORECASE)


@dataclass(frozen=True)
class Terms:
    """The words of somebody: `whole` values, and those that are looked for `within` texts as well."""

    kind: Kind
    whole: frozenset[str]
    within: frozenset[str] = frozenset()

    @property
    def instead(self) -> str:
        """Give what is written in their stead."""
        return INSTEAD[self.kind]

    @cached_property
    def _exact(self) -> frozenset[str]:
        return frozenset(map(self._folded, self.whole))

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        words = sorted((one for one in self.within if len(one) >= FIRM), key=len, reverse=True)
        flags = re.IGNORECASE if self.kind == "person" else re.NOFLAG
        return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, words))})(?![^\W_])", flags) if words else None

    def _folded(self, text: str) -> str:
        return " ".join(text.casefold().split()) if self.kind == "person" else text

    def is_one(self, value: str, member: str = "") -> bool:
        """Tell whether a whole value is one of the words; a short one where the member that has it names an id."""
        long_enough = len(value) >= SURE or self.kind == "person" or _NAMES.search(member) is not None
        return long_enough and self._folded(value) in self._exact

    def is_within(self, text: str) -> bool:
        """Tell whether a text says one of the words."""
        return self._pattern is not None and self._pattern.search(text) is not None

    def without(self, text: str) -> str:
        """Give a text with something else in their stead."""
        return text if self._pattern is None else self._pattern.sub(self.instead, text)

    def with_ids(self, ids: Iterable[str]) -> "Terms":
        """Add ids of what was theirs: records, conversations, parts of them."""
        return Terms(self.kind, self.whole | {one for one in ids if len(one) >= SURE}, self.within)
