"""The stack as CloudFormation knows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from handlers.deploying.aws import Aws, aws_errors

HIDDEN = "****"
"""What CloudFormation gives in the place of a secret."""

NEVER_MADE = frozenset({"REVIEW_IN_PROGRESS"})
"""The state of a stack of which nothing but a change set is there."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack: its state, its parameters, and the names of what it has made by logical id."""

    id: str
    status: str
    reason: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    resources: Mapping[str, str] = field(default_factory=dict)


def describe(aws: Aws, name: str) -> Stack | None:
    """Describe a stack, by its name or id; None where there is none. Raises DeployingError."""
    with aws_errors():
        try:
            (told,) = aws.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
    if told["StackStatus"] in NEVER_MADE | {"DELETE_COMPLETE"}:
        return None
    given = {one["ParameterKey"]: one.get("ParameterValue", "") for one in told.get("Parameters", [])}
    return Stack(told["StackId"], told["StackStatus"], told.get("StackStatusReason", ""), given, _made(aws, name))


def _made(aws: Aws, name: str) -> dict[str, str]:
    with aws_errors():
        made = list(made_of(aws.client("cloudformation"), name))
    return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in made}


def made_of(cloudformation: Any, name: str) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - boto3's client
    """List what a stack has made and not deleted, as `list_stack_resources` tells of it."""
    for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=name):
        for one in page["StackResourceSummaries"]:
            if one.get("PhysicalResourceId") and one.get("ResourceStatus") != "DELETE_COMPLETE":
                yield one
