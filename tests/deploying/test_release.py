"""A release has a name that is new each time, and leaves of older ones as many as can be taken back."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws

from handlers.deploying.commands import commands
from handlers.deploying.old_versions import delete_old, functions_of
from handlers.deploying.release import named, release_name
from tests.engines import free_port
from tests.templates import PATH, template

AT = datetime(2026, 11, 28, 0, 12, 5, tzinfo=UTC)


def test_a_name_is_a_minute_and_a_commit() -> None:
    """In UTC; the first ten characters alone tell releases apart, for SAM takes no more into a version's name."""
    assert release_name(AT, "591e2a3") == "2611280012591e2a3"
    assert release_name(AT.astimezone(timezone(timedelta(hours=5))), "") == "2611280012"
    assert release_name(AT, "x")[:10] != release_name(AT + timedelta(minutes=1), "x")[:10]


@pytest.mark.parametrize("commit", ["", "591e2a3", "a b;$(c)"])
def test_a_name_is_one_that_the_template_takes(commit: str) -> None:
    """Whatever git says."""
    assert re.fullmatch(template()["Parameters"]["Release"]["AllowedPattern"], release_name(AT, commit))


def test_the_name_comes_to_what_sam_is_given() -> None:
    """Beside the other parameters, whatever a file says that it is."""
    assert named({"Prefix": "acme", "Release": "old"}, AT, "c") == {"Prefix": "acme", "Release": "2611280012c"}


def test_a_deployment_names_its_release_and_deletes_old_versions_when_it_is_live() -> None:
    """In this order: a release that failed takes nothing away from the one before."""
    recipe = PATH.with_name("Makefile").read_text().partition("\ndeploy:")[2].partition("\n\n")[0]
    steps = (
        "$(DEPLOYING) ask ",
        '--commit "$$(git rev-parse --short HEAD',
        '"$(SAM)" deploy',
        "$(DEPLOYING) old-versions ",
    )
    places = [recipe.index(words) for words in steps]
    assert places == sorted(places)


@pytest.fixture(name="functions")
def _functions(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield boto3.client("lambda")


@pytest.fixture(name="fold")
def _fold(functions: Any) -> str:  # noqa: ANN401 - a client of any service
    """Make a function of nine versions, of which the ninth is live."""
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("a.py", "")
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}]}
    role = boto3.client("iam").create_role(RoleName="fold", AssumeRolePolicyDocument=json.dumps(policy))
    functions.create_function(
        FunctionName="fold",
        Runtime="python3.12",
        Role=role["Role"]["Arn"],
        Handler="a.b",
        Code={"ZipFile": packed.getvalue()},
    )
    for number in range(9):
        functions.update_function_configuration(FunctionName="fold", Description=str(number))
        functions.publish_version(FunctionName="fold")
    functions.create_alias(FunctionName="fold", Name="live", FunctionVersion="9")
    return "fold"


def _versions(functions: Any, name: str) -> list[str]:  # noqa: ANN401 - a client of any service
    return [one["Version"] for one in functions.list_versions_by_function(FunctionName=name)["Versions"]]


def test_of_old_versions_the_last_ones_stay(functions: Any, fold: str) -> None:  # noqa: ANN401 - a client of any service
    """Doing it twice deletes nothing more."""
    assert delete_old(functions, fold) == ["1", "2", "3", "4"]
    assert delete_old(functions, fold) == []
    assert _versions(functions, fold) == ["$LATEST", "5", "6", "7", "8", "9"]


def test_what_an_alias_leads_to_stays_however_old(functions: Any, fold: str) -> None:  # noqa: ANN401 - a client of any service
    """Also where it is called for a part alone, as while a release goes on."""
    functions.update_alias(
        FunctionName=fold,
        Name="live",
        FunctionVersion="2",
        RoutingConfig={"AdditionalVersionWeights": {"3": 0.1}},
    )
    assert delete_old(functions, fold) == ["1", "4"]


def test_a_stack_that_cannot_be_looked_at_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The release is live all the same."""
    settings = {"ACCESS_KEY_ID": "testing", "SECRET_ACCESS_KEY": "testing", "DEFAULT_REGION": "eu-west-1"}
    for name, value in {**settings, "ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    done = CliRunner().invoke(commands, ["old-versions", "--stack", "nowhere"])
    assert done.exit_code == 0
    assert "deployed; but old versions of the functions were not deleted: AWS cannot be reached" in done.stderr


def test_the_functions_of_a_stack_are_found_by_their_kind() -> None:
    """Whatever else it has, or once had: a function that was switched off is asked for no versions."""

    class Pages:
        def get_paginator(self, _: str) -> "Pages":
            return self

        def paginate(self, **_: str) -> list[dict[str, Any]]:
            kinds = {"company-fold": "AWS::Lambda::Function", "company-facts": "AWS::DynamoDB::Table"}
            named = [{"ResourceType": kind, "PhysicalResourceId": name} for name, kind in kinds.items()]
            gone = {**named[0], "PhysicalResourceId": "company-suggest", "ResourceStatus": "DELETE_COMPLETE"}
            return [{"StackResourceSummaries": [*named, gone, {"ResourceType": "AWS::Lambda::Function"}]}]

    assert list(functions_of(Pages(), "company")) == ["company-fold"]
