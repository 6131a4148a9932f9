"""Takes somebody out of small JSON texts: what is theirs goes, what only names them says something else in its stead.

A customer's entry of a list, a member by their key, an object or a pair that one of its own members says to be theirs:
all of these go whole. Of a person only the words are replaced, so that what they did stays and nobody did it.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from handlers.jobs.erasing.terms import Terms


class _Gone:
    """Marks what is not there any more."""


GONE = _Gone()


@dataclass(frozen=True)
class Sifter:
    """Sifts texts by the words of somebody."""

    terms: Terms

    @property
    def _takes(self) -> bool:
        return self.terms.kind != "person"

    def text(self, text: str) -> str | None:
        """Sift a text, JSON or plain; None where all of it is theirs. What does not name them is given as it is."""
        try:
            read = msgspec.json.decode(text)
        except msgspec.DecodeError:
            return self.terms.without(text)
        sifted = self._value(read)
        if isinstance(sifted, _Gone):
            return None
        return text if sifted == read else msgspec.json.encode(sifted).decode()

    def names(self, text: str) -> bool:
        """Tell whether a text, JSON or plain, names them at all."""
        return self.text(text) != text

    def value(self, value: Any) -> Any:  # noqa: ANN401 - whatever JSON says
        """Replace the words in what JSON says; nothing is taken out of it."""
        return _Replacer(self.terms).value(value)

    def _value(self, value: Any, member: str = "") -> Any:  # noqa: ANN401 - as above
        if not self._takes:
            return self.value(value)
        if isinstance(value, dict):
            return self._object(value)
        if isinstance(value, list):
            return self._list(value, member)
        return self._leaf(value, member)

    def _leaf(self, value: Any, member: str) -> Any:  # noqa: ANN401 - as above
        said = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(said, str):
            return value
        if self.terms.is_one(said, member):
            return GONE
        return value if isinstance(value, int) else self.terms.without(said)

    def _object(self, value: dict[str, Any]) -> Any:  # noqa: ANN401 - as above
        kept = {}
        for name, one in value.items():
            if self._is_theirs(name):
                continue
            sifted = self._value(one, name)
            if isinstance(sifted, _Gone):
                if not isinstance(one, dict | list):
                    return GONE
                continue
            kept[name] = sifted
        return kept

    def _list(self, value: list[Any], member: str) -> Any:  # noqa: ANN401 - as above
        if any(isinstance(one, bool | int | float) for one in value) and any(isinstance(one, str) for one in value):
            return [self._place(one) for one in value]
        kept = []
        for one in value:
            if isinstance(one, str) and self._begins(one, member):
                continue
            sifted = self._pair(one) if isinstance(one, list) else self._value(one, member)
            if not isinstance(sifted, _Gone):
                kept.append(sifted)
        return kept

    def _place(self, value: Any) -> Any:  # noqa: ANN401 - as above
        """Sift a value of a list of figures and words, which has places: a score and whose it is, of an edge."""
        sifted = self._value(value, "id")
        return self.terms.instead if isinstance(sifted, _Gone) else sifted

    def _begins(self, said: str, member: str) -> bool:
        """Tell whether an entry of a list is theirs: an id of theirs, alone or with more behind it, such as a month."""
        head = said.partition("_")[0]
        return self.terms.is_one(said, member) or (head != said and self.terms.is_one(head, member))

    def _pair(self, value: list[Any]) -> Any:  # noqa: ANN401 - as above
        """Sift a list within a list: it has places, so it goes whole, or keeps all of them."""
        if any(isinstance(one, str) and self.terms.is_one(one, "id") for one in value):
            return GONE
        kept = [self._pair(one) if isinstance(one, list) else self._value(one) for one in value]
        return GONE if any(isinstance(one, _Gone) for one in kept) else kept

    def _is_theirs(self, said: str) -> bool:
        return self.terms.is_one(said, "id") or self.terms.is_within(said)


@dataclass(frozen=True)
class _Replacer:
    terms: Terms

    def value(self, value: Any) -> Any:  # noqa: ANN401 - as above
        if isinstance(value, str):
            return self.terms.instead if self.terms.is_one(value) else self.terms.without(value)
        if isinstance(value, list):
            return [self.value(one) for one in value]
        if isinstance(value, dict):
            return {self.value(name): self.value(one) for name, one in value.items()}
        return value
