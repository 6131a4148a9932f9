"""The deployed tables are the ones that the store makes for itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import boto3
import pytest
import yaml
from moto import mock_aws
from mypy_boto3_dynamodb import DynamoDBClient

from handlers.adapters.dynamodb_tables import Tables, create_tables

Resource: TypeAlias = dict[str, Any]

TEMPLATE = Path(__file__).parents[1] / "template.yaml"
PREFIX = "company"


class _Loader(yaml.SafeLoader):
    """Reads a template; of a short function (`!Sub text`) the argument is kept."""


def _argument(loader: yaml.SafeLoader, _: str, node: yaml.Node) -> str:
    assert isinstance(node, yaml.ScalarNode)
    return loader.construct_scalar(node).replace("${Prefix}", PREFIX)


_Loader.add_multi_constructor("!", _argument)


def resources(kind: str) -> dict[str, Resource]:
    """Give the template's resources of a type by their logical name, `${Prefix}` filled in."""
    found: dict[str, Resource] = yaml.load(TEMPLATE.read_text(), _Loader)["Resources"]  # noqa: S506  built on SafeLoader
    return {name: resource for name, resource in found.items() if resource["Type"] == kind}


def deployed() -> dict[str, Resource]:
    """Give the properties of each table of the template by its name."""
    tables = resources("AWS::DynamoDB::Table").values()
    return {table["Properties"]["TableName"]: table["Properties"] for table in tables}


@pytest.fixture(name="client")
def _client(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoDBClient]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield boto3.client("dynamodb", region_name="eu-west-1")


def test_the_template_deploys_the_tables_that_the_store_makes(client: DynamoDBClient) -> None:
    """A store opened on deployed tables finds their keys and indexes as it would have made them."""
    create_tables(client, Tables(PREFIX))
    assert client.list_tables()["TableNames"] == sorted(deployed())
    for name, properties in deployed().items():
        made = client.describe_table(TableName=name)["Table"]
        assert made["KeySchema"] == properties["KeySchema"]
        assert made["AttributeDefinitions"] == properties["AttributeDefinitions"]
        indexes = [
            {key: index[key] for key in ("IndexName", "KeySchema", "Projection")}
            for index in made.get("GlobalSecondaryIndexes", [])
        ]
        assert indexes == properties.get("GlobalSecondaryIndexes", [])


@pytest.mark.parametrize("name", sorted(deployed()))
def test_a_table_is_paid_by_request_backed_up_and_encrypted(name: str) -> None:
    """Each table costs what it is used, and can be had back as it was at any moment of late."""
    properties = deployed()[name]
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"] == {"SSEEnabled": True}


def test_no_table_goes_with_its_stack() -> None:
    """Removing or replacing the stack leaves the tables where they are."""
    tables = resources("AWS::DynamoDB::Table").values()
    assert {(table["DeletionPolicy"], table["UpdateReplacePolicy"]) for table in tables} == {("Retain", "Retain")}


def test_an_event_that_keeps_failing_ends_in_the_dead_letter_queue() -> None:
    """The queue of events hands over to the dead-letter queue, which keeps events as long as can be."""
    queues = resources("AWS::SQS::Queue")
    assert queues["Events"]["Properties"]["RedrivePolicy"]["deadLetterTargetArn"] == "DeadEvents.Arn"
    assert queues["DeadEvents"]["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert all(queue["Properties"]["SqsManagedSseEnabled"] for queue in queues.values())
