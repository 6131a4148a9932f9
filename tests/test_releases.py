"""A release: whatever calls a function calls its alias, which moves to a new version, stopped by the right alarms."""

import json
import subprocess
from functools import cache
from typing import Any

import pytest

from tests.aws.emulator import INSTALLED
from tests.templates import Resource, absences, evaluated, references, resources, template

FUNCTIONS = sorted(resources("AWS::Serverless::Function"))
CALLERS = (
    "AWS::ApiGatewayV2::Integration",
    "AWS::IAM::Role",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::Permission",
    "AWS::Scheduler::Schedule",
    "AWS::StepFunctions::StateMachine",
)
"""Kinds of resources that name a function in order to call it, or to let it be called."""

NEEDED = {"SalesforceUrl": "https://acme.my.salesforce.com", "SalesforceClientId": "id", "SalesforceClientSecret": "s"}
SHIFTED = {"Ingest", "Fold", "Rescore", "Suggest"}
"""Functions that are called often enough for ten minutes to show whether their new version works."""


WAYS = {
    "gradual": {},
    "at-once": {"Releases": "at-once"},
    "secret": {"SalesforceClientSecret": "changed"},
    "first": {"Release": "2611280012abc"},
    "second": {"Release": "2611280013abc"},
}
"""Ways to deploy, by the parameters that are given."""

_TRANSFORM = """
import json, os, sys
os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"
from samtranslator.translator.transform import transform

class Policies:
    def load(self):
        return {}

template, ways = json.load(sys.stdin)
print(json.dumps([transform(json.loads(json.dumps(template)), values, Policies()) for values in ways]))
"""


@cache
def _transformed() -> dict[str, Resource]:
    """Give the template as CloudFormation has it once SAM's transform went over it, for each way to deploy."""
    python = INSTALLED / "bin" / "python"
    if not python.exists():
        pytest.skip("SAM's transform comes with the emulator of AWS: make emulator")
    packaged = template()
    for name in FUNCTIONS:
        packaged["Resources"][name]["Properties"]["CodeUri"] = {"Bucket": "bucket", "Key": "code"}
    told = json.dumps([packaged, [NEEDED | values for values in WAYS.values()]])
    ran = subprocess.run([python, "-c", _TRANSFORM], input=told, capture_output=True, text=True, check=True)  # noqa: S603 - what we installed
    return dict(zip(WAYS, json.loads(ran.stdout.splitlines()[-1]), strict=True))


def deployed(way: str = "gradual") -> Resource:
    """Give the transformed template of a way to deploy."""
    return _transformed()[way]


def of_kind(kind: str, way: str = "gradual") -> dict[str, Resource]:
    """Give the transformed template's resources of a type."""
    return {name: one for name, one in deployed(way)["Resources"].items() if one["Type"] == kind}


def test_whatever_calls_a_function_calls_its_alias() -> None:
    """Queues, APIs and their rights, schedules, the state machine, the desk: none names a function itself."""
    named = {
        (name, function)
        for name, resource in deployed()["Resources"].items()
        if resource["Type"] in CALLERS
        for function in references(resource["Properties"])
        if function in FUNCTIONS
    }
    assert named == set()
    called = {one for kind in CALLERS for resource in of_kind(kind).values() for one in references(resource)}
    assert {f"{name}Aliaslive" for name in FUNCTIONS} <= called


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_live_under_an_alias_that_is_there_when_it_is(function: str) -> None:
    """Its alias, version and way of release have its own condition: what a company has not is not deployed."""
    made = deployed()["Resources"]
    condition = made[function].get("Condition")
    alias = made[f"{function}Aliaslive"]
    (version,) = (name for name in made if name.startswith(f"{function}Version"))
    assert alias["Properties"]["Name"] == "live"
    assert alias["Properties"]["FunctionVersion"] == {"Fn::GetAtt": [version, "Version"]}
    assert alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"] == {
        "Ref": f"{function}DeploymentGroup"
    }
    assert {
        made[name].get("Condition") for name in (version, f"{function}Aliaslive", f"{function}DeploymentGroup")
    } == {condition}


def test_whatever_a_company_has_nothing_refers_to_what_a_release_does_not_make() -> None:
    """Under each condition, gradually and at once, after SAM's transform."""
    for releases in ("gradual", "at-once"):
        assert list(absences({**deployed(releases), "Globals": {}})) == []


def test_calls_that_fail_are_tried_again_and_kept_also_under_the_alias() -> None:
    """Retries and the queue of dead calls are the alias's, not only those of the function itself."""
    configs = of_kind("AWS::Lambda::EventInvokeConfig")
    assert configs.keys() == {f"{name}EventInvokeConfig" for name in ("Sweep", "Finalise", "Digest")}
    for config in configs.values():
        assert config["Properties"]["Qualifier"] == "live"
        assert config["Properties"]["DestinationConfig"]["OnFailure"]["Destination"] == {
            "Fn::GetAtt": ["DeadCalls", "Arn"]
        }


def test_what_is_called_often_is_shifted_and_what_is_called_by_the_hour_is_not() -> None:
    """Ten minutes show nothing of a close; a page of the desk and what it loads are of one version."""
    kinds = {name: _preference(name)["Type"] for name in FUNCTIONS}
    assert {name for name, kind in kinds.items() if kind != "AllAtOnce"} == SHIFTED
    assert {kinds[name] for name in SHIFTED} == {"Linear10PercentEvery1Minute", "Canary10Percent10Minutes"}


def _preference(function: str) -> Resource:
    preference: Resource = template()["Resources"][function]["Properties"]["DeploymentPreference"]
    return preference


def stops(function: str) -> dict[str, Resource]:
    """Give the alarms that stop a function's release."""
    group = deployed()["Resources"][f"{function}DeploymentGroup"]["Properties"]
    named = [one["Name"]["Ref"] for one in group.get("AlarmConfiguration", {}).get("Alarms", [])]
    return {name: deployed()["Resources"][name] for name in named}


def test_each_function_that_is_shifted_is_stopped_by_errors_of_its_new_version_alone() -> None:
    """Not by those of the old one: else what mends it could not be released."""
    for function in sorted(SHIFTED):
        dimensions = {
            one["Name"]: one["Value"] for one in stops(function)[f"{function}ReleaseAlarm"]["Properties"]["Dimensions"]
        }
        (version,) = (name for name in deployed()["Resources"] if name.startswith(f"{function}Version"))
        assert dimensions == {
            "FunctionName": {"Ref": function},
            "Resource": {"Fn::Sub": f"${{{function}}}:live"},
            "ExecutedVersion": {"Fn::GetAtt": [version, "Version"]},
        }
    assert {name for name in FUNCTIONS if stops(name)} == SHIFTED | {"Finalise"}


def test_no_alarm_that_is_on_for_want_of_news_or_for_what_lies_there_stops_a_release() -> None:
    """A feed that is silent, as on a first deployment, or a letter that waits: a release may be what mends it."""
    for function in FUNCTIONS:
        for name, alarm in stops(function).items():
            terms = alarm["Properties"]
            assert terms["TreatMissingData"] == "notBreaching", name
            assert terms["MetricName"] in {"Errors", "NumberOfMessagesSent"}, name
            assert terms["Statistic"] == "Sum"
            assert terms["Period"] * terms["EvaluationPeriods"] <= 300
            assert alarm.get("Condition") in {None, deployed()["Resources"][function].get("Condition")}


def test_a_release_at_once_has_nothing_that_could_stop_it() -> None:
    """No CodeDeploy: also after an alias was moved by hand, and with every alarm on."""
    kinds = {resource["Type"] for resource in deployed("at-once")["Resources"].values()}
    assert not {kind for kind in kinds if kind.startswith("AWS::CodeDeploy")}
    assert not any("UpdatePolicy" in alias for alias in of_kind("AWS::Lambda::Alias", "at-once").values())
    assert template()["Parameters"]["Releases"]["Default"] == "gradual"


def test_taking_back_is_automatic() -> None:
    """When it fails, when an alarm goes off, and when a person stops it."""
    for group in of_kind("AWS::CodeDeploy::DeploymentGroup").values():
        rollback = group["Properties"]["AutoRollbackConfiguration"]
        assert rollback["Enabled"] is True
        assert {"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"} == set(
            rollback["Events"]
        )


def test_a_changed_secret_is_published_by_the_name_of_its_release() -> None:
    """SAM itself takes no notice of a parameter's value: without a new name the alias would keep the old secret."""
    versions = {way: of_kind("AWS::Lambda::Version", way).keys() for way in WAYS}
    assert versions["gradual"] == versions["secret"]
    assert len(versions["first"]) == len(FUNCTIONS)
    assert not versions["first"] & versions["second"]
    described = [deployed("first")["Resources"][name]["Properties"]["Description"] for name in FUNCTIONS]
    assert all(words.endswith(" 2611280012abc") for words in described)


def test_versions_stay_when_a_new_one_comes() -> None:
    """There is one to go back to; `make deploy` deletes what is older than the last five."""
    assert {one["DeletionPolicy"] for one in of_kind("AWS::Lambda::Version").values()} == {"Retain"}


def test_the_desk_may_call_what_it_is_told_to_call() -> None:
    """The state machine, which calls the alias."""
    desk: Any = evaluated(deployed()["Resources"]["Desk"], dict.fromkeys(template()["Conditions"], True))
    assert desk["Properties"]["Environment"]["Variables"]["FINALISE_MACHINE"] == {"Ref": "Shardwise"}
    assert "Shardwise" in set(references(deployed()["Resources"]["DeskRole"]))
    assert "FinaliseAliaslive" in set(references(deployed()["Resources"]["Shardwise"]))
