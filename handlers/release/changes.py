"""What an administrator changed in an org: retrieved files beside those that were deployed.

A deployment overwrites pages, reports, permission sets, layouts, list views, settings and the like whole:
what differs here is what it would take back.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element as Xml

from handlers.metadata.project import CONTENT
from handlers.metadata.reading import tag
from handlers.release import ReleaseError
from handlers.release.parts import Part, read_xml

_KEYS = ("fullName", "name", "field", "object", "apexClass", "flow", "tab", "application", "label", "masterLabel")
"""The elements by which others of the same name are told apart, the first that is there."""

_GRANTS = ("Permissions", "Accesses", "Visibilities")
"""How elements are called that permit something; a set is retrieved with those that permit nothing, too."""


@dataclass(frozen=True, slots=True)
class Change:
    """A part that the org has otherwise, and what in it; or one that the org has not, and nothing."""

    part: Part
    lines: tuple[str, ...]

    @property
    def file(self) -> str:
        """Give the file in the package, as .forceignore names it."""
        return f"{self.part.folder}/{CONTENT}/{self.part.path}"


def find_changes(parts: Sequence[Part], deployed: Mapping[Path, Path], org: Mapping[Path, Path]) -> Iterator[Change]:
    """Compare each part as it was deployed with what the org has; a folder of which it has nothing is left out."""
    there = {part.folder for part in parts if part.path in org}
    for part in parts:
        before, now = deployed.get(part.path), org.get(part.path)
        if before is None or part.folder not in there:
            continue
        if now is None:
            yield Change(part, ())
        elif lines := tuple(_differences(read_xml(before), read_xml(now))):
            yield Change(part, lines)


def files(folder: Path, parts: Sequence[Part]) -> dict[Path, Path]:
    """Find the files of a folder by their place in a package, such as flows/A.flow-meta.xml; none is refused."""
    kinds = {part.path.parts[0] for part in parts}
    found = {place: path for path in folder.rglob("*-meta.xml") if (place := _place(path.relative_to(folder), kinds))}
    if not {part.path for part in parts} & found.keys():
        retrieve = "sf project retrieve start --manifest FILE --output-dir DIR"
        raise ReleaseError(f"{folder} holds none of the package's files: retrieve them there ({retrieve})")
    return found


def _place(path: Path, kinds: set[str]) -> Path | None:
    number = next((number for number, word in enumerate(path.parts) if word in kinds), None)
    return None if number is None else Path(*path.parts[number:])


def _differences(before: Xml, now: Xml) -> Iterator[str]:
    old, new = _by_key(before), _by_key(now)
    for key in sorted(old.keys() | new.keys()):
        if key not in new:
            yield f"removed: {key}"
        elif key not in old:
            yield f"added: {key}"
        elif old[key] != new[key]:
            yield f"changed: {key}"


def _by_key(root: Xml) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for element in root:
        if text := _text(element):
            found[_key(element)].append(text)
    return found


def _key(element: Xml) -> str:
    named = {tag(child): child.text for child in element}
    name = next((named[key] for key in _KEYS if named.get(key)), None)
    return tag(element) if name is None else f"{tag(element)} {name}"


def _text(element: Xml) -> str:
    """Write an element the same way whoever wrote it: what Salesforce adds without meaning is left out."""
    if len(element):
        inner = sorted(((tag(child), _text(child)) for child in element), key=lambda pair: pair[0])
        held = [f"<{name}>{text}" for name, text in inner if text]
        return "" if _says_nothing(tag(element), held) else "".join(held)
    said = (element.text or "").strip()
    return "" if said == "false" else said


def _says_nothing(name: str, held: Sequence[str]) -> bool:
    """Say whether an element is as Salesforce lists what was never set: an action by default, no permission."""
    if name == "actionOverrides":
        return "<type>Default" in held
    return name.endswith(_GRANTS) and not any(text.endswith(">true") for text in held)
