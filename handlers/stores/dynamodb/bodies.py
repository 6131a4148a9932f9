"""Answers of DynamoDB are decoded by msgspec: botocore's own parser walks through every value by its model.

What botocore does with a request, its retries and its errors stay: only the body of an answer that is none of an error
is decoded before its parser sees it. A body that is no such answer is left to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypedDict

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import OperationModel
    from mypy_boto3_dynamodb import DynamoDBClient

_ERRORS: Final = 300
_EMPTY: Final = b"{}"


class _Value(TypedDict, total=False):
    """A value of an attribute, of any type that the store writes; text in base64 becomes bytes."""

    S: str
    N: str
    B: bytes
    SS: list[str]
    BOOL: bool


class _Answer(TypedDict, total=False):
    ConsumedCapacity: Any


class _Got(_Answer, total=False):
    Item: dict[str, _Value]


class _GotSome(_Answer, total=False):
    Responses: dict[str, list[dict[str, _Value]]]
    UnprocessedKeys: dict[str, Any]


class _Page(_Answer, total=False):
    Items: list[dict[str, _Value]]
    Count: int
    ScannedCount: int
    LastEvaluatedKey: dict[str, Any]


class _Changed(_Answer, total=False):
    Attributes: dict[str, _Value]


_DECODERS: Mapping[str, msgspec.json.Decoder[Any]] = {
    "GetItem": msgspec.json.Decoder(_Got),
    "BatchGetItem": msgspec.json.Decoder(_GotSome),
    "Query": msgspec.json.Decoder(_Page),
    "Scan": msgspec.json.Decoder(_Page),
    "PutItem": msgspec.json.Decoder(_Changed),
    "UpdateItem": msgspec.json.Decoder(_Changed),
    "DeleteItem": msgspec.json.Decoder(_Changed),
}
"""By operation; the keys in an answer are texts, and stay as they are."""


def decode_quickly(client: DynamoDBClient) -> None:
    """Have a client decode its answers by msgspec."""
    for operation in _DECODERS:
        client.meta.events.register(f"before-parse.dynamodb.{operation}", _decode)


def _decode(
    operation_model: OperationModel,
    response_dict: dict[str, Any],
    customized_response_dict: dict[str, Any],
    **_: object,
) -> None:
    """Decode a body, and leave botocore an empty one."""
    if response_dict["status_code"] >= _ERRORS:
        return
    try:
        answer = _DECODERS[operation_model.name].decode(response_dict["body"])
    except msgspec.DecodeError:
        return
    customized_response_dict.update(answer)
    response_dict["body"] = _EMPTY
