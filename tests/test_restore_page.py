"""The page of a restore: its commands are ones that AWS knows, in the order in which nothing is lost."""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import xform_name
from moto import mock_aws

from handlers.clock import now
from handlers.stores.dynamodb.store import DynamoStore
from handlers.stores.dynamodb.tables import Tables, create_tables
from tests.awscli import OF_THE_CLI, Cli

PAGE = (Path(__file__).parents[1] / "docs" / "operations.md").read_text()
SECTION = PAGE.partition("### Put a table back in place")[2].partition("\n## ")[0]
COMMAND = re.compile(r"aws (dynamodb|lambda|sqs) ([a-z-]+)((?: --?[a-z-]+(?: [^-\s][^\s;]*)?)*)")
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
    cli = Cli(lambda _: dynamodb)
    for service, deed, options in COMMAND.findall(SECTION):
        if service == "dynamodb" and deed != "wait":
            said = cli.run([service, deed, *shlex.split(_filled(options, shell))])
            shell["B"] = said.strip() if deed == "create-backup" else shell.get("B", "")
    assert DynamoStore(dynamodb, "company", now).cursor("sweep") == "well"
    backups = dynamodb.describe_continuous_backups(TableName="company-registry")["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    left = dynamodb.describe_time_to_live(TableName="company-registry")["TimeToLiveDescription"]
    assert (left["TimeToLiveStatus"], left["AttributeName"]) == ("ENABLED", "expires")


def _filled(text: str, shell: Mapping[str, str]) -> str:
    """Fill words as the shell does; the bracket that ends a command within another is none of its words."""
    return re.sub(r"\$([A-Z])", lambda found: shell[found[1]], text).replace(')"', "")
