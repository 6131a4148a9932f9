"""template.yaml as values: its parameters as they are asked for, its resources as they will be named."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import inf
from pathlib import Path
from typing import Any, TypeAlias

import yaml

TEMPLATE = Path(__file__).parents[2] / "template.yaml"

Plain: TypeAlias = Any
"""A value of the template; functions stand in their long form: `{"Ref": …}`, `{"Fn::Sub": …}`."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the template; without a `default` it must be given. A secret one is never shown."""

    name: str
    description: str
    default: str | None = None
    is_secret: bool = False
    is_list: bool = False
    pattern: str = ".*"
    allowed: tuple[str, ...] = ()
    bounds: tuple[float, float] | None = None
    """Of a number the least and the most."""


@dataclass(frozen=True, slots=True)
class Group:
    """Parameters that are asked for together, under a title."""

    title: str
    parameters: tuple[Parameter, ...]


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's YAML: its functions have a short form, and it knows no dates."""


_Loader.yaml_implicit_resolvers = {
    first: [one for one in resolvers if one[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _function(loader: _Loader, name: str, node: yaml.Node) -> Plain:
    value = loader.construct_object(_plain(node), deep=True)
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in {"Ref", "Condition"} else f"Fn::{name}": value}


def _plain(node: yaml.Node) -> yaml.Node:
    """Give a node without its function."""
    if isinstance(node, yaml.ScalarNode):
        return yaml.ScalarNode("tag:yaml.org,2002:str", node.value)
    if isinstance(node, yaml.SequenceNode):
        return yaml.SequenceNode("tag:yaml.org,2002:seq", node.value)
    return yaml.MappingNode("tag:yaml.org,2002:map", node.value)


_Loader.add_multi_constructor("!", _function)


@cache
def read_template(path: Path = TEMPLATE) -> Plain:
    """Read the template; whoever gets it must not change it."""
    return yaml.load(path.read_text(), _Loader)  # noqa: S506  built on SafeLoader, and our own file


def groups(template: Plain) -> tuple[Group, ...]:
    """Give the parameters as they are asked for: group by group."""
    told = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    named = parameters(template)
    return tuple(Group(one["Label"]["default"], tuple(named[name] for name in one["Parameters"])) for one in told)


def parameters(template: Plain) -> dict[str, Parameter]:
    """Give the parameters by their names."""
    return {name: _parameter(name, told) for name, told in template["Parameters"].items()}


def _parameter(name: str, told: Mapping[str, Plain]) -> Parameter:
    return Parameter(
        name,
        told.get("Description", ""),
        str(told["Default"]) if "Default" in told else None,
        told.get("NoEcho", False),
        told.get("Type") == "CommaDelimitedList",
        told.get("AllowedPattern", ".*"),
        tuple(str(value) for value in told.get("AllowedValues", [])),
        (told.get("MinValue", -inf), told.get("MaxValue", inf)) if told.get("Type") == "Number" else None,
    )
