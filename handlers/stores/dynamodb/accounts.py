"""Accounts in DynamoDB: an item an account, an item an owner, an item for each change that ever was.

Accounts stand in one partition by their places, so that a shard of any size is one query. The item of
an account that was removed stays, without a body, since its changes are counted on.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.source import ACCOUNTS
from handlers.parts import in_parts
from handlers.stores.account_forms import decode_account, decode_accounts, decode_entry
from handlers.stores.accounts import WHOLE, BusyAccountsError, Change, asked_owners, places, planned
from handlers.stores.dynamodb.account_writes import Seen, account_key, owner_key, steps, writes_of
from handlers.stores.dynamodb.change import text
from handlers.stores.protocol import StoreError
from scoring.instants import Instant

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from handlers.stores.accounts import Edit, Entry
    from handlers.stores.dynamodb.change import Item
    from handlers.stores.dynamodb.engine import Engine
    from scoring.account import Account, OwnerKey

_ACCOUNT = "account"
_HISTORY = "history/"
_AFTER_ALL = "~"
_AT_ONCE = 200
_TRIES = 12
_PAUSE_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class DynamoAccounts:
    """The accounts in a table; every method raises StoreError where DynamoDB cannot be used."""

    _engine: Engine
    _table: str

    @property
    def is_used(self) -> bool:
        """Tell whether accounts were ever put in."""
        return self._engine.last_before(self._table, ("pk", text(_ACCOUNT)), ("sk", text(_AFTER_ALL))) is not None

    def accounts(self, shard: tuple[int, int] = WHOLE, refused: dict[str, str] | None = None) -> Iterator[Account]:
        """List the accounts of a shard, a page at a time, by their places."""
        first, last = places(shard)
        between = ("sk", text(f"{first:08x}"), text(f"{last:08x}{_AFTER_ALL}"))
        found = self._engine.query(self._table, ("pk", text(_ACCOUNT)), between)
        return decode_accounts(((_id_of(item), item["body"]["S"]) for item in found if "body" in item), refused)

    def account(self, account_id: str) -> Account | None:
        """Give an account by its id."""
        item = self._engine.get(self._table, account_key(account_id))
        return None if item is None else _account(item)

    def some(self, ids: Collection[str]) -> dict[str, Account]:
        """Give those of some accounts that there are, by id."""
        return {key: seen.account for key, seen in self._seen(ids).items() if seen.account is not None}

    def accounts_of(self, owners: Collection[OwnerKey]) -> dict[OwnerKey, str]:
        """Say which account has each of these owners."""
        wanted = {owner for owner in owners if owner[0] != ACCOUNTS.name}
        items = self._engine.get_all(self._table, map(owner_key, sorted(wanted)))
        named = {(item["source"]["S"], item["owner"]["S"]): item["account"]["S"] for item in items}
        asked = sorted({key for source, key in owners if source == ACCOUNTS.name})
        own = [_id_of(item) for item in self._engine.get_all(self._table, map(account_key, asked)) if "body" in item]
        return named | {(ACCOUNTS.name, key): key for key in own}

    def put(self, edits: Iterable[Edit], by: str, at: Instant) -> list[Change]:
        """Make edits, and give what they changed; what somebody else wrote meanwhile is looked at anew."""
        asked = list(edits)
        made: dict[str, Change] = {}
        misses = 0
        while misses < _TRIES:
            seen = self._seen({edit.account_id for edit in asked})
            known = {key: one.account for key, one in seen.items() if one.account is not None}
            changes = planned(asked, known, self.accounts_of(asked_owners(asked)))
            if not changes:
                return [made[key] for key in sorted(made)]
            missed = self._write(steps(changes), seen, by, at, made)
            misses += missed
            time.sleep(_PAUSE_SECONDS * misses if missed else 0)
        raise BusyAccountsError(
            "others change the same accounts again and again: wait for them, then run the same again"
        )

    def _write(
        self, parts: Iterable[Sequence[Change]], seen: Mapping[str, Seen], by: str, at: Instant, made: dict[str, Change]
    ) -> bool:
        """Write parts, each wholly or not at all, and note what was made; tell whether any was not written."""
        some = list(parts)
        done = self._engine.each(
            lambda part: self._engine.write_together(writes_of(self._table, part, seen, by, at)), some
        )
        for change in (change for part, is_written in zip(some, done, strict=True) if is_written for change in part):
            first = made.get(change.account_id, change)
            made[change.account_id] = Change(change.account_id, first.before, change.after)
        return not all(done)

    def _seen(self, ids: Collection[str]) -> dict[str, Seen]:
        items = self._engine.get_all(self._table, map(account_key, sorted({*ids})))
        return {_id_of(item): Seen(int(item["rev"]["N"]), _account(item)) for item in items}

    def history(self, account_id: str | None = None) -> Iterator[Entry]:
        """List the changes of an account, or of all, the earliest first."""
        if account_id is not None:
            return map(_entry, self._engine.query(self._table, ("pk", text(f"{_HISTORY}{account_id}"))))
        items = self._engine.scan(self._table, ("pk", "sk", "at", "by", "body"), ("pk", _HISTORY))
        return map(_entry, sorted(items, key=lambda item: (int(item["at"]["N"]), item["pk"]["S"], item["sk"]["S"])))

    def removals(self) -> Iterator[Entry]:
        """List the last change of each account that was taken out, and of which an item without a body stayed."""
        items = self._engine.query(self._table, ("pk", text(_ACCOUNT)))
        gone = (_id_of(item) for item in items if "body" not in item)
        for some in in_parts(gone, _AT_ONCE):
            entries = [_entry(item) for item in self._engine.each(self._last_change, some) if item is not None]
            yield from (entry for entry in entries if entry.deed == "removed")

    def _last_change(self, account_id: str) -> Item | None:
        return self._engine.last_before(self._table, ("pk", text(f"{_HISTORY}{account_id}")), ("sk", text(_AFTER_ALL)))


@dataclass(frozen=True, slots=True)
class NoAccounts:
    """What a store of before accounts were kept says: there are none, and none can be put in."""

    _table: str
    is_used: bool = False

    def accounts(self, _: tuple[int, int] = WHOLE, refused: dict[str, str] | None = None) -> Iterator[Account]:  # noqa: ARG002 - nothing can be refused
        """List nothing."""
        return iter(())

    def account(self, _: str) -> None:
        """Give nothing."""

    def some(self, _: Collection[str]) -> dict[str, Account]:
        """Give nothing."""
        return {}

    def accounts_of(self, _: Collection[OwnerKey]) -> dict[OwnerKey, str]:
        """Give nothing."""
        return {}

    def put(self, _: Iterable[Edit], __: str, ___: Instant) -> list[Change]:
        """Refuse, and say what to do."""
        raise StoreError(f"DynamoDB has no {self._table}: deploy the stack anew (make deploy), which makes it")

    def history(self, _: str | None = None) -> Iterator[Entry]:
        """List nothing."""
        return iter(())

    def removals(self) -> Iterator[Entry]:
        """List nothing."""
        return iter(())


def _id_of(item: Item) -> str:
    return item["sk"]["S"].partition("/")[2]


def _account(item: Item) -> Account | None:
    """Read an account; None of one that was removed."""
    return decode_account(_id_of(item), item["body"]["S"]) if "body" in item else None


def _entry(item: Item) -> Entry:
    account_id = item["pk"]["S"].removeprefix(_HISTORY)
    return decode_entry(account_id, Instant(item["at"]["N"]), item["by"]["S"], item["body"]["S"])
