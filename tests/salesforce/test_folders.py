"""Each folder can be deployed when those before it are there, whatever of the optional ones is left out."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, combinations

import pytest

from handlers.metadata.project import CONTENT, PROJECT, folder_of
from handlers.package.folders import OPTIONAL, without
from tests.salesforce.package import FOLDERS, Component, of_type, only, package, root_of, texts
from tests.salesforce.references import dangling

WORD = re.compile(r"[A-Za-z]\w*")
SUBSETS = [frozenset(), *(frozenset({folder}) for folder in sorted(OPTIONAL)), frozenset(OPTIONAL)]
"""Nothing, each that may be left out, and all at once.

More need not be tried: what is left out with two folders is what is left out with each (a test says so), so
what refers to something that is gone with both refers to something that is gone with one of them.
"""


def of_folders(folders: Iterable[str]) -> list[Component]:
    """Give the components of some folders."""
    wanted = set(folders)
    return [component for component in package() if component.folder in wanted]


def of_the_org(left_out: Iterable[str]) -> Iterator[Component]:
    """Give what an org has that leaves folders out: the account fields that we name, objects without our fields."""
    for component in of_folders(left_out):
        is_named = component.type == "CustomField" and component.folder == "optional/account-fields"
        if component.type == "CustomObject" or is_named:
            yield component


def faults(there: Iterable[Component], deployed: Iterable[Component]) -> list[str]:
    """Say what components refer to that is not there."""
    with only(there):
        return [f"{one.folder} {one.path}: {fault}" for one in deployed for fault in dangling(one)]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_refers_only_back(folder: str) -> None:
    """To itself, to folders before it, to what every org has: it can be deployed when the later ones cannot."""
    before = FOLDERS[: FOLDERS.index(folder) + 1]
    assert faults(of_folders(before), of_folders([folder])) == []


@pytest.mark.parametrize("left_out", SUBSETS, ids=lambda some: "+".join(sorted(some)) or "nothing")
def test_what_is_left_out_is_referred_to_by_nobody(left_out: frozenset[str]) -> None:
    """Where the org has an object of that name with other fields; permissions on what is left out go with it."""
    gone = without(left_out)
    deployed = of_folders(set(FOLDERS) - gone)
    assert faults([*deployed, *of_the_org(gone)], deployed) == []


def test_folders_leave_out_together_what_each_does() -> None:
    """Nothing goes, or stays, because two are left out at once."""
    for one, other in combinations(OPTIONAL, 2):
        assert without([one, other]) == without([one]) | without([other])


FORMS = {"ReportType": "__c", "PlatformEventChannel": ""}
UNNAMED = {"Layout", "ListView", "CustomTab", "ValidationRule", "CustomMetadata"}
"""Kinds whose names are words that other files use for something else."""


def defined(component: Component) -> Iterator[str]:
    """Give the words by which other files name a component."""
    if component.type not in UNNAMED:
        yield f"{component.name.rpartition('.')[2]}{FORMS.get(component.type, '')}"
    if component.name.endswith("__mdt"):
        yield component.name.removesuffix("__mdt")
    yield from (f"{name}__r" for name in texts(component.root, "relationshipName"))


def test_no_file_bears_a_word_of_a_later_folder() -> None:
    """Said once more without any knowledge of metadata: Apex, pages and custom metadata are in it."""
    first: dict[str, int] = {}
    for place, folder in enumerate(FOLDERS):
        for word in chain.from_iterable(defined(one) for one in of_folders([folder])):
            first.setdefault(word, place)
    early = [
        f"{path.name}: {word}"
        for place, folder in enumerate(FOLDERS)
        for path in root_of(folder).rglob("*.*")
        for word in sorted(set(WORD.findall(f"{path.name} {path.read_text()}")))
        if first.get(word, -1) > place
    ]
    assert early == []


def test_channel_members_come_after_their_objects() -> None:
    """An object that comes in the same deployment has no change events yet."""
    for member in of_type("PlatformEventChannelMember"):
        objects = {f"{one.name.removesuffix('c')}ChangeEvent" for one in of_folders([member.folder])}
        assert member.text("selectedEntity") not in objects


def test_every_folder_that_holds_metadata_is_deployed() -> None:
    """One that sfdx-project.json does not name is looked at by no other test."""
    held = {folder_of(path) for path in PROJECT.rglob("*-meta.xml") if CONTENT.parts[0] in path.parts}
    assert held == set(FOLDERS)


def test_an_optional_folder_is_optional_in_the_project() -> None:
    """All that lies under optional/ may be left out, and what speaks to AWS or logs the middleware in."""
    assert {folder for folder in FOLDERS if folder.startswith("optional/")} <= OPTIONAL.keys() <= set(FOLDERS)
