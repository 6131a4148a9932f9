"""Two environments in one account share nothing; one that is deployed again after its removal takes in what it left."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handlers.deploying.commands import commands
from tests.aws.emulator import REGION
from tests.aws.stack import TEMPLATE, Stack, deploy
from tests.aws.story import Story
from tests.engines import CREDENTIALS

STAGING = "hs-staging"
PARAMETERS = {"SalesforceUrl": "https://acme.invalid", "SalesforceClientId": "id", "SalesforceClientSecret": "secret"}
FILE = f"stack: {STAGING}\nprefix: {STAGING}\nregion: {REGION}\nconfig_folder: config\nparameters: {{}}\n"
KEPT = ("facts", "registry", "scores", "accounts", "events-dead", "rescores-dead", "calls-dead")
"""What outlives its stack, beside the bucket."""


@pytest.fixture(scope="module", name="staging")
def _staging(story: Story) -> Stack:
    return deploy(story.world.emulator, STAGING, PARAMETERS)


@pytest.fixture(name="given")
def _given(story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Reach the emulator as whoever deploys reaches AWS; give the file of what was answered."""
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": story.world.emulator.url}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HEALTHSCORE_ENVIRONMENTS", str(tmp_path))
    (tmp_path / "staging.yaml").write_text(FILE)
    given = tmp_path / "given.json"
    given.write_text(json.dumps({**PARAMETERS, "Prefix": STAGING}))
    return given


def run(step: str, given: Path, *words: str, answer: str = "") -> Result:
    """Run a step of `make deploy`."""
    told = [step, "--environment", "staging", "--given", str(given), *words]
    return CliRunner().invoke(commands, told, input=answer)


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


def test_a_removed_environment_is_deployed_again_and_takes_in_what_it_left(
    story: Story, staging: Stack, given: Path
) -> None:
    """Its tables, dead letters and reports are adopted, with all that is in them; then the deployment goes on."""
    cloud, known = story.world.emulator.client("cloudformation"), subjects(staging)
    tag_bucket(staging)
    cloud.delete_stack(StackName=STAGING)
    cloud.get_waiter("stack_delete_complete").wait(StackName=STAGING, WaiterConfig={"Delay": 0.2, "MaxAttempts": 300})
    found = run("preflight", given).stdout
    assert "LOOK      names: there already, and ours" in found
    assert all(f"{STAGING}-{name}" in found for name in KEPT), found
    assert staging.outputs["ReportsBucket"] in found
    assert "STOPS     names" in run("preflight", given, "--ask", "no").stdout
    refused = run("adopt", given, answer="n\n")
    assert refused.exit_code != 0
    adopted = run("adopt", given, answer="y\n")
    assert adopted.exit_code == 0, adopted.exception
    cloud.update_stack(
        StackName=STAGING,
        TemplateURL=f"{staging.emulator.url}/{STAGING}-code/{TEMPLATE}",
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value} for key, value in json.loads(given.read_text()).items()
        ],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    cloud.get_waiter("stack_update_complete").wait(StackName=STAGING, WaiterConfig={"Delay": 0.2, "MaxAttempts": 300})
    assert subjects(staging) == known
    again = run("preflight", given).stdout
    assert "ok        names: no name that the stack needs is taken" in again
