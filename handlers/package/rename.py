"""Files with other names of fields, objects and relationships: whole words, each by what it stands for."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element

from handlers.metadata.reading import tag
from handlers.package.apex import of_surroundings, of_variable
from handlers.package.contexts import alone, roots_of
from handlers.package.errors import PackageError
from handlers.package.markup import read, rewritten
from handlers.package.renames import Renames

_PATH = re.compile(r"\$?[A-Za-z]\w*(?:[.$][A-Za-z]\w*)*")
_WORD = re.compile(r"\w+")
_PROSE = frozenset({"label", "masterLabel", "description", "inlineHelpText", "helpText", "errorMessage", "pluralLabel"})
_APEX = frozenset({".cls", ".trigger", ".apex"})
_MERGED = frozenset({".page", ".component", ".email"})
"""Files whose fields stand behind their objects: `{!Opportunity.Renewal_Terms__c}`."""
_Whose = Callable[[str, int], str | None]
"""Gives the object of a path's first word, or of a word that stands alone (then the word is empty)."""


def renamed_text(path: PurePosixPath, text: str, renames: Renames) -> str:
    """Give a file's text under the new names. Raises PackageError where a word could mean two things."""
    if not renames.touches(text):
        return text
    if path.suffix in _APEX:
        return _changed(path, text, renames, partial(_in_apex, text))
    if path.suffix in _MERGED:
        return _changed(path, text, renames, lambda *_: None)
    if path.suffix != ".xml":
        return _words(text, renames.words)
    markup = read(text)
    roots, owner = roots_of(markup, renames.schema), alone(path, markup, renames.schema)

    def change(piece: str, element: Element) -> str:
        if tag(element) in _PROSE:
            return _words(piece, renames.words)
        if tag(element) == "relationshipName":
            return _words(piece, renames.relationships)
        return _changed(path, piece, renames, lambda word, _: owner(element) if not word else roots.get(word))

    return rewritten(text, markup, change)


def _words(text: str, new: Mapping[str, str]) -> str:
    return _WORD.sub(lambda word: new.get(word[0], word[0]), text)


def _in_apex(text: str, word: str, at: int) -> str | None:
    return of_variable(text, at, word) if word else of_surroundings(text, at)


def _changed(path: PurePosixPath, text: str, renames: Renames, whose: _Whose) -> str:
    def change(found: re.Match[str]) -> str:
        steps = re.split(r"([.$])", found[0])
        if found[0].startswith("$"):
            steps = [f"${steps[2]}", *steps[3:]]
        names = steps[::2]
        if not _is_open(names, renames):
            return "".join(renames.words.get(step, step) for step in steps)
        new = _walked(names, renames, lambda word: whose(word, found.start()))
        if new is None:
            raise PackageError(f"{path}: whose field is meant by {found[0]}?")
        return "".join(step for pair in zip(new, [*steps[1::2], ""], strict=True) for step in pair)

    return _PATH.sub(change, text)


def _is_open(names: list[str], renames: Renames) -> bool:
    return any(name in renames.open or (name.endswith("__r") and f"{name[:-1]}c" in renames.open) for name in names)


def _walked(names: list[str], renames: Renames, whose: Callable[[str], str | None]) -> list[str] | None:
    """Give the new names along a path; None where it leads nowhere that is known."""
    first, *rest = names
    at = whose(first) if rest else None
    if at is None and rest and renames.schema.is_object(first):
        at = first
    new = [renames.words.get(first, first)] if at is not None else []
    at = at or whose("")
    for name in names[len(new) :]:
        if at is None:
            return None
        step, at = _step(at, name, renames)
        new.append(step)
    return new


def _step(at: str, name: str, renames: Renames) -> tuple[str, str | None]:
    """Give the new form of a name that stands for a field or a relationship of an object, and where it leads."""
    to = renames.schema.leads(at, name)
    if name.endswith("__r"):
        lookup = renames.field_of(at, f"{name[:-1]}c")
        by_field = f"{lookup[:-1]}r" if renames.schema.owner(at, f"{name[:-1]}c") else None
        return by_field or renames.words.get(name, name), to
    return renames.field_of(at, name), to


def renamed_path(path: PurePosixPath, renames: Renames) -> PurePosixPath:
    """Give the place of a file under the new names."""
    parts, objects = list(path.parts), renames.objects
    if "objects" in parts:
        at = parts.index("objects") + 1
        old = parts[at]
        parts[at] = objects.get(old, old)
        if parts[-2] == "fields":
            name = parts[-1].partition(".")[0]
            parts[-1] = parts[-1].replace(name, renames.field_of(old, name), 1)
    for old, new in objects.items():
        entity = f"_{old[:-3]}_ChangeEvent."
        parts[-1] = re.sub(rf"^{re.escape(old)}(?=[-.])", new, parts[-1])
        parts[-1] = parts[-1].replace(entity, f"_{new[:-3]}_ChangeEvent.")
    return PurePosixPath(*parts)
