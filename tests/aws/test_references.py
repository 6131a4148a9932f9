"""Secrets by reference on the emulator: resolved into the functions, and anew once the secret was rotated."""

import json

from handlers.deploying.references import pinned
from tests.aws.story import Story
from tests.fakes.salesforce import CLIENT_SECRET

REFERENCE = "{{resolve:secretsmanager:rotated:SecretString:Token}}"
TEMPLATE = json.dumps(
    {
        "Parameters": {"Token": {"Type": "String", "NoEcho": True}},
        "Resources": {"Told": {"Type": "AWS::SSM::Parameter", "Properties": {
            "Name": "told", "Type": "String", "Value": {"Ref": "Token"}
        }}},
    }
)  # fmt: skip
"""The smallest stack that has a secret."""


def test_the_functions_have_what_the_reference_leads_to(story: Story) -> None:
    """Sweep and close sign in with it; one that needs no secret of Salesforce has no variable of that name."""
    functions = story.world.emulator.client("lambda")

    def variables(function: str) -> dict[str, str]:
        told = functions.get_function_configuration(FunctionName=story.world.stack.function(function))
        held: dict[str, str] = told["Environment"]["Variables"]
        return held

    assert variables("sweep")["SALESFORCE_CLIENT_SECRET"] == CLIENT_SECRET
    assert variables("finalise")["SALESFORCE_CLIENT_SECRET"] == CLIENT_SECRET
    assert "SALESFORCE_CLIENT_SECRET" not in variables("fold")


def test_a_rotated_secret_is_deployed_by_the_next_deployment(story: Story) -> None:
    """By the version that is written into the reference: the same reference once more would change nothing."""
    emulator = story.world.emulator
    vault, stacks = emulator.client("secretsmanager"), emulator.client("cloudformation")

    def given() -> list[dict[str, str]]:
        told = pinned({"Token": REFERENCE}, lambda: vault)
        return [{"ParameterKey": name, "ParameterValue": value} for name, value in told.items()]

    def deployed() -> str:
        value: str = emulator.client("ssm").get_parameter(Name="told")["Parameter"]["Value"]
        return value

    vault.create_secret(Name="rotated", SecretString=json.dumps({"Token": "before"}))
    stacks.create_stack(StackName="rotating", TemplateBody=TEMPLATE, Parameters=given())
    stacks.get_waiter("stack_create_complete").wait(StackName="rotating", WaiterConfig={"Delay": 0.1})
    assert deployed() == "before"
    vault.put_secret_value(SecretId="rotated", SecretString=json.dumps({"Token": "after"}))
    stacks.update_stack(StackName="rotating", TemplateBody=TEMPLATE, Parameters=given())
    stacks.get_waiter("stack_update_complete").wait(StackName="rotating", WaiterConfig={"Delay": 0.1})
    assert deployed() == "after"
