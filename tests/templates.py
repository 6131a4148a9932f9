"""template.yaml as values: its resources, with intrinsic functions as plain text or as they stand."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from typing import Any, TypeAlias

from handlers.deploying.template import TEMPLATE, read_template

Resource: TypeAlias = dict[str, Any]

PATH = TEMPLATE
PREFIX = "company"


@cache
def _text() -> str:
    return json.dumps(read_template())


def template() -> Resource:
    """Give the template, functions in their long form: `{"Ref": …}`, `{"Fn::GetAtt": …}`."""
    read: Resource = json.loads(_text())
    return read


def resources(kind: str) -> dict[str, Resource]:
    """Give the template's resources of a type by their logical name."""
    return {name: resource for name, resource in template()["Resources"].items() if resource["Type"] == kind}


def shown(value: object) -> str:
    """Write a value as text: `${Name}` for a reference, `Name.Arn` for an attribute, else as it stands."""
    if not isinstance(value, dict):
        return str(value)
    ((function, argument),) = value.items()
    if function == "Ref":
        return f"${{{argument}}}"
    if function == "Fn::GetAtt":
        return ".".join(argument) if isinstance(argument, list) else str(argument)
    assert function == "Fn::Sub", function
    return str(argument)


def filled(value: object) -> str:
    """Write a value as text, with the prefix filled in."""
    return shown(value).replace("${Prefix}", PREFIX)


def listed(value: object) -> list[Any]:
    """Give a list as it is, and anything else as a list of it."""
    return value if isinstance(value, list) else [value]


def evaluated(value: object, conditions: Mapping[str, bool]) -> object:
    """Resolve each `Fn::If` by its condition; what comes to AWS::NoValue is left out."""
    if isinstance(value, list):
        return [one for item in value if (one := evaluated(item, conditions)) != _NOTHING]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"Fn::If"}:
        name, then, otherwise = value["Fn::If"]
        return evaluated(then if conditions[name] else otherwise, conditions)
    pairs = ((key, evaluated(item, conditions)) for key, item in value.items())
    return {key: item for key, item in pairs if item != _NOTHING}


_NOTHING = {"Ref": "AWS::NoValue"}


def references(value: object) -> Iterator[str]:
    """Name whatever a value refers to, by Ref, GetAtt, Sub or DependsOn."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _named(key, item)
            yield from references(item)


def _named(function: str, argument: Any) -> Iterator[str]:  # noqa: ANN401 - whatever stands there
    if function in ("Ref", "DependsOn"):
        yield from (str(one).partition(".")[0] for one in listed(argument))
    elif function == "Fn::GetAtt":
        yield str(listed(argument)[0]).partition(".")[0]
    elif function == "Fn::Sub":
        text, *own = listed(argument)
        names = (part.partition("}")[0].partition(".")[0] for part in str(text).split("${")[1:])
        yield from (name for name in names if not any(name in one for one in own))


PARAMETERS_OF_AWS = ("AWS::AccountId", "AWS::NoValue", "AWS::Partition", "AWS::Region", "AWS::URLSuffix")


def absences(read: Resource) -> Iterator[str]:
    """Say what refers to something that is absent under some conditions under which the reference is there."""
    given = {*read["Parameters"], *PARAMETERS_OF_AWS}
    parts = {**read["Resources"], **read["Outputs"], "Globals": read["Globals"]}
    for part, value in parts.items():
        held = {value["Condition"]: True} if "Condition" in value else {}
        for name, under in _held(value, held):
            if name not in given and _may_be_absent(read, name, under):
                yield f"{part} refers to {name}"


def _held(value: object, held: Mapping[str, bool]) -> Iterator[tuple[str, Mapping[str, bool]]]:
    """Name whatever a value refers to, and the conditions under which it does."""
    if isinstance(value, list):
        for item in value:
            yield from _held(item, held)
    elif isinstance(value, dict) and value.keys() == {"Fn::If"}:
        name, then, otherwise = value["Fn::If"]
        for side, branch in ((True, then), (False, otherwise)):
            if held.get(name, side) == side:
                yield from _held(branch, {**held, name: side})
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from ((one, held) for one in _named(key, item))
            yield from _held(item, held)


def _may_be_absent(read: Resource, name: str, held: Mapping[str, bool]) -> bool:
    if name not in read["Resources"]:
        return True
    needed = read["Resources"][name].get("Condition")
    return needed is not None and any(
        not known[needed] for known in _worlds(read["Conditions"], [*held, needed]) if held.items() <= known.items()
    )


def _worlds(conditions: Resource, asked: list[str]) -> Iterator[dict[str, bool]]:
    """Give every way in which the conditions that are asked for can come together."""
    joined = {name: [one["Condition"] for one in conditions[name].get("Fn::Or", [])] for name in asked}
    free = sorted({one for name, of in joined.items() for one in of or [name]})
    for values in product([False, True], repeat=len(free)):
        known = dict(zip(free, values, strict=True))
        yield known | {name: any(known[one] for one in of) for name, of in joined.items() if of}
