"""The page of a restore: its commands are ones that AWS knows, in the order in which nothing is lost."""

import re
from pathlib import Path

import boto3
import pytest
from botocore import xform_name

PAGE = (Path(__file__).parents[1] / "docs" / "operations.md").read_text()
SECTION = PAGE.partition("### Put a table back in place")[2].partition("\n## ")[0]
COMMAND = re.compile(r"aws (dynamodb|lambda|sqs) ([a-z-]+)((?: --?[a-z-]+(?: [^-\s][^\s;]*)?)*)")
OF_THE_CLI = {"query", "output"}


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
