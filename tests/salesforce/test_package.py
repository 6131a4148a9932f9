"""Every file is valid, and refers only to what is there; and the checks find what is wrong."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.salesforce.facts import facts
from tests.salesforce.package import PROJECT, Component, file_of, package, read
from tests.salesforce.references import dangling
from tests.salesforce.shape import faults

PATHS = sorted(str(component.path) for component in package())
TAG = re.compile(r"<(\w+)>")


def texts_of(path: str) -> str:
    """Give the text of a file."""
    return file_of(path).read_text()


def again(path: str, content: str) -> Component:
    """Read a file as if it held something else."""
    return read(Path(path), content)


@pytest.mark.parametrize("component", package(), ids=lambda component: str(component.path))
def test_a_file_is_valid(component: Component) -> None:
    """Place and name, elements and values, what its kind needs, what it refers to."""
    assert [*faults(component), *dangling(component)] == []


def test_all_that_was_to_be_built_is_there() -> None:
    """No kind of metadata is missing."""
    assert facts().files.keys() == {component.type for component in package()}


@given(st.sampled_from(PATHS), st.data())
def test_a_misspelt_element_is_found(path: str, data: st.DataObject) -> None:
    """Any element of any file, with one letter more."""
    content = texts_of(path)
    name = data.draw(st.sampled_from(sorted(set(TAG.findall(content)))))
    wrong = content.replace(f"<{name}>", f"<{name}x>").replace(f"</{name}>", f"</{name}x>")
    assert any(f"{name}x: no element" in fault for fault in faults(again(path, wrong)))


def _words() -> Iterator[tuple[str, str]]:
    """Give every file with each of its elements that holds a word of a list, a number or yes or no."""
    listed = {"true", "false"}.union(*facts().enums.values())
    for component in package():
        for element in component.root.iter():
            said = (element.text or "").strip()
            is_word = said in listed
            if is_word and not len(element) and element.tag.rpartition("}")[2] in _LISTED:
                yield str(component.path), f"<{element.tag.rpartition('}')[2]}>{said}</"


_LISTED = {
    name
    for held in facts().types.values()
    for name, element in held.items()
    if element.type in facts().enums or element.type == "boolean"
} - {name for held in facts().types.values() for name, element in held.items() if element.type == "string"}
WORDS = sorted(set(_words()))


@given(st.sampled_from(WORDS))
def test_a_wrong_word_is_found(place: tuple[str, str]) -> None:
    """Any word of a list of values, and any yes or no, changed."""
    path, written = place
    wrong = texts_of(path).replace(written, written.replace("</", "x</"), 1)
    assert any(" is no " in fault for fault in faults(again(path, wrong)))


@given(st.sampled_from(PATHS), st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_required_element_that_lacks_is_found(path: str, data: st.DataObject) -> None:
    """Any element at the top of a file that its type cannot be without."""
    component = again(path, texts_of(path))
    required = sorted(name for name, element in facts().types[component.type].items() if element.required)
    if not required:
        return
    name = data.draw(st.sampled_from(required))
    for element in component.all(name):
        component.root.remove(element)
    assert any(fault.endswith(f"{name}: missing") for fault in faults(component))


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ("objects/Health_Score__c/Tier__c.field-meta.xml", "lies in objects/Health_Score__c/fields"),
        ("objects/Health_Score__c/fields/Other__c.field-meta.xml", "fullName: Tier__c, but the file is Other__c"),
        ("objects/Health_Score__c/fields/Tier__c.fields-meta.xml", "ends in .field-meta.xml"),
        ("objects/Health_Score__c/fields/Tier____c.field-meta.xml", "no API name"),
    ],
)
def test_a_file_out_of_place_is_found(place: str, fault: str) -> None:
    """A folder, a suffix or a name that Salesforce would not take."""
    component = again(place, texts_of("objects/Health_Score__c/fields/Tier__c.field-meta.xml"))
    assert any(fault in said for said in faults(component))


WRONG = [line.split(" | ") for line in (PROJECT.parent / "tests/salesforce/wrong_files.txt").read_text().splitlines()]


@pytest.mark.parametrize(("path", "old", "new", "fault"), WRONG)
def test_what_is_wrong_is_found(path: str, old: str, new: str, fault: str) -> None:
    """One line, one mistake: a name that is not there, a value that is none, a rule that is broken."""
    content = texts_of(path)
    assert old in content
    wrong = again(path, content.replace(old, new, 1))
    assert any(fault in said for said in (*faults(wrong), *dangling(wrong)))
