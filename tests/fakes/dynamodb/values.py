"""Values of attributes as they go over the wire: how they compare, and how much room they take."""

from __future__ import annotations

from base64 import b64decode
from decimal import Decimal
from typing import Any, Final, TypeAlias

Value: TypeAlias = dict[str, Any]
Item: TypeAlias = dict[str, Value]

MOST_BYTES: Final = 400 * 1024
SETS: Final = frozenset({"SS", "NS", "BS"})


def kind(value: Value) -> str:
    """Name the type of a value."""
    (name,) = value
    return name


def comparable(value: Value) -> Any:  # noqa: ANN401 - bytes, a number, or a set of either
    """Give what a value is compared by: texts and binaries by their bytes, numbers by what they are worth."""
    ((name, raw),) = value.items()
    if name in SETS:
        return frozenset(comparable({name[0]: one}) for one in raw)
    if name == "S":
        return raw.encode()
    if name == "N":
        return Decimal(raw)
    return b64decode(raw) if name == "B" else raw


def item_bytes(item: Item) -> int:
    """Give the room that an item takes: its names and its values."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Value) -> int:
    ((name, raw),) = value.items()
    if name in SETS:
        return sum(_value_bytes({name[0]: one}) for one in raw)
    if name == "N":
        return len(raw.strip("-0.")) // 2 + 2
    return len(comparable(value)) if name in "SB" else 1
