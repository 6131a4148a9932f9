"""What metadata types may hold, taken from Salesforce's own description of its Metadata API.

`python -m tests.salesforce.facts METADATA.d.ts REGISTRY.json` writes `metadata_types.json` anew: from
`lib/metadata.d.ts` of the npm package `@salesforce/types` (made from the WSDL, API 68), and from
`lib/src/registry/metadataRegistry.json` of `@salesforce/source-deploy-retrieve`. Only the types that our
files use are kept, each with all of its elements.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element as Xml

from tests.salesforce.package import package, tag

FILE = Path(__file__).with_name("metadata_types.json")
_TYPE = re.compile(r"export type (\w+) = (?:(\w+) & )?\{\n(.*?)\n?\};", re.DOTALL)
_ALIAS = re.compile(r"export type (\w+) = ([^{;]+);")
_MEMBER = re.compile(r"^\s+(\w+)(\??): (\w+)(\[\])?;$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Element:
    """One element that a type may hold: its own type, whether it must be there, whether it may repeat."""

    type: str
    required: bool
    many: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """Elements by type, allowed words by enumeration, folder and suffix by type of file."""

    types: Mapping[str, Mapping[str, Element]]
    enums: Mapping[str, frozenset[str]]
    files: Mapping[str, tuple[str, str]]


@cache
def facts() -> Facts:
    """Read the facts that are kept."""
    kept = json.loads(FILE.read_text())
    types = {name: {key: _element(code) for key, code in held.items()} for name, held in kept["types"].items()}
    enums = {name: frozenset(words) for name, words in kept["enums"].items()}
    return Facts(types, enums, {name: (place[0], place[1]) for name, place in kept["files"].items()})


def _element(code: str) -> Element:
    return Element(code.rstrip("?*"), not code.endswith(("?", "*")), code.endswith("*"))


def _parse(text: str) -> tuple[dict[str, dict[str, str]], dict[str, list[str]]]:
    """Read all types and enumerations; an element ends in ? where it may lack, in * where it may repeat."""
    bases = {name: base for name, base, _ in _TYPE.findall(text)}
    own = {
        name: {key: f"{kind}{'*' if many else may}" for key, may, kind, many in _MEMBER.findall(body)}
        for name, _, body in _TYPE.findall(text)
    }
    aliases = {name: value.strip() for name, value in _ALIAS.findall(text)}
    enums = {name: re.findall(r"'([^']*)'", value) for name, value in aliases.items() if value.startswith("'")}
    for name, value in aliases.items():
        own.setdefault(name, own.get(value, {}))
        bases.setdefault(name, value if value in own else "")
    return {name: _flat(name, own, bases) for name in own}, enums


def _flat(name: str, own: Mapping[str, dict[str, str]], bases: Mapping[str, str]) -> dict[str, str]:
    base = bases.get(name)
    return (_flat(base, own, bases) if base else {}) | own.get(name, {})


def _used(element: Xml, kind: str, types: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    yield kind
    for child in element:
        code = types.get(kind, {}).get(tag(child))
        if code is not None:
            yield from _used(child, code.rstrip("?*"), types)


def _place(entry: Mapping[str, Any]) -> list[str]:
    return [entry["directoryName"], entry["suffix"]]


def _registered(registry: Mapping[str, Any]) -> dict[str, list[str]]:
    places: dict[str, list[str]] = {}
    for entry in registry["types"].values():
        if "suffix" in entry:
            places[entry["name"]] = _place(entry)
        places |= {child["name"]: _place(child) for child in entry.get("children", {}).get("types", {}).values()}
    return places


def gather(description: str, registry: str) -> str:
    """Make the text of the facts that are kept."""
    types, enums = _parse(description)
    roots = {component.type for component in package()}
    kinds = {kind for component in package() for kind in _used(component.root, component.type, types)}
    kept_types = {name: types[name] for name in sorted(kinds) if types.get(name)}
    referred = {code.rstrip("?*") for held in kept_types.values() for code in held.values()}
    places = _registered(json.loads(registry))
    parts: dict[str, Mapping[str, object]] = {
        "types": kept_types,
        "enums": {name: enums[name] for name in sorted(referred & enums.keys())},
        "files": {name: places[name] for name in sorted(roots)},
    }
    blocks = (f'"{part}": {{\n' + ",\n".join(_lines(held)) + "\n}" for part, held in parts.items())
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def _lines(held: Mapping[str, object]) -> Iterator[str]:
    return (f" {json.dumps(name)}: {json.dumps(value)}" for name, value in held.items())


if __name__ == "__main__":
    FILE.write_text(gather(Path(sys.argv[1]).read_text(), Path(sys.argv[2]).read_text()))
