"""A planned removal as folders that Salesforce's CLI deploys, and the commands that do it."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from handlers.metadata.project import API_VERSION, is_free
from handlers.metadata.xml_text import document
from handlers.release import ReleaseError
from handlers.release.undo import Step

OFF = document("FlowDefinition", {"activeVersionNumber": 0})
"""A flow none of whose versions is active."""


def write_steps(steps: Iterable[Step], folder: Path) -> tuple[Path, ...]:
    """Write a folder for each step, numbered in the order in which they are deployed; give the folders."""
    if not is_free(folder):
        raise ReleaseError(f"{folder} is not empty: delete it, or name another folder with --output")
    places = tuple((folder / f"{number:02}-{step.name}", step) for number, step in enumerate(steps, 1))
    for place, step in places:
        for name, text in _files(step):
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(text)
    return tuple(place for place, _ in places)


def commands(places: Iterable[Path], org: str) -> Iterator[str]:
    """Say the commands that remove the package, one for each folder, in their order."""
    options = f"--ignore-warnings --wait 60 --target-org {shlex.quote(org)}"
    return (f"sf project deploy start --metadata-dir {shlex.quote(str(place))} {options}" for place in places)


def _files(step: Step) -> Iterator[tuple[str, str]]:
    yield "package.xml", manifest({"FlowDefinition": step.deactivated} if step.deactivated else {})
    for name in step.deactivated:
        yield f"flowDefinitions/{name}.flowDefinition", OFF
    if step.removed:
        yield "destructiveChanges.xml", manifest(step.removed)


def manifest(members: Mapping[str, Sequence[str]]) -> str:
    """Write a manifest: members by type."""
    types = [{"members": list(names), "name": kind} for kind, names in members.items()]
    return document("Package", {"types": types, "version": API_VERSION})
