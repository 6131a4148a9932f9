"""One table: its items by their keys, in the order and by the pages in which they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from hashlib import blake2b
from typing import Any, Final, TypeAlias
from uuid import uuid4

from tests.fakes.dynamodb.errors import invalid
from tests.fakes.dynamodb.values import MOST_BYTES, SETS, Item, item_bytes

PAGE_BYTES: Final = 1024 * 1024
ACCOUNT: Final = "123456789012"

Key: TypeAlias = tuple[str, ...]
Place: TypeAlias = tuple[bytes, ...]


class Table:
    """The items of one table, all of whose keys are texts."""

    def __init__(self, made: Mapping[str, Any], region: str) -> None:
        """Make it empty, as CreateTable asks for it."""
        if any(one["AttributeType"] != "S" for one in made["AttributeDefinitions"]):
            raise NotImplementedError("a key that is no text")
        self.keys = _keys(made)
        self.indexes = {one["IndexName"]: _keys(one) for one in made.get("GlobalSecondaryIndexes", [])}
        self._partitions: dict[str, dict[Key, Item]] = {}
        name = made["TableName"]
        self.description = {
            **{part: made[part] for part in made if part not in ("BillingMode", "Tags")},
            "TableStatus": "ACTIVE",
            "TableId": str(uuid4()),
            "TableArn": f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/{name}",
            "CreationDateTime": 1_700_000_000.0,
            "BillingModeSummary": {"BillingMode": made.get("BillingMode", "PROVISIONED")},
        }

    def copy(self) -> Table:
        """Give another table with the same items in it."""
        made = copy(self)
        made._partitions = {value: dict(items) for value, items in self._partitions.items()}  # noqa: SLF001
        made.description = self.description | {"TableId": str(uuid4())}
        return made

    def key(self, item: Item) -> Key:
        """Give the key of an item."""
        return tuple(_text(item, name) for name in self.keys)

    def key_of(self, given: Item) -> Key:
        """Read a key, which has nothing else in it."""
        if set(given) != set(self.keys):
            raise invalid("The provided key element does not match the schema")
        return self.key(given)

    def get(self, key: Key) -> Item | None:
        """Give an item."""
        return self._partitions.get(key[0], {}).get(key)

    def put(self, item: Item, too_large: str) -> None:
        """Put an item in the place of whatever is there."""
        for names in self.indexes.values():
            for name in names:
                if name in item:
                    _text(item, name)
        if any(not value[kind] for value in item.values() for kind in value if kind in SETS):
            raise invalid("One or more parameter values were invalid: An string set  may not be empty")
        if item_bytes(item) > MOST_BYTES:
            raise invalid(too_large)
        key = self.key(item)
        self._partitions.setdefault(key[0], {})[key] = item

    def delete(self, key: Key) -> None:
        """Take an item away, if it is there."""
        self._partitions.get(key[0], {}).pop(key, None)

    def partition(self, value: str, index: str | None) -> list[Item]:
        """Give the items of a partition, of the table or of an index, in their order."""
        if index is None:
            found: Iterable[Item] = self._partitions.get(value, {}).values()
        else:
            found = [item for item in self.all() if item.get(self.indexes[index][0]) == {"S": value}]
        return sorted(found, key=self.place)

    def all(self) -> list[Item]:
        """Give all items, in an order of which only the table knows the sense."""
        return sorted((item for some in self._partitions.values() for item in some.values()), key=self.place)

    def looked(self, items: list[Item], request: Mapping[str, Any]) -> None:
        """Is told what a page looked at, whatever of it is then given: a table that counts does so here."""

    def place(self, item: Item) -> Place:
        """Tell where an item stands: by what its partition key is scattered to, then by its sort key."""
        partition, *sort = (part.encode() for part in self.key(item))
        return blake2b(partition, digest_size=8).digest(), *sort


def page(
    table: Table, items: list[Item], request: Mapping[str, Any], kept: Callable[[Item], bool]
) -> tuple[list[Item], dict[str, Any]]:
    """Give what fits on a page of those items that are kept, and what an answer says of the page."""
    forward = request.get("ScanIndexForward", True)
    items = items if forward else items[::-1]
    if "ExclusiveStartKey" in request:
        start = table.place(request["ExclusiveStartKey"])
        items = [item for item in items if (table.place(item) > start if forward else table.place(item) < start)]
    read = _until_full(items, request.get("Limit", len(items)))
    table.looked(read, request)
    found = [item for item in read if kept(item)]
    said: dict[str, Any] = {"Count": len(found), "ScannedCount": len(read)}
    if len(read) < len(items) or ("Limit" in request and len(read) == request["Limit"]):
        shown = {*table.keys, *table.indexes.get(request.get("IndexName", ""), ())}
        said["LastEvaluatedKey"] = {name: read[-1][name] for name in shown}
    return found, said


def _until_full(items: list[Item], limit: int) -> list[Item]:
    room, read = PAGE_BYTES, []
    for item in items[:limit]:
        room -= item_bytes(item)
        read.append(item)
        if room < 0:
            break
    return read


def _keys(made: Mapping[str, Any]) -> list[str]:
    return [one["AttributeName"] for one in sorted(made["KeySchema"], key=lambda one: str(one["KeyType"]))]


def _text(item: Item, name: str) -> str:
    if name not in item:
        raise invalid(f"One or more parameter values were invalid: Missing the key {name} in the item")
    text: str = item[name].get("S", "")
    if not text:
        raise invalid(f"One or more parameter values were invalid: the key {name} is no text, or empty")
    return text
