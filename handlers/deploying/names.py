"""What the template will make under given parameters, and by which names."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers.deploying.template import Plain

_REFERENCE = re.compile(r"\$\{([A-Za-z0-9:]+)\}")
_NAMES: Mapping[str, str] = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::Serverless::Function": "FunctionName",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}
"""Kinds whose names a person chooses by the prefix, and so may be there already; and the property with the name."""

_NAMELESS = frozenset({"AWS::S3::Bucket"})
"""Kinds that AWS names by the stack."""


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that the template will make. `is_kept` says that it stays when its stack is removed."""

    logical_id: str
    kind: str
    name: str
    is_kept: bool = False
    properties: Mapping[str, Any] = field(default_factory=dict)


def resources(template: Plain, values: Mapping[str, str]) -> Iterator[Resource]:
    """List what has a name that may be there already, of what is made under these values of the parameters."""
    for logical_id, told in template["Resources"].items():
        kind, properties = told["Type"], told.get("Properties", {})
        if kind in {*_NAMES, *_NAMELESS} and _is_made(told.get("Condition"), template, values):
            name = "" if kind in _NAMELESS else _text(properties.get(_NAMES[kind], ""), values)
            yield Resource(logical_id, kind, name, told.get("DeletionPolicy") == "Retain", properties)


def _is_made(condition: str | None, template: Plain, values: Mapping[str, str]) -> bool:
    return condition is None or holds(template["Conditions"][condition], template, values)


def holds(told: Plain, template: Plain, values: Mapping[str, str]) -> bool:
    """Say whether a condition of the template holds."""
    ((function, argument),) = told.items()
    return _FUNCTIONS[function](argument, template, values)


def _equals(argument: Plain, _: Plain, values: Mapping[str, str]) -> bool:
    left, right = (_text(one, values) for one in argument)
    return left == right


_FUNCTIONS: Mapping[str, Callable[[Plain, Plain, Mapping[str, str]], bool]] = {
    "Condition": lambda name, template, values: holds(template["Conditions"][name], template, values),
    "Fn::Not": lambda those, template, values: not holds(those[0], template, values),
    "Fn::And": lambda those, template, values: all(holds(one, template, values) for one in those),
    "Fn::Or": lambda those, template, values: any(holds(one, template, values) for one in those),
    "Fn::Equals": _equals,
}


def _text(told: Plain, values: Mapping[str, str]) -> str:
    """Write a value out; a parameter that nobody has given yet is empty."""
    if isinstance(told, dict) and "Ref" in told:
        return values.get(told["Ref"], "")
    text = told["Fn::Sub"] if isinstance(told, dict) else str(told)
    return _REFERENCE.sub(lambda found: values.get(found[1], ""), text)
