"""Versions of a stack's functions that are neither live nor among the last ones: each counts towards 75 GB."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from handlers.deploying.aws import Aws, aws_errors
from handlers.deploying.stack import made_of

Client: TypeAlias = Any
"""A client of Lambda, or of CloudFormation."""

KEPT = 5
"""How many of the last versions of a function stay, the live one among them: a release can be taken back so far."""


def functions_of(cloudformation: Client, stack: str) -> Iterator[str]:
    """Name the functions of a stack."""
    for one in made_of(cloudformation, stack):
        if one["ResourceType"] == "AWS::Lambda::Function":
            yield one["PhysicalResourceId"]


def delete_old(functions: Client, name: str, kept: int = KEPT) -> list[str]:
    """Delete all versions of a function but the last ones and those that an alias leads to; give what was deleted."""
    pages = functions.get_paginator("list_versions_by_function").paginate(FunctionName=name)
    numbers = sorted(int(one["Version"]) for page in pages for one in page["Versions"] if one["Version"].isdecimal())
    old = [str(number) for number in numbers[:-kept] if str(number) not in _in_use(functions, name)]
    for version in old:
        functions.delete_function(FunctionName=name, Qualifier=version)
    return old


def _in_use(functions: Client, name: str) -> set[str]:
    """Name the versions that aliases lead to, a part of their calls among them."""
    pages = functions.get_paginator("list_aliases").paginate(FunctionName=name)
    aliases = [alias for page in pages for alias in page["Aliases"]]
    weighted = (alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {}) for alias in aliases)
    return {alias["FunctionVersion"] for alias in aliases} | {version for weights in weighted for version in weights}


def delete_old_of(aws: Aws, stack: str) -> int:
    """Delete the old versions of each function of a stack; give how many went. Raises DeployingError."""
    functions = aws.client("lambda")
    with aws_errors():
        named = list(functions_of(aws.client("cloudformation"), stack))
        return sum(len(delete_old(functions, name)) for name in named)
