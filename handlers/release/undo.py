"""What removes the package from an org: steps, each a deployment of its own, in an order that Salesforce can follow.

Flows are turned off first. Then the folders go in the reverse of the order in which they were deployed, and
within a folder what others name goes after what names it: a flow's versions after the action that opens it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from handlers.metadata.project import is_optional, word_of
from handlers.release import ReleaseError
from handlers.release.parts import Part
from handlers.release.versions import FlowVersion

DEACTIVATION = "deactivate-flows"


@dataclass(frozen=True, slots=True)
class Step:
    """One deployment: what it removes, by type, or the flows that it turns off."""

    name: str
    removed: Mapping[str, Sequence[str]]
    deactivated: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Undo:
    """All steps, what stays in the org, and what stays though it names something that goes."""

    steps: tuple[Step, ...]
    kept: tuple[Part, ...]
    blocking: tuple[tuple[Part, Part], ...]


def data_folders(parts: Iterable[Part]) -> tuple[str, ...]:
    """Name the optional folders with which the org's own records could go: they stay unless they are named."""
    return tuple(sorted({part.folder for part in parts if is_optional(part.folder) and part.is_data}))


def plan(parts: Sequence[Part], versions: Iterable[FlowVersion], keep: Sequence[str], optional: Sequence[str]) -> Undo:
    """Plan the removal of the package; `keep` names parts that stay, `optional` the optional folders that go."""
    stay = {folder for folder in data_folders(parts) if folder not in optional}
    names = _known(parts, keep)
    kept = tuple(part for part in parts if _stays(part, stay) or {part.name, _owner(part)} & names)
    nodes = _nodes([part for part in parts if part not in kept])
    numbers = _numbers(versions)
    steps = tuple(_steps(nodes, numbers))
    blocking = tuple((one, other) for one in kept for other in nodes if _names(one, other, _objects(nodes)))
    flows = sorted(node.name for node in nodes if node.tag == "Flow" and node.name in numbers)
    first = (Step(DEACTIVATION, {}, flows),) if flows else ()
    return Undo((*first, *steps), kept, blocking)


def _stays(part: Part, folders: Iterable[str]) -> bool:
    return part.folder in folders and part.path.parts[0] in {"objects", "layouts"}


def _known(parts: Iterable[Part], keep: Sequence[str]) -> set[str | None]:
    names = {part.name for part in parts}
    for name in keep:
        if name not in names:
            near = get_close_matches(name, names, n=3) or ["Account.ARR__c"]
            raise ReleaseError(f"the package has no part {name}: name one as in a manifest, such as {', '.join(near)}")
    return set(keep)


def _numbers(versions: Iterable[FlowVersion]) -> Mapping[str, list[int]]:
    numbers: dict[str, list[int]] = defaultdict(list)
    for version in versions:
        numbers[version.name].append(version.number)
    return numbers


def _nodes(removed: Sequence[Part]) -> list[Part]:
    """Give what a manifest lists: with an object go its fields, rules, views and layouts, which it then stands for."""
    objects = _objects(removed)
    alone = [part for part in removed if _owner(part) not in objects]
    return [replace(part, words=_all_words(part, removed)) if part.name in objects else part for part in alone]


def _all_words(part: Part, removed: Iterable[Part]) -> frozenset[str]:
    return part.words.union(*(other.words for other in removed if _owner(other) == part.name))


def _objects(parts: Iterable[Part]) -> frozenset[str]:
    return frozenset(part.name for part in parts if part.tag == "CustomObject")


def _owner(part: Part) -> str | None:
    if part.tag == "Layout":
        return part.name.partition("-")[0]
    return part.object if part.tag != "CustomObject" else None


def _steps(nodes: Sequence[Part], numbers: Mapping[str, Sequence[int]]) -> Iterator[Step]:
    for folder in reversed(list(dict.fromkeys(node.folder for node in nodes))):
        name = word_of(folder)
        layers = _layers([node for node in nodes if node.folder == folder])
        listed = [_members(layer, numbers) for layer in layers]
        yield from (Step(name, removed) for removed in listed if removed)


def _layers(nodes: Sequence[Part]) -> Iterator[list[Part]]:
    """Take away what nobody names, again and again; what names each other in a ring goes together."""
    left, objects = list(nodes), _objects(nodes)
    while left:
        free = [one for one in left if not any(_names(other, one, objects) for other in left if other is not one)]
        layer = free or left
        yield layer
        left = [one for one in left if one not in layer]


def _names(one: Part, other: Part, objects: frozenset[str]) -> bool:
    """Say whether a part names another, which can then only go after it or with it."""
    if other.is_folder:
        return one.name.startswith(f"{other.name}/") and one.type == other.type
    if one.tag == "CustomTab":
        return other.name == one.name and other.tag == "CustomObject"
    if other.tag == "CustomTab" or _is_of_app(one, other) or (other.tag == "CustomField" and other.bare in objects):
        return False
    return other.bare in one.words or (other.tag == "ReportType" and f"{other.bare}__c" in one.words)


def _is_of_app(*parts: Part) -> bool:
    return all(part.tag.startswith(("External", "Extl")) for part in parts)


def _members(layer: Iterable[Part], numbers: Mapping[str, Sequence[int]]) -> dict[str, list[str]]:
    removed: dict[str, list[str]] = defaultdict(list)
    for part in layer:
        names = (
            [f"{part.name}-{number}" for number in numbers.get(part.name, ())] if part.tag == "Flow" else [part.name]
        )
        if names:
            removed[part.type].extend(names)
    return {kind: sorted(members) for kind, members in sorted(removed.items())}
