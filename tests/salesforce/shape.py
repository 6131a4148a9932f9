"""Whether a file is valid by itself: place and name, elements and their values, what its kind must have."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from xml.etree.ElementTree import Element as Xml

from handlers.metadata.xml_text import NAMESPACE, XSI
from tests.salesforce.facts import Facts, facts
from tests.salesforce.needs import needs
from tests.salesforce.package import Component, tag

_SCALARS = {
    "boolean": re.compile(r"true|false"),
    "number": re.compile(r"-?\d+(\.\d+)?"),
    "Date": re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d\.\d{3}Z"),
    "string": re.compile(r".*", re.DOTALL),
    "any": re.compile(r".*", re.DOTALL),
}
_API_NAME = re.compile(r"[A-Za-z](_?[A-Za-z0-9])*(__c|__chn|__mdt)?")
_IN_OBJECT = frozenset({"CustomField", "CompactLayout", "ListView", "ValidationRule"})
_IN_FOLDER = frozenset({"Report", "Dashboard", "EmailTemplate"})
_FREELY_NAMED = frozenset({"Layout", "QuickAction", "CustomMetadata"})
"""Types whose names have a part before a dash or a dot."""


def faults(component: Component) -> Iterator[str]:
    """Say what is wrong with one file, each fault with the element it is in."""
    known = facts()
    if component.type not in known.files:
        yield f"{component.type}: no metadata type"
        return
    yield from _place(component, known)
    yield from _names(component)
    yield from _element(component.root, component.type, component.type, known)
    yield from needs(component)


def _place(component: Component, known: Facts) -> Iterator[str]:
    folder, suffix = known.files[component.type]
    parents = component.path.parts[:-1]
    if not component.path.name.endswith(f".{suffix}-meta.xml"):
        yield f"{component.path.name}: a {component.type} ends in .{suffix}-meta.xml"
    wanted = {
        "CustomObject": ("objects", component.name),
        **dict.fromkeys(_IN_OBJECT, ("objects", component.object, folder)),
        **dict.fromkeys(_IN_FOLDER, (folder, parents[-1])),
    }.get(component.type, (folder,))
    if parents != wanted:
        yield f"{component.path}: a {component.type} lies in {'/'.join(wanted)}"


def _names(component: Component) -> Iterator[str]:
    if component.type not in _FREELY_NAMED and _API_NAME.fullmatch(component.name) is None:
        yield f"{component.name}: no API name"
    said = component.text("fullName")
    if said is not None and said != component.name:
        yield f"fullName: {said}, but the file is {component.name}"
    if component.type in _IN_OBJECT and said is None:
        yield "fullName: missing"


def _element(element: Xml, kind: str, path: str, known: Facts) -> Iterator[str]:
    """Check one element as a value of a kind: a scalar, a word of a list, or a type with elements of its own."""
    if element.get(f"{{{XSI}}}nil") == "true" and not element.text and not len(element):
        return
    if not element.tag.startswith(f"{{{NAMESPACE}}}"):
        yield f"{path}: not in the namespace of metadata"
    elif kind in known.types:
        yield from _structure(element, kind, path, known)
    elif len(element):
        yield f"{path}: holds no elements"
    elif kind not in known.enums and kind not in _SCALARS:
        yield f"{path}: nothing is known of {kind}; write the facts anew"
    elif not _is_one(element.text or "", kind, known):
        yield f"{path}: {element.text} is no {kind}"


def _is_one(value: str, kind: str, known: Facts) -> bool:
    return value in known.enums[kind] if kind in known.enums else _SCALARS[kind].fullmatch(value) is not None


def _structure(element: Xml, kind: str, path: str, known: Facts) -> Iterator[str]:
    held = known.types[kind]
    names = [tag(child) for child in element]
    times = Counter(names)
    yield from (f"{path}/{name}: no element of {kind}" for name in times if name not in held)
    yield from (f"{path}/{name}: missing" for name, one in held.items() if one.required and name not in times)
    yield from (f"{path}/{name}: more than once" for name, one in held.items() if not one.many and times[name] > 1)
    runs = Counter(name for name, _ in groupby(names))
    yield from (f"{path}/{name}: not all together" for name, count in runs.items() if count > 1)
    if (element.text or "").strip():
        yield f"{path}: text between elements"
    for child in element:
        if tag(child) in held:
            yield from _element(child, held[tag(child)].type, f"{path}/{tag(child)}", known)
