"""Two environments in one account share nothing; one that is deployed again after its removal takes in what it left."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from handlers.deploying.adoption import take_in
from handlers.deploying.aws import Aws
from handlers.deploying.environment import Environment
from handlers.deploying.preflight import Deployment, plan, preflight
from handlers.deploying.template import read_template
from tests.aws.emulator import REGION, Emulator
from tests.aws.stack import TEMPLATE, Stack, deploy
from tests.aws.story import Story
from tests.engines import CREDENTIALS

STAGING = "hs-staging"
PARAMETERS = {"SalesforceUrl": "https://acme.invalid", "SalesforceClientId": "id", "SalesforceClientSecret": "secret"}
KEPT = {"Facts", "Registry", "Scores", "Accounts", "DeadEvents", "DeadRescores", "DeadCalls", "Reports"}
"""What outlives its stack."""


@pytest.fixture(scope="module", name="staging")
def _staging(story: Story) -> Stack:
    return deploy(story.world.emulator, STAGING, PARAMETERS)


@contextmanager
def deploying(emulator: Emulator) -> Iterator[Deployment]:
    """Reach the emulator as whoever deploys reaches AWS."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": emulator.url}.items():
            patch.setenv(name, value)
        told = {**PARAMETERS, "Prefix": STAGING}
        environment = Environment(STAGING, "staging", STAGING, REGION, "config", parameters=told)
        yield Deployment(environment, Aws(REGION), read_template(), told)


def test_two_environments_side_by_side_share_nothing(story: Story, staging: Stack) -> None:
    """No resource of one is the other's, and an event of one does not reach the other."""
    cloud = story.world.emulator.client("cloudformation")
    made = [
        {one["PhysicalResourceId"] for one in cloud.describe_stack_resources(StackName=name)["StackResources"]}
        for name in (story.world.stack.name, staging.name)
    ]
    assert made[0]
    assert made[1]
    assert made[0] & made[1] == set()
    before = len(story.world.scan("facts"))
    sent = story.events.changes[0].decode()
    story.world.emulator.client("sqs").send_message(QueueUrl=staging.outputs["EventQueue"], MessageBody=sent)
    story.world.until(lambda: subjects(staging) != set())
    assert len(story.world.scan("facts")) == before


def subjects(stack: Stack) -> set[str]:
    """Name what a stack knows something of."""
    items = stack.emulator.client("dynamodb").scan(TableName=f"{stack.name}-facts")["Items"]
    return {item["subject"]["S"] for item in items}


def tag_bucket(stack: Stack) -> None:
    """Tag the bucket as CloudFormation does, and the emulator does not."""
    tags = {"aws:cloudformation:stack-name": stack.name, "aws:cloudformation:logical-id": "Reports"}
    told = [{"Key": key, "Value": value} for key, value in tags.items()]
    bucket = stack.outputs["ReportsBucket"]
    stack.emulator.client("s3").put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": told})


def test_a_removed_environment_is_deployed_again_and_takes_in_what_it_left(story: Story, staging: Stack) -> None:
    """Its tables, dead letters and reports are adopted, with all that is in them; then the deployment goes on."""
    emulator, known = story.world.emulator, subjects(staging)
    cloud = emulator.client("cloudformation")
    tag_bucket(staging)
    cloud.delete_stack(StackName=STAGING)
    cloud.get_waiter("stack_delete_complete").wait(StackName=STAGING, WaiterConfig={"Delay": 0.2, "MaxAttempts": 300})
    with deploying(emulator) as deployment:
        found = {one.check: one for one in preflight(deployment)}
        assert (found["names"].verdict, found["stack"].verdict) == ("look", "fine"), found["names"]
        adopted, stack = plan(deployment)
        # What a function logs as it is removed makes its log group anew.
        assert {one.logical_id for one in adopted if one.kind != "AWS::Logs::LogGroup"} == KEPT
        take_in(deployment.aws, STAGING, stack, adopted)
        cloud.update_stack(
            StackName=STAGING,
            TemplateURL=f"{emulator.url}/{STAGING}-code/{TEMPLATE}",
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in deployment.given.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        cloud.get_waiter("stack_update_complete").wait(
            StackName=STAGING, WaiterConfig={"Delay": 0.2, "MaxAttempts": 300}
        )
        assert plan(deployment)[0] == []
    assert subjects(staging) == known
