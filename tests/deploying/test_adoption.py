"""The import into a stack that stands: nothing of it changes; a template too long for a call goes by sam's bucket."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from handlers.deploying.adoption import take_in
from handlers.deploying.aws import Aws
from handlers.deploying.finding import DeployingError
from handlers.deploying.judging import Adoption
from handlers.deploying.stack import Stack
from tests.deploying.cloud import cloud

ARN = "arn:aws:cloudformation:eu-west-1:123456789012:stack/hs/5e1"
STACK = Stack(ARN, "UPDATE_COMPLETE", parameters={"Prefix": "hs", "SalesforceClientSecret": "****"})
QUEUE = Adoption("DeadSuggestions", "AWS::SQS::Queue", {"QueueUrl": "https://q"}, {"QueueName": "hs-q"}, "the queue")
WHEN = "2026-11-01T00:00:00Z"


@pytest.fixture(name="aws")
def _aws() -> Iterator[Aws]:
    with cloud() as reached:
        yield reached


def long_template() -> dict[str, Any]:
    """Give a template of more than a call may hold."""
    return {"Resources": {"Fold": {"Type": "AWS::Lambda::Function", "Metadata": "x" * 60_000}}}


def deployed(stub: Stubber) -> None:
    """Answer up to the change set."""
    body = {"TemplateBody": json.dumps(long_template())}
    stub.add_response("get_template", body, {"StackName": ARN, "TemplateStage": "Processed"})
    detail: dict[str, Any] = {
        "LogicalResourceId": "SamCliSourceBucket",
        "PhysicalResourceId": "sam-bucket",
        "ResourceType": "AWS::S3::Bucket",
        "LastUpdatedTimestamp": WHEN,
        "ResourceStatus": "CREATE_COMPLETE",
    }
    stub.add_response("describe_stack_resource", {"StackResourceDetail": detail})
    expected = {
        "StackName": "hs",
        "ChangeSetName": ANY,
        "ChangeSetType": "IMPORT",
        "ResourcesToImport": [
            {
                "ResourceType": "AWS::SQS::Queue",
                "LogicalResourceId": "DeadSuggestions",
                "ResourceIdentifier": {"QueueUrl": "https://q"},
            }
        ],
        "Parameters": [
            {"ParameterKey": name, "UsePreviousValue": True} for name in ("Prefix", "SalesforceClientSecret")
        ],
        "Capabilities": ["CAPABILITY_IAM"],
        "TemplateURL": ANY,
    }
    stub.add_response("create_change_set", {"Id": "c", "StackId": ARN}, expected)


def test_a_stack_that_stands_takes_in_what_it_left(aws: Aws) -> None:
    """Its parameters stay, secrets among them, and so does every resource that it has."""
    with Stubber(aws.client("cloudformation")) as stub, Stubber(aws.client("s3")) as s3:
        deployed(stub)
        s3.add_response("put_object", {}, {"Bucket": "sam-bucket", "Key": ANY, "Body": ANY})
        stub.add_response("describe_change_set", {"Status": "CREATE_COMPLETE"})
        stub.add_response("execute_change_set", {})
        told = {"StackName": "hs", "CreationTime": WHEN, "StackStatus": "IMPORT_COMPLETE"}
        stub.add_response("describe_stacks", {"Stacks": [told]})
        take_in(aws, "hs", STACK, [QUEUE])
        stub.assert_no_pending_responses()
        s3.assert_no_pending_responses()


def test_what_cloudformation_does_not_take_in_is_said_by_its_reason(aws: Aws) -> None:
    """Nothing was changed then."""
    with Stubber(aws.client("cloudformation")) as stub, Stubber(aws.client("s3")) as s3:
        deployed(stub)
        s3.add_response("put_object", {})
        failed = {"Status": "FAILED", "StatusReason": "hs-q already exists in stack other"}
        stub.add_response("describe_change_set", failed)
        stub.add_response("describe_change_set", failed)
        with pytest.raises(DeployingError, match="hs-q already exists in stack other"):
            take_in(aws, "hs", STACK, [QUEUE])
