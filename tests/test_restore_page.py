"""The page of a restore: its commands are ones that AWS knows, in the order in which nothing is lost."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import xform_name
from moto import mock_aws

from handlers.clock import now
from handlers.stores.dynamodb.store import DynamoStore
from handlers.stores.dynamodb.tables import Tables, create_tables

PAGE = (Path(__file__).parents[1] / "docs" / "operations.md").read_text()
SECTION = PAGE.partition("### Put a table back in place")[2].partition("\n## ")[0]
COMMAND = re.compile(r"aws (dynamodb|lambda|sqs) ([a-z-]+)((?: --?[a-z-]+(?: [^-\s][^\s;]*)?)*)")
OF_THE_CLI = {"query", "output"}
ON = {"PointInTimeRecoveryEnabled": True}


def commands() -> list[tuple[str, str, set[str]]]:
    """Give each command of the section: service, operation, options."""
    found = COMMAND.findall(SECTION)
    return [(service, deed, set(re.findall(r" --([a-z-]+)", options)) - OF_THE_CLI) for service, deed, options in found]


@pytest.mark.parametrize(("service", "deed", "options"), [one for one in commands() if one[1] != "wait"])
def test_aws_knows_each_command_and_its_options(service: str, deed: str, options: set[str]) -> None:
    """By the models that its own clients are made of."""
    model = boto3.client(service, region_name="eu-west-1").meta.service_model  # type: ignore[call-overload]
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    shape = model.operation_model(operations[deed]).input_shape
    assert shape is not None
    known = {xform_name(name, "-") for name in shape.members}
    assert {option.removeprefix("no-") for option in options} <= known
    assert {xform_name(name, "-") for name in shape.required_members} <= options


def test_the_order_loses_nothing() -> None:
    """What writes is paused before anything is deleted; a backup is there before; it goes on at the very end."""
    deeds = [deed for _, deed, _ in commands()]
    order = [
        "update-event-source-mapping",
        "create-backup",
        "delete-table",
        "restore-table-from-backup",
        "update-continuous-backups",
        "update-time-to-live",
    ]
    assert [deed for deed in deeds if deed in order] == [*order, "update-event-source-mapping"]


@mock_aws
def test_what_was_restored_beside_takes_the_place_of_what_is_damaged() -> None:
    """The page's commands for DynamoDB, one after the other: what was wrong since is gone, the rest is there."""
    dynamodb: Any = boto3.client(
        "dynamodb",
        region_name="eu-west-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",  # noqa: S106 - none
    )
    create_tables(dynamodb, Tables("company"))
    at_first = DynamoStore(dynamodb, "company", now)
    at_first.set_cursor("sweep", "well")
    dynamodb.update_continuous_backups(TableName="company-registry", PointInTimeRecoverySpecification=ON)
    dynamodb.restore_table_to_point_in_time(
        SourceTableName="company-registry", TargetTableName="company-then-registry", UseLatestRestorableTime=True
    )
    at_first.set_cursor("sweep", "damaged")
    shell = {"P": "company", "T": "registry"}
    for deed, given in _calls(dynamodb):
        answer = getattr(dynamodb, deed)(**{name: _filled(value, shell) for name, value in given.items()})
        if deed == "create_backup":
            shell["B"] = answer["BackupDetails"]["BackupArn"]
    assert DynamoStore(dynamodb, "company", now).cursor("sweep") == "well"
    backups = dynamodb.describe_continuous_backups(TableName="company-registry")["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    left = dynamodb.describe_time_to_live(TableName="company-registry")["TimeToLiveDescription"]
    assert (left["TimeToLiveStatus"], left["AttributeName"]) == ("ENABLED", "expires")


def _calls(client: Any) -> Iterator[tuple[str, dict[str, str]]]:  # noqa: ANN401  a client of boto3
    """Give the page's calls of DynamoDB as boto3 makes them, but for those that wait."""
    model = client.meta.service_model
    for service, deed, options in COMMAND.findall(SECTION):
        if service != "dynamodb" or deed == "wait":
            continue
        shape = model.operation_model({xform_name(name, "-"): name for name in model.operation_names}[deed]).input_shape
        members = {xform_name(name, "-"): name for name in shape.members}
        said = dict(re.findall(r" --([a-z-]+) ([^\s)]+)", options))
        yield deed.replace("-", "_"), {members[name]: value for name, value in said.items() if name not in OF_THE_CLI}


def _filled(value: str, shell: Mapping[str, str]) -> Any:  # noqa: ANN401  a text, or what a shorthand stands for
    """Fill a value as the shell and the AWS CLI do."""
    text = re.sub(r"\$([A-Z])", lambda found: shell[found[1]], value.strip('"'))
    if "=" not in text:
        return text
    pairs = (part.split("=") for part in text.split(","))
    return {name: word == "true" if word in ("true", "false") else word for name, word in pairs}
