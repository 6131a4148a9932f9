"""Items of several keys that DynamoDB writes wholly or not at all, each under a condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from handlers.stores.dynamodb.change import Words

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

    from handlers.stores.dynamodb.change import Item, Value

MOST = 100
"""How many items one call may write."""

_OUTRUN = frozenset({"ConditionalCheckFailed", "TransactionConflict"})
_THROTTLED = frozenset({"ThrottlingError", "ProvisionedThroughputExceeded"})


@dataclass(frozen=True, slots=True)
class Write:
    """An item that is put, or without `item` taken away.

    It `holds` that an attribute has a value, or (None) that the item is not there.
    """

    table: str
    key: Item
    item: Item | None
    holds: tuple[str, Value] | None


def request(write: Write) -> TransactWriteItemTypeDef:
    """Give the words in which a transaction wants a write."""
    words = Words()
    if write.holds is None:
        condition = f"attribute_not_exists({words.name(next(iter(write.key)))})"
    else:
        condition = f"{words.name(write.holds[0])} = {words.value(write.holds[1])}"
    said: dict[str, Any] = {"TableName": write.table, **words.spoken(ConditionExpression=condition)}
    if write.item is None:
        return {"Delete": {**said, "Key": write.key}}  # type: ignore[typeddict-item]
    return {"Put": {**said, "Item": {**write.key, **write.item}}}  # type: ignore[typeddict-item]


def is_outrun(error: ClientError) -> bool:
    """Tell whether a transaction failed since somebody else wrote an item of it before, or at the same time."""
    return error.response["Error"]["Code"] == "TransactionInProgressException" or _failed_by(error, _OUTRUN)


def is_throttled(error: ClientError) -> bool:
    """Tell whether a transaction failed since the table takes no more now: the same may be asked again."""
    return _failed_by(error, _OUTRUN | _THROTTLED) and not _failed_by(error, _OUTRUN)


def _failed_by(error: ClientError, causes: frozenset[str]) -> bool:
    """Tell whether a transaction was cancelled by such causes alone, each of which one of its items names."""
    reasons: list[dict[str, str]] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]
    told = {reason.get("Code", "None") for reason in reasons} - {"None"}
    return error.response["Error"]["Code"] == "TransactionCanceledException" and bool(told) and told <= causes
