"""DynamoDB's operations as the store calls them, taken from botocore before they are sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.handlers import BUILTIN_HANDLERS

from tests.fakes.dynamodb.errors import RefusedError, condition_failed, invalid
from tests.fakes.dynamodb.expressions import Scope, changed, condition, see, tokens, update
from tests.fakes.dynamodb.table import Key, Table, page
from tests.fakes.dynamodb.values import Item

_MOST_READ, _MOST_WRITTEN, _MOST_TOGETHER = 100, 25, 100
_TOO_LARGE: Final = "Item size has exceeded the maximum allowed size"
_UPDATED_TOO_LARGE: Final = "Item size to update has exceeded the maximum allowed size"
_EXPRESSIONS: Final = frozenset("Condition Filter KeyCondition Projection Update".split())
_READ: Final = "TableName ConsistentRead ExclusiveStartKey"
_NAMES, _VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"

Request = Mapping[str, Any]
Answer = dict[str, Any]


class FakeDynamoDB:
    """Tables in memory; one call at a time, as every write of one item is whole."""

    def __init__(self) -> None:
        """Begin without tables."""
        self.tables: dict[str, Table] = {}
        self.asked: list[str] = []
        self._lock = threading.Lock()
        self._done: set[str] = set()
        self._operations: Mapping[str, Callable[[Request], Answer]] = {
            "CreateTable": self._create,
            "DescribeTable": self._describe,
            "DeleteTable": self._drop,
            "ListTables": self._list,
            "ListTagsOfResource": self._tags,
            "UpdateContinuousBackups": self._backups,
            "GetItem": self._get,
            "BatchGetItem": self._get_some,
            "PutItem": self._put,
            "DeleteItem": self._delete,
            "UpdateItem": self._update,
            "BatchWriteItem": self._put_some,
            "Query": self._query,
            "Scan": self._scan,
            "TransactWriteItems": self._write_together,
        }

    def answer(self, operation: str, request: Request) -> Answer:
        """Carry an operation out; raises RefusedError as DynamoDB refuses, NotImplementedError as only a fake does."""
        self.asked.append(operation)
        if operation not in self._operations:
            raise NotImplementedError(f"the fake of DynamoDB does not know {operation}")
        with self._lock:
            return self._operations[operation](request)

    def copy(self) -> Mapping[str, Table]:
        """Give tables like its own, with all that is in them."""
        return {name: table.copy() for name, table in self.tables.items()}

    def table(self, request: Request) -> Table:
        """Find a table by its name."""
        name = request["TableName"]
        if name not in self.tables:
            raise RefusedError("ResourceNotFoundException", f"Requested resource not found: Table: {name} not found")
        return self.tables[name]

    def _create(self, request: Request) -> Answer:
        name = request["TableName"]
        if name in self.tables:
            raise RefusedError("ResourceInUseException", f"Table already exists: {name}")
        self.tables[name] = Table(request, "here")
        return {"TableDescription": self.tables[name].description}

    def _describe(self, request: Request) -> Answer:
        return {"Table": self.table(request).description}

    def _drop(self, request: Request) -> Answer:
        description = self.table(request).description
        del self.tables[request["TableName"]]
        return {"TableDescription": description}

    def _list(self, _: Request) -> Answer:
        return {"TableNames": sorted(self.tables)}

    def _tags(self, _: Request) -> Answer:
        return {"Tags": []}

    def _backups(self, request: Request) -> Answer:
        self.table(request)
        return {"ContinuousBackupsDescription": {"ContinuousBackupsStatus": "ENABLED"}}

    def _get(self, request: Request) -> Answer:
        _know(request, "TableName Key ConsistentRead")
        table = self.table(request)
        item = table.get(table.key_of(request["Key"]))
        return {} if item is None else {"Item": item}

    def _get_some(self, request: Request) -> Answer:
        _know(request, "RequestItems")
        found: dict[str, list[Item]] = {}
        for name, asked in request["RequestItems"].items():
            _know(asked, "Keys ConsistentRead")
            table = self.table({"TableName": name})
            keys = [table.key_of(key) for key in asked["Keys"]]
            if len(set(keys)) < len(keys) or len(keys) > _MOST_READ:
                raise invalid("Provided list of item keys contains duplicates, or too many of them")
            found[name] = [item for item in map(table.get, keys) if item is not None]
        return {"Responses": found, "UnprocessedKeys": {}}

    def _put(self, request: Request) -> Answer:
        _know(request, "TableName Item ConditionExpression")
        table, item = self.table(request), request["Item"]
        _see(request, table.get(table.key(item)))
        table.put(item, _TOO_LARGE)
        return {}

    def _delete(self, request: Request) -> Answer:
        _know(request, "TableName Key ReturnValues ConditionExpression")
        table = self.table(request)
        key = table.key_of(request["Key"])
        old = table.get(key)
        _see(request, old)
        table.delete(key)
        return {"Attributes": old} if old is not None and request.get("ReturnValues") == "ALL_OLD" else {}

    def _update(self, request: Request) -> Answer:
        _know(request, "TableName Key ReturnValues ConditionExpression UpdateExpression")
        table = self.table(request)
        old, scope = table.get(table.key_of(request["Key"])), _scope(request)
        actions = update(request["UpdateExpression"])
        see(actions, scope, table.keys)
        _see(request, old)
        new = changed(actions, scope, old or request["Key"])
        table.put(new, _UPDATED_TOO_LARGE)
        return {"Attributes": new} if request.get("ReturnValues") == "ALL_NEW" else {}

    def _put_some(self, request: Request) -> Answer:
        _know(request, "RequestItems")
        if sum(map(len, request["RequestItems"].values())) > _MOST_WRITTEN:
            raise invalid("Too many items requested for the BatchWriteItem call")
        for name, writes in request["RequestItems"].items():
            for write in writes:
                self._put({"TableName": name, **write["PutRequest"]})
        return {"UnprocessedItems": {}}

    def _query(self, request: Request) -> Answer:
        _know(
            request,
            "TableName IndexName KeyConditionExpression ConsistentRead ScanIndexForward Limit ExclusiveStartKey",
        )
        table, index, scope = self.table(request), request.get("IndexName"), _scope(request)
        if index is not None and request.get("ConsistentRead"):
            raise invalid("Consistent reads are not supported on global secondary indexes")
        if index is not None and index not in table.indexes:
            raise invalid(f"The table does not have the specified index: {index}")
        keys = table.keys if index is None else table.indexes[index]
        partition = _partition(request, keys)
        matches = condition(request["KeyConditionExpression"])
        wanted = [item for item in table.partition(partition, index) if matches(scope, item)]
        found, said = page(table, wanted, request, lambda _: True)
        return {"Items": found, **said}

    def _scan(self, request: Request) -> Answer:
        _know(request, f"ProjectionExpression FilterExpression {_READ}")
        table, scope = self.table(request), _scope(request)
        kept = condition(request["FilterExpression"]) if "FilterExpression" in request else lambda *_: True
        found, said = page(table, table.all(), request, lambda item: kept(scope, item))
        if "ProjectionExpression" in request:
            shown = [scope.name(sign) for sign in tokens(request["ProjectionExpression"]) if sign != ","]
            found = [{name: item[name] for name in shown if name in item} for item in found]
        return {"Items": found, **said}

    def _write_together(self, request: Request) -> Answer:
        _know(request, "TransactItems ClientRequestToken")
        if request["ClientRequestToken"] in self._done:
            return {}
        writes = [next(iter(write.items())) for write in request["TransactItems"]]
        keys = {(asked["TableName"], self._key(asked)) for _, asked in writes}
        if len(keys) < len(writes) or len(writes) > _MOST_TOGETHER:
            raise invalid("Transaction request cannot include multiple operations on one item, or over 100 of them")
        reasons = [self._reason(asked) for _, asked in writes]
        if any(reason["Code"] != "None" for reason in reasons):
            told = ", ".join(reason["Code"] for reason in reasons)
            text = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{told}]"
            raise RefusedError("TransactionCanceledException", text, CancellationReasons=reasons)
        for verb, asked in writes:
            {"Put": self._put, "Delete": self._delete}[verb](asked)
        self._done.add(request["ClientRequestToken"])
        return {}

    def _key(self, asked: Request) -> Key:
        table = self.table(asked)
        return table.key(asked["Item"]) if "Item" in asked else table.key_of(asked["Key"])

    def _reason(self, asked: Request) -> dict[str, str]:
        try:
            _see(asked, self.table(asked).get(self._key(asked)))
        except RefusedError as refused:
            if "ConditionalCheckFailed" not in refused.body["__type"]:
                raise
            return {"Code": "ConditionalCheckFailed", "Message": refused.body["message"]}
        return {"Code": "None"}


def _know(request: Request, names: str) -> None:
    """See that a request asks for nothing that the fake would pass over, and defines nothing that it does not use."""
    unknown = set(request) - {*names.split(), _NAMES, _VALUES}
    if unknown:
        raise NotImplementedError(f"the fake of DynamoDB does not know {', '.join(sorted(unknown))}")
    used = {sign for kind in _EXPRESSIONS for sign in tokens(request.get(f"{kind}Expression", ""))}
    unused = {*request.get(_NAMES, {}), *request.get(_VALUES, {})} - used
    if unused:
        raise invalid(f"Value unused in expressions: keys: {sorted(unused)}")


def _scope(request: Request) -> Scope:
    return Scope(request.get(_NAMES, {}), request.get(_VALUES, {}))


def _see(request: Request, item: Item | None) -> None:
    """See that the condition of a write holds."""
    if "ConditionExpression" in request and not condition(request["ConditionExpression"])(_scope(request), item or {}):
        raise condition_failed()


def _partition(request: Request, keys: list[str]) -> str:
    """Read the value of the partition key that a query asks for; it may ask for keys alone."""
    words, scope = tokens(request["KeyConditionExpression"]), _scope(request)
    if {scope.name(word) for word in words if word.startswith("#")} - set(keys):
        raise invalid("Query key condition not supported")
    for name, comparison, value in zip(words, words[1:], words[2:], strict=False):
        if comparison == "=" and scope.name(name) == keys[0]:
            wanted: str = scope.values[value]["S"]
            return wanted
    raise invalid(f"Query condition missed key schema element: {keys[0]}")


class _Body(BytesIO):
    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


_RUNNING: Final[list[FakeDynamoDB]] = []


def _send(request: AWSPreparedRequest, **_: object) -> AWSResponse | None:
    """Answer a request in the place of the network, while a fake is there."""
    return answered(_RUNNING[-1], request) if _RUNNING else None


def answered(fake: FakeDynamoDB, request: AWSPreparedRequest) -> AWSResponse:
    """Answer a request of botocore."""
    target = request.headers["X-Amz-Target"]
    operation = (target.decode() if isinstance(target, bytes) else target).partition(".")[2]
    status, body = 200, {}
    try:
        body = fake.answer(operation, json.loads(read(request.body)))
    except RefusedError as refused:
        status, body = 400, refused.body
    headers = HTTPHeaders.from_dict({"Content-Type": "application/x-amz-json-1.0"})
    return AWSResponse(request.url, status, headers, _Body(json.dumps(body).encode()))


def read(body: object) -> bytes:
    """Give the body of a request: botocore writes those of DynamoDB as bytes."""
    assert isinstance(body, bytes), "botocore writes requests of DynamoDB as bytes"
    return body


BUILTIN_HANDLERS.append(("before-send.dynamodb", _send))


@contextmanager
def in_memory() -> Iterator[FakeDynamoDB]:
    """Let a fake answer whatever clients of DynamoDB send; those that were made before this module are not heard."""
    _RUNNING.append(FakeDynamoDB())
    try:
        yield _RUNNING[-1]
    finally:
        _RUNNING.pop()
