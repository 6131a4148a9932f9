"""The tables of a store in DynamoDB, by the prefix of their names."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from handlers.stores.dynamodb.client import store_errors
from handlers.stores.protocol import StoreError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import CreateTableInputTypeDef, TableDescriptionTypeDef

BY_OWNER = "by-owner"
"""The index of facts by the latest owner said."""

_WITHOUT_BACKUPS = {"UnknownOperationException", "InvalidAction", "UnsupportedOperation"}
_BACKUP_TRIES = 30
_STACK = "aws:cloudformation:stack-name"
"""The tag of every table that CloudFormation made."""
_WITHOUT_TAGS = _WITHOUT_BACKUPS | {"AccessDeniedException"}


@dataclass(frozen=True, slots=True)
class Tables:
    """The names of the tables: facts (by subject), registry (owners, feeds, gap marks, models), scores, accounts."""

    prefix: str

    @property
    def facts(self) -> str:
        """Name the table of facts."""
        return f"{self.prefix}-facts"

    @property
    def registry(self) -> str:
        """Name the table of owners, feeds, gap marks and models."""
        return f"{self.prefix}-registry"

    @property
    def scores(self) -> str:
        """Name the table of records."""
        return f"{self.prefix}-scores"

    @property
    def accounts(self) -> str:
        """Name the table of accounts, of who owns what, and of their history."""
        return f"{self.prefix}-accounts"

    @property
    def names(self) -> tuple[str, str, str]:
        """Name those that every store has; one of before accounts were kept has no other."""
        return self.facts, self.registry, self.scores

    @property
    def every(self) -> tuple[str, ...]:
        """Name all of them."""
        return *self.names, self.accounts


def create_tables(client: DynamoDBClient, tables: Tables) -> None:
    """Make those tables that are not there, paid by request, with point-in-time recovery where there is any.

    The attribute `expires` is left free for a time to live. Raises StoreError where DynamoDB
    cannot be used.
    """
    keyed = [_pairs(tables.registry, "pk", "sk"), _pairs(tables.accounts, "pk", "sk")]
    wanted = [_facts(tables.facts), *keyed, _pairs(tables.scores, "account_id", "period")]
    with store_errors():
        made = [table["TableName"] for table in wanted if _create(client, table)]
        for table in wanted:
            client.get_waiter("table_exists").wait(
                TableName=table["TableName"], WaiterConfig={"Delay": 1, "MaxAttempts": 180}
            )
        for name in made:
            _keep_backups(client, name)


def check_tables(client: DynamoDBClient, tables: Tables) -> bool:
    """Tell whether there is a table of accounts.

    Raises StoreError where another table is missing; it names the prefixes that have all of theirs.
    """
    with store_errors():
        there = {name for page in client.get_paginator("list_tables").paginate() for name in page["TableNames"]}
    if there.issuperset(tables.names):
        return tables.accounts in there
    prefixes = sorted({name.removesuffix("-facts") for name in there if name.endswith("-facts")})
    whole = [prefix for prefix in prefixes if there.issuperset(Tables(prefix).names)]
    others = f"there are tables of {', '.join(whole)}" if whole else "there are none of any other prefix either"
    missing = ", ".join(sorted(set(tables.names) - there))
    raise StoreError(
        f"DynamoDB has no {missing} in this region and account; {others}. "
        "Name one with --store, or ingest something first"
    )


def is_of_older_stack(client: DynamoDBClient, tables: Tables) -> bool:
    """Tell whether a stack has the tables, but none of accounts yet: that is the stack's to make, and nobody else's.

    One of its name would stop the deployment that brings it.
    """
    with store_errors():
        return _about(client, tables.accounts) is None and _STACK in _tags(client, tables.facts)


def _about(client: DynamoDBClient, name: str) -> TableDescriptionTypeDef | None:
    try:
        return client.describe_table(TableName=name)["Table"]
    except client.exceptions.ResourceNotFoundException:
        return None


def _tags(client: DynamoDBClient, name: str) -> set[str]:
    """Name the tags of a table; none where it is not there, or where there are none to be read."""
    table = _about(client, name)
    if table is None:
        return set()
    try:
        return {tag["Key"] for tag in client.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]}
    except ClientError as error:
        if error.response["Error"]["Code"] in _WITHOUT_TAGS:
            return set()
        raise


def drop_tables(client: DynamoDBClient, tables: Tables) -> None:
    """Remove the tables and all that is in them."""
    with store_errors():
        for name in tables.every:
            client.delete_table(TableName=name)


def _facts(name: str) -> CreateTableInputTypeDef:
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "subject", "AttributeType": "S"},
            {"AttributeName": "owner", "AttributeType": "S"},
        ],
        "KeySchema": [{"AttributeName": "subject", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": BY_OWNER,
                "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    }


def _pairs(name: str, partition: str, sort: str) -> CreateTableInputTypeDef:
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": partition, "AttributeType": "S"},
            {"AttributeName": sort, "AttributeType": "S"},
        ],
        "KeySchema": [
            {"AttributeName": partition, "KeyType": "HASH"},
            {"AttributeName": sort, "KeyType": "RANGE"},
        ],
    }


def _create(client: DynamoDBClient, table: CreateTableInputTypeDef) -> bool:
    """Make a table; tell whether it was not there."""
    if _about(client, table["TableName"]) is not None:
        return False
    try:
        client.create_table(**table)
    except client.exceptions.ResourceInUseException:
        return False
    return True


def _keep_backups(client: DynamoDBClient, name: str) -> None:
    """Turn point-in-time recovery on; a table just made is not always ready for it."""
    for _ in range(_BACKUP_TRIES):
        try:
            client.update_continuous_backups(
                TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
            )
        except client.exceptions.ContinuousBackupsUnavailableException:
            time.sleep(2)
        except ClientError as error:
            if error.response["Error"]["Code"] in _WITHOUT_BACKUPS:
                return
            raise
        else:
            return
    raise StoreError(f"DynamoDB: turn on point-in-time recovery of the table {name}; it was not ready for it")
