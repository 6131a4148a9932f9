"""How DynamoDB is spoken to: reads by page, writes under a condition, several calls at once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import ClientError

from handlers.stores.dynamodb.change import Change, Condition, Words, put_words, update_words
from handlers.stores.dynamodb.client import BUSY, CALLS_AT_ONCE, store_errors
from handlers.stores.dynamodb.together import is_outrun, is_throttled, request
from handlers.stores.protocol import RefusedError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import WriteRequestUnionTypeDef

    from handlers.stores.dynamodb.change import Item, Value
    from handlers.stores.dynamodb.together import Write

_T = TypeVar("_T")
_R = TypeVar("_R")

_READ_AT_ONCE = 100
_WRITTEN_AT_ONCE = 25
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 0.0)
"""How long is waited, in seconds, each time that the engine leaves keys unread, or takes no more writes now."""


class ItemFullError(RefusedError):
    """A change would make an item larger than the 400 KB that DynamoDB allows."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("DynamoDB: an item would be larger than 400 KB")


class Engine:
    """DynamoDB as the store needs it; safe to use from several threads.

    Every method raises StoreError where DynamoDB cannot be used.
    """

    def __init__(self, client: DynamoDBClient, calls_at_once: int = CALLS_AT_ONCE) -> None:
        """Speak through a client, with so many calls under way at once."""
        self._client = client
        self._pool = ThreadPoolExecutor(calls_at_once) if calls_at_once > 1 else None

    def close(self) -> None:
        """Wait for the calls under way, and close the connections."""
        if self._pool is not None:
            self._pool.shutdown()
        self._client.close()

    def each(self, work: Callable[[_T], _R], things: Iterable[_T]) -> list[_R]:
        """Do some work on each thing, several at a time; give the results in the order of the things."""
        return list(map(work, things) if self._pool is None else self._pool.map(work, things))

    def identity(self, table: str) -> str:
        """Tell which table bears a name: one that was restored in place is another."""
        with store_errors():
            said = self._client.describe_table(TableName=table)["Table"]
        return f"{said.get('TableId')} {said.get('CreationDateTime')}"

    def get(self, table: str, key: Item) -> Item | None:
        """Read one item as it is now."""
        with store_errors():
            return self._client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")

    def get_all(self, table: str, keys: Iterable[Item]) -> Iterator[Item]:
        """Read those of the items that there are, as they are now, in any order; no key may come twice."""
        stream = iter(keys)
        while some := list(islice(stream, _READ_AT_ONCE)):
            yield from self._get_some(table, some)

    def _get_some(self, table: str, keys: list[Item]) -> Iterator[Item]:
        for pause in _PAUSES:
            with store_errors():
                got = self._client.batch_get_item(RequestItems={table: {"Keys": keys, "ConsistentRead": True}})
            yield from got["Responses"].get(table, [])
            unread = got["UnprocessedKeys"].get(table)
            if unread is None:
                return
            keys = [dict(key) for key in unread["Keys"]]
            time.sleep(pause)
        raise StoreError(BUSY)

    def query(
        self, table: str, key: tuple[str, Value], between: tuple[str, Value, Value] | None = None
    ) -> Iterator[Item]:
        """Read the items of a partition, as they are now, by their sort keys; or those between two sort keys."""
        words = Words()
        wanted = f"{words.name(key[0])} = {words.value(key[1])}"
        if between is not None:
            name, first, last = between
            wanted += f" AND {words.name(name)} BETWEEN {words.value(first)} AND {words.value(last)}"
        said = words.spoken(KeyConditionExpression=wanted)
        with store_errors():
            for page in self._client.get_paginator("query").paginate(TableName=table, ConsistentRead=True, **said):
                yield from page["Items"]

    def query_index(self, table: str, index: str, key: tuple[str, Value]) -> Iterator[Item]:
        """Read the items of an index's partition, as they were a moment ago."""
        words = Words()
        said = words.spoken(KeyConditionExpression=f"{words.name(key[0])} = {words.value(key[1])}")
        with store_errors():
            for page in self._client.get_paginator("query").paginate(TableName=table, IndexName=index, **said):
                yield from page["Items"]

    def newest(self, table: str, key: tuple[str, Value], between: tuple[str, Value, Value], most: int) -> list[Item]:
        """Read of a partition's items between two sort keys so many at most, those of the greatest keys, backwards."""
        words = Words()
        name, first, last = between
        wanted = f"{words.name(key[0])} = {words.value(key[1])}"
        wanted += f" AND {words.name(name)} BETWEEN {words.value(first)} AND {words.value(last)}"
        said = words.spoken(KeyConditionExpression=wanted)
        with store_errors():
            return self._client.query(TableName=table, ConsistentRead=True, ScanIndexForward=False, Limit=most, **said)[
                "Items"
            ]

    def last_before(self, table: str, key: tuple[str, Value], below: tuple[str, Value]) -> Item | None:
        """Read the item of a partition that has the greatest sort key below a value."""
        words = Words()
        partition = f"{words.name(key[0])} = {words.value(key[1])}"
        said = words.spoken(KeyConditionExpression=f"{partition} AND {words.name(below[0])} < {words.value(below[1])}")
        with store_errors():
            got = self._client.query(TableName=table, ConsistentRead=True, ScanIndexForward=False, Limit=1, **said)
        return next(iter(got["Items"]), None)

    def scan(self, table: str, attributes: Iterable[str], beginning: tuple[str, str] | None = None) -> Iterator[Item]:
        """Read some attributes (none named: all) of every item of a table, in no order; or where a text begins so."""
        words = Words()
        shown = ", ".join([words.name(attribute) for attribute in attributes])
        kept = beginning and f"begins_with({words.name(beginning[0])}, {words.value({'S': beginning[1]})})"
        said = words.spoken(ProjectionExpression=shown, FilterExpression=kept)
        with store_errors():
            for page in self._client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True, **said):
                yield from page["Items"]

    def scanned(
        self, table: str, attributes: Iterable[str], after: Item | None
    ) -> Iterator[tuple[list[Item], Item | None]]:
        """Read some attributes of every item behind a key, page by page, each with its last key; None: it is the last.

        The order is the table's own, and always the same: a scan that stopped goes on behind its last key.
        """
        words = Words()
        said = words.spoken(ProjectionExpression=", ".join([words.name(attribute) for attribute in attributes]))
        while True:
            begun = said if after is None else {**said, "ExclusiveStartKey": after}
            with store_errors():
                page = self._client.scan(TableName=table, ConsistentRead=True, **begun)
            after = page.get("LastEvaluatedKey")
            yield page["Items"], after
            if after is None:
                return

    def put(self, table: str, item: Item, condition: Condition | None = None) -> bool:
        """Write a whole item; tell whether its condition held."""
        with store_errors():
            try:
                self._client.put_item(TableName=table, Item=item, **put_words(condition))
            except ClientError as error:
                return _refused(error)
        return True

    def put_all(self, table: str, items: Iterable[Item]) -> None:
        """Write whole items in the place of whatever is there, many in one call; no key may come twice in a call."""
        stream = iter(items)
        calls = iter(lambda: list(islice(stream, _WRITTEN_AT_ONCE)), [])
        self.each(lambda some: self._put_some(table, some), calls)

    def _put_some(self, table: str, items: list[Item]) -> None:
        asked: Sequence[WriteRequestUnionTypeDef] = [{"PutRequest": {"Item": item}} for item in items]
        for pause in _PAUSES:
            with store_errors():
                left = self._client.batch_write_item(RequestItems={table: asked})["UnprocessedItems"]
            if not left:
                return
            asked = left[table]
            time.sleep(pause)
        raise StoreError(BUSY)

    def write_together(self, writes: Sequence[Write]) -> bool:
        """Write items of several keys wholly or not at all; tell whether all conditions held, and nobody interfered."""
        items = [request(write) for write in writes]
        for pause in _PAUSES:
            with store_errors():
                try:
                    self._client.transact_write_items(TransactItems=items)
                except ClientError as error:
                    if is_outrun(error):
                        return False
                    if not is_throttled(error):
                        raise
                else:
                    return True
            time.sleep(pause)
        raise StoreError(BUSY)

    def delete(self, table: str, key: Item) -> bool:
        """Take an item away; tell whether it was there."""
        with store_errors():
            gone = self._client.delete_item(TableName=table, Key=key, ReturnValues="ALL_OLD")
        return bool(gone.get("Attributes"))

    def update(self, table: str, key: Item, change: Change) -> Item | None:
        """Change an item and give it as it now is; None where the condition did not hold.

        Raises ItemFullError where the item would be too large.
        """
        said = update_words(change)
        with store_errors():
            try:
                changed = self._client.update_item(TableName=table, Key=key, ReturnValues="ALL_NEW", **said)
            except ClientError as error:
                _refused(error)
                return None
        return changed.get("Attributes", {})


def _refused(error: ClientError) -> bool:
    """Give False where a condition did not hold; raises ItemFullError, or the error itself."""
    told_by = error.response["Error"]
    if told_by["Code"] == "ConditionalCheckFailedException":
        return False
    if told_by["Code"] == "ValidationException" and "item size" in told_by["Message"].lower():
        raise ItemFullError from error
    raise error
