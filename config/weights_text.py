"""weights.yaml with other weights in it: the rest of the text, comments included, stays as it is."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import yaml

from config.schema import SIDES

Place: TypeAlias = tuple[str, ...]
"""Where a value stands: the keys that lead to it."""


def joint_values(joint: Mapping[str, float]) -> dict[Place, float]:
    """Give the values of weights.yaml that make these joint weights: of each dimension, and of Platform Value last."""
    churn_risk, platform_value = SIDES
    dimensions = {name: weight for name, weight in joint.items() if name != platform_value}
    side = round(1.0 - joint[platform_value], 12)
    values: dict[Place, float] = {
        ("health_score", churn_risk): side,
        ("health_score", platform_value): joint[platform_value],
    }
    return values | {(churn_risk, name): weight / side for name, weight in dimensions.items()}


def metric_values(shares: Mapping[str, Mapping[str, float]]) -> dict[Place, float]:
    """Give the values of weights.yaml that make these shares of metrics, by dimension."""
    return {("weights", group, name): share for group, own in shares.items() for name, share in own.items()}


def with_values(text: str, values: Mapping[Place, float]) -> str:
    """Write numbers into the text of a YAML file, each in the place of the one that stands there.

    Raises ValueError where one has no place of its own in the text.
    """
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    found = {place: scalar for place, scalar in _scalars(node, ()) if place in values}
    missing = [".".join(place) for place in values if place not in found]
    spans = sorted(((found[place], value) for place, value in values.items() if place in found), key=_begins)
    if missing or len({_begins(span) for span in spans}) < len(values):
        raise ValueError(f"expected each of these once, as a number: {', '.join(missing) or 'an anchor is used twice'}")
    for scalar, value in reversed(spans):
        text = f"{text[: scalar.start_mark.index]}{_number(value)}{text[scalar.end_mark.index :]}"
    return text


def _begins(span: tuple[yaml.ScalarNode, float]) -> int:
    return int(span[0].start_mark.index)


def _scalars(node: yaml.Node | None, place: Place) -> Iterator[tuple[Place, yaml.ScalarNode]]:
    if isinstance(node, yaml.ScalarNode):
        yield place, node
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(value, (*place, str(key.value)))


def _number(value: float) -> str:
    """Write a number with at least two decimals, and as many more as it has."""
    short = f"{value:.2f}"
    return short if float(short) == value else repr(value)
