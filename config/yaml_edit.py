"""Values written into the text of a YAML file, each in the place of the one that stands there; all else stays."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import yaml

Place: TypeAlias = tuple[str, ...]
"""Where a value stands: the keys that lead to it; an item of a list by its number, from 0."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def values_in(text: str) -> dict[Place, str]:
    """Give every value of a YAML file as it is written there, by its place."""
    return {place: text[_begins(node) : _ends(node)] for place, node in _scalars(_composed(text), ())}


def with_texts(text: str, values: Mapping[Place, str]) -> str:
    """Write values, as YAML writes them, into the text of a file, each in the place of the one that stands there.

    Raises ValueError where one has no place of its own in the text.
    """
    found = {place: node for place, node in _scalars(_composed(text), ()) if place in values}
    missing = [".".join(place) for place in values if place not in found]
    spans = sorted(
        (_begins(found[place]), _ends(found[place]), said) for place, said in values.items() if place in found
    )
    if missing or len({begin for begin, _, _ in spans}) < len(values):
        raise ValueError(f"expected each of these once, as a number: {', '.join(missing) or 'an anchor is used twice'}")
    for begin, end, said in reversed(spans):
        text = f"{text[:begin]}{said}{text[end:]}"
    return text


def _composed(text: str) -> yaml.Node | None:
    return yaml.compose(text, Loader=_LOADER)


def _begins(node: yaml.ScalarNode) -> int:
    return int(node.start_mark.index)


def _ends(node: yaml.ScalarNode) -> int:
    return int(node.end_mark.index)


def _scalars(node: yaml.Node | None, place: Place) -> Iterator[tuple[Place, yaml.ScalarNode]]:
    if isinstance(node, yaml.ScalarNode):
        yield place, node
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(value, (*place, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _scalars(value, (*place, str(number)))
