"""The deployable files of `salesforce/`, read as components: what each is, and what it is called."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar
from xml.etree.ElementTree import Element as Xml
from xml.etree.ElementTree import fromstring

from handlers.metadata.xml_text import NAMESPACE

PROJECT = Path(__file__).parents[2] / "salesforce"
FOLDERS: tuple[str, ...] = tuple(
    one["path"] for one in json.loads((PROJECT / "sfdx-project.json").read_text())["packageDirectories"]
)
"""The folders of the package, in the order in which they are deployed."""


def root_of(folder: str) -> Path:
    """Give the place under which a folder's components lie."""
    return PROJECT / folder / "main/default"


@dataclass(frozen=True, eq=False)
class Component:
    """One file: its place under the root of its folder, its XML, and the folder that it is deployed with.

    It is equal to itself alone: what is remembered of it is found without looking into it.
    """

    path: Path
    root: Xml
    folder: str = ""

    @cached_property
    def type(self) -> str:
        """Give the metadata type, such as CustomField."""
        return tag(self.root)

    @cached_property
    def name(self) -> str:
        """Give the name that the file bears: all before the suffix."""
        return self.path.name.rsplit(".", 2)[0]

    @cached_property
    def object(self) -> str:
        """Give the object in whose folder a field, rule or view lies."""
        return self.path.parts[1] if self.path.parts[0] == "objects" else ""

    def text(self, path: str) -> str | None:
        """Give the text at a path of element names."""
        return text(self.root, path)

    def all(self, path: str) -> list[Xml]:
        """Give all elements at a path of element names."""
        return every(self.root, path)


def tag(element: Xml) -> str:
    """Give the name of an element without its namespace."""
    return element.tag.removeprefix(f"{{{NAMESPACE}}}")


def every(element: Xml, path: str) -> list[Xml]:
    """Give all elements at a path of names below an element; `//` looks at any depth."""
    return element.findall(_xpath(path))


@cache
def _xpath(path: str) -> str:
    """Write a path with its namespace; one that begins with its first step is found without a walk in Python."""
    depth = ".//" if path.startswith("//") else ""
    return depth + "/".join(f"{{{NAMESPACE}}}{step}" for step in path.lstrip("/").split("/"))


def text(element: Xml, path: str) -> str | None:
    """Give the text of the first element at a path; None where there is none."""
    found = element.find(_xpath(path))
    return None if found is None else found.text or ""


def texts(element: Xml, path: str) -> list[str]:
    """Give the texts of all elements at a path."""
    return [one.text or "" for one in every(element, path)]


def read(path: Path, content: str, folder: str = "") -> Component:
    """Read one file; what is not well-formed raises."""
    return Component(path, fromstring(content), folder)  # noqa: S314 - our own files


_LOOKED_AT: list[tuple[Component, ...]] = []
_FORGET: list[Callable[[], None]] = []
_Found = TypeVar("_Found", bound=Callable[..., Any])


def cached(function: _Found) -> _Found:
    """Remember what was found in the package, for as long as the same components are looked at."""
    kept = cache(function)
    _FORGET.append(kept.cache_clear)
    return kept  # type: ignore[return-value]  # the same arguments and the same answer


@contextmanager
def only(components: Iterable[Component]) -> Iterator[None]:
    """Look at these components as if nothing else were there: some folders, another package."""
    _LOOKED_AT.append(tuple(components))
    _forget()
    try:
        yield
    finally:
        _LOOKED_AT.pop()
        _forget()


def _forget() -> None:
    for forget in _FORGET:
        forget()


def package() -> tuple[Component, ...]:
    """Give every metadata file of every folder, or of what is looked at alone."""
    return _LOOKED_AT[-1] if _LOOKED_AT else whole(PROJECT)


@cache
def whole(project: Path) -> tuple[Component, ...]:
    """Read every metadata file of every folder of a project."""
    return tuple(
        read(path.relative_to(project / folder / "main/default"), path.read_text(), folder)
        for folder in FOLDERS
        for path in sorted((project / folder / "main/default").rglob("*-meta.xml"))
    )


@cached
def file_of(path: str) -> Path:
    """Find the file that lies at a place under the root of its folder."""
    return next(root_of(one.folder) / one.path for one in package() if str(one.path) == path)


def of_type(*types: str) -> Iterator[Component]:
    """Give the package's components of some types."""
    if len(types) == 1:
        return iter(_by_type().get(types[0], ()))
    return (component for component in package() if component.type in types)


@cached
def _by_type() -> Mapping[str, list[Component]]:
    found: dict[str, list[Component]] = {}
    for component in package():
        found.setdefault(component.type, []).append(component)
    return found


@cached
def named(metadata_type: str, name: str) -> Component:
    """Give the one component of a type and name."""
    return next(component for component in of_type(metadata_type) if component.name == name)


@cached
def fields(crm_object: str) -> Mapping[str, Component]:
    """Give an object's fields of the package by name."""
    return {field.name: field for field in of_type("CustomField") if field.object == crm_object}
