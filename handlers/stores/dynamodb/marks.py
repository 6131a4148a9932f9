"""Marks of an item in the table of facts: that it is nobody's, that it is put away, when it is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.stores.dynamodb.change import number
from scoring.instants import SECOND

if TYPE_CHECKING:
    from handlers.stores.dynamodb.change import Item, Value
    from scoring.instants import Instant

EXPIRES = "expires"
"""The time to live of an item, in seconds since 1970."""

NOBODY_SINCE = "nobody"
"""Since when an item was seen to be of no account."""

MARKS = (NOBODY_SINCE, EXPIRES)
"""What a new event takes off an item: its time begins anew."""

_AWAY = "~"
"""So begins, in the index, the owner of an item that was put away; no source is called so."""


def owner_apart(owner: str) -> str:
    """Give how the index names the owner of what was put away."""
    return _AWAY + owner


def owner_back(item: Item) -> str:
    """Give the owner of an item that was put away, as the index named it before."""
    return item["owner"]["S"].removeprefix(_AWAY)


def is_put_away(item: Item) -> bool:
    """Tell whether an item is listed apart."""
    return "owner" in item and item["owner"]["S"].startswith(_AWAY)


def expiry(instant: Instant) -> Value:
    """Give the time to live of an item that is gone at an instant: the first whole second from it on."""
    return number(-(-instant // SECOND))


def is_gone(item: Item, now: Instant) -> bool:
    """Tell whether an item has expired; DynamoDB takes some days to remove it."""
    return EXPIRES in item and int(item[EXPIRES]["N"]) * SECOND <= now
