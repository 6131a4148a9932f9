"""Take what is there already into the stack: a change set of CloudFormation that imports, and changes nothing.

A stack that is not there yet is made of what is imported alone; the deployment then updates it.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import uuid4

from botocore.exceptions import WaiterError

from handlers.deploying.aws import Aws, aws_errors
from handlers.deploying.finding import DeployingError
from handlers.deploying.judging import Adoption
from handlers.deploying.stack import Stack

PAUSE_SECONDS: Final = 1

_MOST_INLINE: Final = 51_200
"""The bytes of a template that fit into a call; a longer one is read from a bucket."""

_SAM_STACK, _SAM_BUCKET = "aws-sam-cli-managed-default", "SamCliSourceBucket"
"""Where `sam deploy --resolve-s3` keeps what it uploads."""


def take_in(aws: Aws, name: str, stack: Stack | None, adopted: Sequence[Adoption]) -> None:
    """Import it all into the stack of this name, and wait for it. Raises DeployingError."""
    client, change = aws.client("cloudformation"), f"adopt-{uuid4().hex[:12]}"
    with aws_errors():
        body = json.dumps(template_of(_deployed_template(client, stack), adopted), separators=(",", ":"))
        client.create_change_set(
            StackName=name,
            ChangeSetName=change,
            ChangeSetType="IMPORT",
            ResourcesToImport=[_identified(one) for one in adopted],
            Parameters=[{"ParameterKey": one, "UsePreviousValue": True} for one in _parameters(stack)],
            Capabilities=["CAPABILITY_IAM"],
            **_sent(aws, body, change),
        )
    _wait(aws, name, change, "change_set_create_complete")
    with aws_errors():
        client.execute_change_set(StackName=name, ChangeSetName=change)
    _wait(aws, name, change, "stack_import_complete")


def template_of(deployed: Mapping[str, Any], adopted: Sequence[Adoption]) -> dict[str, Any]:
    """Give the template of an import: all that is deployed as it stands, and what is adopted as it is.

    It must not differ in anything else, for an import may change nothing.
    """
    resources = {one.logical_id: _resource(one) for one in adopted}
    whole = {"AWSTemplateFormatVersion": "2010-09-09", **deployed}
    return {**whole, "Resources": {**deployed.get("Resources", {}), **resources}}


def _resource(one: Adoption) -> dict[str, Any]:
    """Describe one; each must say what becomes of it when its stack is removed."""
    kept = "Delete" if one.kind == "AWS::Logs::LogGroup" else "Retain"
    return {
        "Type": one.kind,
        "DeletionPolicy": kept,
        "UpdateReplacePolicy": kept,
        "Properties": dict(one.properties),
    }


def _identified(one: Adoption) -> dict[str, Any]:
    return {
        "ResourceType": one.kind,
        "LogicalResourceId": one.logical_id,
        "ResourceIdentifier": dict(one.identifier),
    }


def _deployed_template(client: Any, stack: Stack | None) -> dict[str, Any]:  # noqa: ANN401  a client
    """Read what is deployed as CloudFormation made it, SAM's short forms written out."""
    if stack is None:
        return {}
    told = client.get_template(StackName=stack.id, TemplateStage="Processed")["TemplateBody"]
    read: dict[str, Any] = json.loads(told) if isinstance(told, str) else json.loads(json.dumps(told))
    return read


def _parameters(stack: Stack | None) -> list[str]:
    return [] if stack is None else sorted(stack.parameters)


def _sent(aws: Aws, body: str, change: str) -> dict[str, str]:
    """Give the template as a call takes it: by itself, or from the bucket that sam uses too."""
    if len(body.encode()) <= _MOST_INLINE:
        return {"TemplateBody": body}
    told = aws.client("cloudformation").describe_stack_resource(StackName=_SAM_STACK, LogicalResourceId=_SAM_BUCKET)
    bucket, key = told["StackResourceDetail"]["PhysicalResourceId"], f"{change}.template"
    s3 = aws.client("s3")
    s3.put_object(Bucket=bucket, Key=key, Body=body.encode())
    return {"TemplateURL": f"{_address(s3.meta.endpoint_url, bucket)}/{key}"}


def _address(endpoint: str, bucket: str) -> str:
    """Give the address of a bucket: AWS has it in the name of the host."""
    return endpoint.replace("://s3.", f"://{bucket}.s3.", 1) if "://s3." in endpoint else f"{endpoint}/{bucket}"


def _wait(aws: Aws, name: str, change: str, until: str) -> None:
    told = {"ChangeSetName": change} if until.startswith("change_set") else {}
    with aws_errors():
        waiter = aws.client("cloudformation").get_waiter(until)
        try:
            waiter.wait(StackName=name, WaiterConfig={"Delay": PAUSE_SECONDS, "MaxAttempts": 900}, **told)
        except WaiterError as error:
            raise DeployingError(f"CloudFormation did not take it in: {_reason(aws, name, change, error)}") from error


def _reason(aws: Aws, name: str, change: str, error: WaiterError) -> str:
    client = aws.client("cloudformation")
    told = client.describe_change_set(StackName=name, ChangeSetName=change)
    return str(told.get("StatusReason") or error)
