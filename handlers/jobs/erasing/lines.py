"""The small texts of a store without somebody: cursors, journals, runs, the history of accounts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

import msgspec

from handlers.jobs.drafts import Draft
from handlers.jobs.erasing.inventory import Place, place_of_line
from handlers.jobs.erasing.receipt import Found
from handlers.jobs.erasing.sifting import Sifter
from handlers.jobs.erasing.targets import Target
from handlers.jobs.erasing.terms import Terms
from handlers.jobs.listed_digests import without_owners
from handlers.stores.erasable import Line
from handlers.stores.protocol import Store

_KEPT, _FATES = "desk/drafts/kept/", "desk/drafts/fate/"
_OF = ("subject", "of")
"""Members of the audit and of the log of deeds that say to what something was done."""

_FREE = ("before", "after", "reason")
"""Members that people wrote, or that repeat what something was."""


def erase_lines(store: Store, target: Target, terms: Terms, found: Found, *, write: bool) -> None:
    """Rewrite every line that names them, or take it away; one that was changed meanwhile is named."""
    _Lines(store, target, terms).erase(found, write=write)


@dataclass(frozen=True)
class _Lines:
    """The lines of a store, and by which words somebody is looked for in them."""

    store: Store
    target: Target
    terms: Terms

    @property
    def _sifter(self) -> Sifter:
        return Sifter(self.terms)

    def erase(self, found: Found, *, write: bool) -> None:
        for line in list(self._ordered()):
            after = self._after(line)
            if after == line:
                continue
            place = place_of_line(f"{line.place}/{line.name}")
            found.add(place.name)
            if write and not self.store.erasing.rewrite_line(line, after):
                found.stay(place.name, "it was written meanwhile: run the same again")

    def _ordered(self) -> Iterator[Line]:
        """List what is to be looked at; what names a draft by its content before the draft itself."""
        own = f"{self.target.id}/"
        lines = [one for one in self.store.erasing.lines() if not (one.place == "history" and one.name.startswith(own))]
        yield from sorted(lines, key=lambda one: one.name.startswith(_KEPT))

    def _after(self, line: Line) -> Line | None:
        """Give a line without them; None where it goes."""
        place = place_of_line(f"{line.place}/{line.name}")
        if place.name == "listings":
            return replace(line, text=without_owners(line.name, line.text, self.target.owners))
        named, text = self._is_named(line.name), self._sifter.text(line.text)
        if self.target.kind == "person":
            return self._without_person(line, place, text or line.text)
        if place.deed == "emptied":
            return self._emptied(line, text, named=named)
        if named or text is None:
            return None
        return line if text == line.text else replace(line, text=text)

    def _is_named(self, name: str) -> bool:
        pieces = [unquote(one) for one in name.split("/")]
        return any(self.terms.is_one(one) or self.terms.is_within(one) for one in pieces)

    def _without_person(self, line: Line, place: Place, text: str) -> Line | None:
        if place.name == "saved views" and text != line.text:
            return None
        by = self.terms.instead if self.terms.is_one(line.by) else self.terms.without(line.by)
        name = self._renamed(line.name) if line.place == "cursor" else line.name
        return replace(line, name=self._draft_name(name, text), text=text, by=by)

    def _draft_name(self, name: str, text: str) -> str:
        """Name a draft, and what became of one, by what it says now: by whom, too."""
        if name.startswith(_KEPT):
            return f"{_KEPT}{msgspec.json.decode(text, type=Draft).hash}"
        if not name.startswith(_FATES):
            return name
        kept = self.store.cursor(f"{_KEPT}{name.removeprefix(_FATES)}")
        said = None if kept is None else self._sifter.text(kept)
        return name if said is None else f"{_FATES}{msgspec.json.decode(said, type=Draft).hash}"

    def _renamed(self, name: str) -> str:
        pieces = [(one, unquote(one)) for one in name.split("/")]
        return "/".join(self._piece(one, said) for one, said in pieces)

    def _piece(self, piece: str, said: str) -> str:
        if self.terms.is_one(said):
            return quote(self.terms.instead, safe="")
        return quote(self.terms.without(said), safe="") if self.terms.is_within(said) else piece

    def _emptied(self, line: Line, text: str | None, *, named: bool) -> Line:
        """Keep that something was done, when and by whom; and not to whom, nor what was said of them."""
        if text == line.text and not named:
            return line
        said = msgspec.json.decode(line.text, type=dict[str, str])
        emptied = {name: "" if name in _FREE else self._of(name, value) for name, value in said.items()}
        name = self._renamed(line.name) if line.place == "cursor" else line.name
        return replace(line, name=name, text=msgspec.json.encode(emptied).decode())

    def _of(self, name: str, value: str) -> str:
        is_theirs = name in _OF and self.terms.is_one(value, "id")
        return self.terms.instead if is_theirs else self.terms.without(value)
