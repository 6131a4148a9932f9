"""The tests' own DynamoDB answers as AWS's engine does, which runs here where java does."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.tables import BY_OWNER, Tables, create_tables
from tests.engines import name_engine
from tests.fakes.dynamodb.service import in_memory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

Call = tuple[str, dict[str, Any]]

_BESIDE = ("ResponseMetadata", "ConsumedCapacity")

KEYS = [{"pk": {"S": partition}, "sk": {"S": sort}} for partition in "ab" for sort in ("1", "2", "3", "é")]
PAIR, OTHER = KEYS[:2]
EXISTS = {"ConditionExpression": "attribute_exists(#k)", "ExpressionAttributeNames": {"#k": "pk"}}

keys = st.sampled_from(KEYS)
names = st.sampled_from(["u", "v", "w"])
scalars = st.sampled_from([{"S": "m"}, {"S": "mn"}, {"N": "10"}, {"N": "9"}, {"B": b"\x00\xff"}])
values = scalars | st.sampled_from([{"SS": ["x", "y"]}, {"SS": ["y"]}])
conditions = st.sampled_from(
    [
        "attribute_exists(#a)",
        "attribute_not_exists(#a)",
        "attribute_not_exists(#a) OR #a < :c",
        "#a = :c",
        "#a <> :c",
        "#a <= :c",
        "#a > :c",
        "#b >= :c AND #a < :d",
        "attribute_exists(#a) AND #a > :c OR #b = :d",
    ]
)
changes = st.sampled_from(
    [
        "SET #d = :e",
        "SET #d = if_not_exists(#d, :e)",
        "SET #d = :e REMOVE #f",
        "SET #d = :e, #f = :e",
        "ADD #d :e",
        "ADD #d :e SET #f = if_not_exists(#f, :e)",
        "DELETE #d :e",
        "REMOVE #d",
        "REMOVE #d, #f",
    ]
)


@st.composite
def said(draw: st.DrawFn, /, **expressions: st.SearchStrategy[str]) -> dict[str, Any]:
    """Draw expressions, and what their placeholders stand for."""
    request: dict[str, Any] = {name: draw(words) for name, words in expressions.items()}
    text = " ".join(request.values())
    request["ExpressionAttributeNames"] = {f"#{sign}": draw(names) for sign in "abdf" if f"#{sign}" in text}
    valued = {f":{sign}": draw(values if sign == "e" else scalars) for sign in "cde" if f":{sign}" in text}
    return request | ({"ExpressionAttributeValues": valued} if valued else {})


puts = st.builds(
    lambda key, body, more: ("put_item", {"Item": {**key, **body}, **more}),
    keys,
    st.dictionaries(names, values),
    st.just({}) | said(ConditionExpression=conditions),
)
updates = st.builds(
    lambda key, more: ("update_item", {"Key": key, "ReturnValues": "ALL_NEW", **more}),
    keys,
    said(UpdateExpression=changes) | said(UpdateExpression=changes, ConditionExpression=conditions),
)
deletes = st.builds(lambda key: ("delete_item", {"Key": key, "ReturnValues": "ALL_OLD"}), keys)


@dataclass(frozen=True, slots=True)
class Engines:
    """AWS's engine, and a client that may speak to it or to the fake."""

    client: DynamoDBClient
    tables: Tables

    def agree(self, calls: Iterable[Call]) -> list[Any]:
        """Ask both engines the same in turn; they answer alike, and so they are given."""
        asked = list(calls)
        real = self._answers(asked)
        for key in KEYS:
            self.client.delete_item(TableName=self.tables.registry, Key=key)
        made = self._made()
        with in_memory() as memory:
            memory.answer("CreateTable", made)
            assert self._answers(asked) == real
        return real

    def _made(self) -> dict[str, Any]:
        described = self.client.describe_table(TableName=self.tables.registry)["Table"]
        return {name: described[name] for name in ("TableName", "AttributeDefinitions", "KeySchema")}

    def _answers(self, asked: list[Call]) -> list[Any]:
        return [_answer(self.client, *call, self.tables.registry) for call in asked]


@pytest.fixture(scope="module")
def engines(dynamodb_endpoint: str, request: pytest.FixtureRequest) -> Iterator[Engines]:
    """Give new tables in AWS's engine."""
    tables = Tables(f"tests-{uuid4().hex[:8]}")
    with pytest.MonkeyPatch.context() as environment:
        name_engine(environment, dynamodb_endpoint, request.config)
        connected = connect()
    with closing(connected) as client:
        create_tables(client, tables)
        yield Engines(client, tables)


def _answer(client: DynamoDBClient, operation: str, request: dict[str, Any], table: str) -> Any:  # noqa: ANN401
    """Give what an engine says: all but the words of an error, and when it was."""
    name = {} if "RequestItems" in request or "TransactItems" in request else {"TableName": table}
    try:
        answer = getattr(client, operation)(**name, **request)
    except ClientError as error:
        reasons = [reason["Code"] for reason in error.response.get("CancellationReasons", [])]
        return error.response["Error"]["Code"], reasons
    return _sorted({key: value for key, value in answer.items() if key not in _BESIDE})


def _sorted(told: Any) -> Any:  # noqa: ANN401 - any part of an answer
    """Put the members of sets, which have no order, in one."""
    if isinstance(told, dict):
        return {key: sorted(value) if key == "SS" else _sorted(value) for key, value in told.items()}
    return [_sorted(one) for one in told] if isinstance(told, list) else told


@settings(max_examples=25, phases=[Phase.generate])
@given(calls=st.lists(puts | updates | deletes, min_size=1, max_size=8))
def test_items_are_written_as_they_are_in_aws(engines: Engines, calls: list[Call]) -> None:
    """The same changes under the same conditions, one after the other; the same is refused."""
    engines.agree([*calls, *(("get_item", {"Key": key, "ConsistentRead": True}) for key in KEYS)])


ODD: list[Call] = [
    ("get_item", {"Key": {"pk": {"S": "a"}}}),
    ("get_item", {"Key": {"pk": {"S": "a"}, "sk": {"S": ""}}}),
    ("get_item", {"Key": {"pk": {"S": "a"}, "sk": {"N": "1"}}}),
    ("put_item", {"Item": {"pk": {"S": "a"}}}),
    ("put_item", {"Item": PAIR | {"u": {"S": "x" * 409_600}}}),
    ("put_item", {"Item": PAIR | {"u": {"SS": []}}}),
    ("put_item", {"Item": PAIR, **EXISTS}),
    ("put_item", {"Item": PAIR, "ExpressionAttributeNames": {"#k": "pk"}}),
    ("put_item", {"Item": PAIR, "ConditionExpression": "attribute_exists(#k)"}),
    ("put_item", {"Item": PAIR, **EXISTS, "ExpressionAttributeValues": {":v": {"S": "x"}}}),
    ("put_item", {"Item": PAIR, **EXISTS, "ConditionExpression": "attribute_exists(#k) AND"}),
    ("put_item", {"Item": PAIR, **EXISTS, "ConditionExpression": "attribute_exists #k"}),
    ("batch_get_item", {"RequestItems": {"nowhere": {"Keys": [PAIR]}}}),
    ("update_item", {"Key": PAIR, "UpdateExpression": "SET #k = #k", "ExpressionAttributeNames": {"#k": "pk"}}),
]


@pytest.mark.parametrize("call", ODD, ids=lambda call: f"{call[0]} {str(call[1])[:60]}")
def test_what_aws_refuses_is_refused(engines: Engines, call: Call) -> None:
    """By the same error."""
    (answer,) = engines.agree([call])
    assert answer[0] in ("ValidationException", "ConditionalCheckFailedException", "ResourceNotFoundException")


def test_an_item_that_is_full_is_full_for_both(engines: Engines) -> None:
    """A little under 400 KB there is room, and a little over it there is none."""
    put: Call = ("put_item", {"Item": {**PAIR, "u": {"S": "x" * 409_500}}})
    add = {"UpdateExpression": "ADD #n :v", "ExpressionAttributeNames": {"#n": "v"}}
    updated: list[Call] = [
        ("update_item", {"Key": PAIR, **add, "ExpressionAttributeValues": {":v": {"SS": ["y" * size]}}})
        for size in (10, 300)
    ]
    assert engines.agree([put, *updated]) == [{}, {}, ("ValidationException", [])]


def test_several_items_are_written_wholly_or_not_at_all(engines: Engines) -> None:
    """Each write that failed is named by its place."""
    absent = {**EXISTS, "ConditionExpression": "attribute_not_exists(#k)", "TableName": engines.tables.registry}
    present = {**EXISTS, "TableName": engines.tables.registry}
    new, gone = {"Put": {**absent, "Item": PAIR}}, {"Delete": {**present, "Key": OTHER}}
    answers = engines.agree(
        [
            ("transact_write_items", {"TransactItems": items})
            for items in ([new, gone], [new], [new, gone], [{"Delete": {**present, "Key": PAIR}}])
        ],
    )
    cancelled = "TransactionCanceledException"
    first, third = ["None", "ConditionalCheckFailed"], ["ConditionalCheckFailed"] * 2
    assert answers == [(cancelled, first), {}, (cancelled, third), {}]


def test_partitions_are_read_in_order_and_by_pages(engines: Engines) -> None:
    """Forwards, backwards, between two keys, so many at a time, by an index, and where a text begins so."""
    signs, both_keys = {"#p": "pk", "#s": "sk"}, {":p": {"S": "a"}, ":f": {"S": "2"}}
    wanted = {"KeyConditionExpression": "#p = :p", "ExpressionAttributeNames": {"#p": "pk"}}
    query: Call = ("query", {**wanted, "ExpressionAttributeValues": {":p": {"S": "a"}}, "ConsistentRead": True})
    some = {"ExpressionAttributeNames": signs, "ExpressionAttributeValues": both_keys, "ConsistentRead": True}
    below = {**some, "KeyConditionExpression": "#p = :p AND #s < :f", "ScanIndexForward": False, "Limit": 1}
    between = {"KeyConditionExpression": "#p = :p AND #s BETWEEN :f AND :l", "ExpressionAttributeNames": signs}
    limits = {"ExpressionAttributeValues": {**both_keys, ":l": {"S": "é"}}}
    whole: list[Call] = [("put_item", {"Item": {**key, "u": {"S": "x" * 360_000}}}) for key in KEYS]
    start = {"ExclusiveStartKey": OTHER}
    begins = {"FilterExpression": "begins_with(#s, :s)", "ExpressionAttributeNames": {"#s": "sk"}}
    reads: list[Call] = [
        query,
        ("query", {**query[1], **start}),
        ("query", {**query[1], **start, "ScanIndexForward": False}),
        ("query", below),
        ("query", {**between, **limits}),
        ("query", {**wanted, "ExpressionAttributeValues": {":p": {"S": "none"}}}),
        ("query", {**wanted, "ExpressionAttributeValues": {":p": {"S": "a"}}, "IndexName": BY_OWNER}),
    ]
    answers = engines.agree([*whole, *reads])
    assert [answer["Count"] for answer in answers[len(whole) : -1]] == [3, 2, 1, 1, 3, 0]
    assert engines.agree([("scan", {**begins, "ExpressionAttributeValues": {":s": {"S": "1"}}})])[0]["Count"] == 0
