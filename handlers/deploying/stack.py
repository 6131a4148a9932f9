"""The stack as CloudFormation knows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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
        pages = aws.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name)
        told = [one for page in pages for one in page["StackResourceSummaries"]]
    return {
        one["LogicalResourceId"]: one["PhysicalResourceId"]
        for one in told
        if one.get("PhysicalResourceId") and one["ResourceStatus"] != "DELETE_COMPLETE"
    }
