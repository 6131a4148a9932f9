"""A change of one DynamoDB item, and the words in which requests want it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    Value: TypeAlias = AttributeValueTypeDef
    Item: TypeAlias = dict[str, AttributeValueTypeDef]

CHUNK = 80
"""How many attributes one change may set or remove: an expression has room for 4 KB."""


def text(value: str) -> Value:
    """Give a text as an attribute value."""
    return {"S": value}


def number(value: int) -> Value:
    """Give a whole number as an attribute value."""
    return {"N": str(value)}


def texts(values: Collection[str]) -> Value:
    """Give a set of texts as an attribute value."""
    return {"SS": sorted(values)}


@dataclass(frozen=True, slots=True)
class Condition:
    """The attribute must be absent, or stand so to the value (without a value: must be absent)."""

    attribute: str
    operator: Literal["<", "<=", ">"] = "<"
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What is put, kept where it is there and else put, added to or taken from a set, and removed, under a condition.

    With `existing` (a key attribute), an item that is not there is not made. It `holds` that attributes have just
    these values (None: are not there).
    """

    put: Mapping[str, Value] = field(default_factory=dict)
    keep: Mapping[str, Value] = field(default_factory=dict)
    add: Mapping[str, Value] = field(default_factory=dict)
    take: Mapping[str, Value] = field(default_factory=dict)
    remove: Collection[str] = ()
    condition: Condition | None = None
    existing: str | None = None
    holds: Mapping[str, Value | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Words:
    """Placeholders for the names and values that the expressions of one request speak of."""

    signs: dict[str, str] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)

    def name(self, attribute: str) -> str:
        """Give the placeholder of an attribute's name."""
        return self.signs.setdefault(attribute, f"#n{len(self.signs)}")

    def value(self, value: Value) -> str:
        """Give a new placeholder of a value."""
        sign = f":v{len(self.values)}"
        self.values[sign] = value
        return sign

    def spoken(self, **expressions: str | None) -> dict[str, Any]:
        """Give the parts of a request: its expressions, and what their placeholders stand for."""
        said: dict[str, Any] = {name: words for name, words in expressions.items() if words}
        if self.signs:
            said["ExpressionAttributeNames"] = {sign: attribute for attribute, sign in self.signs.items()}
        if self.values:
            said["ExpressionAttributeValues"] = self.values
        return said


def update_words(change: Change) -> dict[str, Any]:
    """Give the parts of an UpdateItem request that makes a change."""
    words = Words()
    keeps = [f"{words.name(key)} = {_kept(words, key, value)}" for key, value in change.keep.items()]
    clauses = {
        "SET": [f"{words.name(key)} = {words.value(value)}" for key, value in change.put.items()] + keeps,
        "ADD": [f"{words.name(key)} {words.value(value)}" for key, value in change.add.items()],
        "DELETE": [f"{words.name(key)} {words.value(value)}" for key, value in change.take.items()],
        "REMOVE": [words.name(key) for key in change.remove],
    }
    update = " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses.items() if parts)
    there = f"attribute_exists({words.name(change.existing)})" if change.existing else None
    asked = there or _holding(words, change.holds) or _condition(words, change.condition)
    return words.spoken(UpdateExpression=update, ConditionExpression=asked)


def put_words(condition: Condition | None) -> dict[str, Any]:
    """Give the parts of a PutItem request that holds to a condition."""
    words = Words()
    return words.spoken(ConditionExpression=_condition(words, condition))


def _kept(words: Words, attribute: str, value: Value) -> str:
    return f"if_not_exists({words.name(attribute)}, {words.value(value)})"


def _holding(words: Words, holds: Mapping[str, Value | None]) -> str:
    return " AND ".join(
        f"attribute_not_exists({words.name(name)})" if value is None else f"{words.name(name)} = {words.value(value)}"
        for name, value in holds.items()
    )


def _condition(words: Words, condition: Condition | None) -> str | None:
    if condition is None:
        return None
    name = words.name(condition.attribute)
    absent = f"attribute_not_exists({name})"
    if condition.value is None:
        return absent
    return f"{absent} OR {name} {condition.operator} {words.value(condition.value)}"
