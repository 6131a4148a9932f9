"""Changes of accounts as transactions of DynamoDB: what is written together, and what must hold for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from handlers.stores.account_forms import encode_account, encode_change
from handlers.stores.accounts import Change, Edit, edited, place_of
from handlers.stores.dynamodb.change import number, text
from handlers.stores.dynamodb.together import MOST, Write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from handlers.stores.dynamodb.change import Item, Value
    from scoring.account import Account, OwnerKey
    from scoring.instants import Instant

_BESIDE_OWNERS = 2
"""An account and its line in the history are written, whatever changes."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An account as it was read, and how often it had been changed; without one, it was removed."""

    rev: int
    account: Account | None


def owner_key(owner: OwnerKey) -> Item:
    """Give the key of an owner's item."""
    source, key = owner
    return {"pk": text(f"owner/{source}/{key}"), "sk": text("-")}


def account_key(account_id: str) -> Item:
    """Give the key of an account's item."""
    return {"pk": text("account"), "sk": text(f"{place_of(account_id):08x}/{account_id}")}


def change_key(account_id: str, rev: int) -> Item:
    """Give the key of a line in an account's history."""
    return {"pk": text(f"history/{account_id}"), "sk": text(f"{rev:010d}")}


def steps(changes: Sequence[Change]) -> list[list[Change]]:
    """Part changes into transactions that hang on no other: all in one where they fit.

    Else owners that go from one account to another leave it first, and an account with very many
    owners gets them by and by: what is left shows when the changes are planned anew.
    """
    if sum(map(_size, changes)) <= MOST:
        return [list(changes)]
    moving = {owner for change in changes for owner in change.gained} & {o for c in changes for o in c.lost}
    if moving:
        leaving = [change for change in changes if moving & set(change.lost)]
        return _packed([_part(change, [one for one in change.lost if one in moving]) for change in leaving])
    return _packed([change if _size(change) <= MOST else _some(change) for change in changes])


def _size(change: Change) -> int:
    return _BESIDE_OWNERS + len(change.gained) + len(change.lost)


def _some(change: Change) -> Change:
    """Give the first part of a change of very many owners."""
    return _part(change, list(islice((*change.lost, *change.gained), MOST - _BESIDE_OWNERS)))


def _part(change: Change, owners: Sequence[OwnerKey]) -> Change:
    """Give what a change is to some of its owners alone."""
    lost, gained = set(change.lost), set(change.gained)
    few = [one for one in owners if one in lost][: MOST - _BESIDE_OWNERS]
    more = tuple(one for one in owners if one in gained)
    return replace(change, after=edited(change.before, Edit(change.account_id, more=more, less=tuple(few))))


def _packed(changes: Sequence[Change]) -> list[list[Change]]:
    parts: list[list[Change]] = []
    room = 0
    for change in changes:
        if _size(change) > room:
            parts.append([])
            room = MOST
        parts[-1].append(change)
        room -= _size(change)
    return parts


def writes_of(table: str, changes: Sequence[Change], seen: Mapping[str, Seen], by: str, at: Instant) -> list[Write]:
    """Give all that is written for changes, where the accounts are as they were seen and the owners are free."""
    return [
        *(one for change in changes for one in _of_account(table, change, seen.get(change.account_id), by, at)),
        *_of_owners(table, changes),
    ]


def _of_account(table: str, change: Change, seen: Seen | None, by: str, at: Instant) -> Iterator[Write]:
    rev = 1 if seen is None else seen.rev + 1
    key = account_key(change.account_id)
    item: Item = {"rev": number(rev)}
    if change.after is not None:
        item["body"] = text(encode_account(change.after))
    yield Write(table, key, item, None if seen is None else ("rev", number(seen.rev)))
    line = change_key(change.account_id, rev)
    yield Write(table, line, {"at": number(at), "by": text(by), "body": text(encode_change(change))}, None)


def _of_owners(table: str, changes: Sequence[Change]) -> Iterator[Write]:
    lost = {owner: change.account_id for change in changes for owner in change.lost}
    gained = {owner: change.account_id for change in changes for owner in change.gained}
    for owner in sorted(lost.keys() | gained.keys()):
        holder = lost.get(owner)
        had: tuple[str, Value] | None = None if holder is None else ("account", text(holder))
        item: Item | None = None
        if owner in gained:
            item = {"source": text(owner[0]), "owner": text(owner[1]), "account": text(gained[owner])}
        yield Write(table, owner_key(owner), item, had)
