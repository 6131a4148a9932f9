"""What is in a table that is there already: nothing, what a store of ours wrote, or what another program did."""

import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TypeAlias

from handlers.stores.account_forms import decode_account, decode_entry
from handlers.stores.dynamodb.families import FAMILIES, family_of
from handlers.stores.dynamodb.packing import unpack
from handlers.stores.dynamodb.scores import unpack_record
from handlers.stores.protocol import NewerFormError, StoreError
from scoring.instants import Instant

Item: TypeAlias = Mapping[str, Any]
Content: TypeAlias = Literal["empty", "ours", "newer", "another's"]

_ACCOUNTS = frozenset({"account", "history", "owner"})


def content(logical_id: str, items: Iterable[Item]) -> tuple[Content, str]:
    """Judge some items of a table of the template, by its logical id; the text says what was seen.

    What an older version wrote is ours: each item says its own form, and all forms are read.
    """
    sample, seen = list(items), 0
    for item in sample:
        try:
            seen += _KNOWN[logical_id](item)
        except NewerFormError as error:
            return "newer", str(error)
        except (StoreError, zlib.error, KeyError, TypeError):
            continue
    if not sample:
        return "empty", "it is empty"
    if seen == 0:
        return "another's", f"none of {len(sample)} items is one that healthscore wrote"
    return "ours", f"{seen} of {len(sample)} items looked at are ours"


def _is_fact(item: Item) -> bool:
    packed = [value["B"] for name, value in item.items() if name.startswith("o#")]
    for one in packed:
        unpack(one)
    return bool(packed) or "of" in item


def _is_of_registry(item: Item) -> bool:
    return family_of(item["pk"]["S"]) in FAMILIES


def _is_record(item: Item) -> bool:
    unpack_record(item["body"]["B"])
    return "rank" in item


def _is_of_accounts(item: Item) -> bool:
    head, _, account = item["pk"]["S"].partition("/")
    if head == "account" and "body" in item:
        decode_account(item["sk"]["S"].partition("/")[2], item["body"]["S"])
    if head == "history":
        decode_entry(account, Instant(item["at"]["N"]), item["by"]["S"], item["body"]["S"])
    return head in _ACCOUNTS


_KNOWN: Mapping[str, Callable[[Item], bool]] = {
    "Facts": _is_fact,
    "Registry": _is_of_registry,
    "Scores": _is_record,
    "Accounts": _is_of_accounts,
}
