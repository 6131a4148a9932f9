"""Accounts in the embedded store: a row an account, a row an owner, and a row for each change that ever was."""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any, TypeAlias

from config.source import ACCOUNTS
from handlers.stores.account_forms import decode_account, decode_accounts, decode_entry, encode_account, encode_change
from handlers.stores.accounts import WHOLE, Change, Edit, Entry, asked_owners, place_of, places, planned
from scoring.account import Account, OwnerKey
from scoring.instants import Instant

_PAGE = 500
_Row: TypeAlias = tuple[Any, ...]
_Rows: TypeAlias = Callable[[str, _Row], list[_Row]]

_OF_SHARD = """
SELECT account_id, body, place FROM accounts
WHERE place BETWEEN ? AND ? AND (place, account_id) > (?, ?) ORDER BY place, account_id LIMIT ?"""

_SOME = "SELECT account_id, body FROM accounts WHERE account_id IN (SELECT value FROM json_each(?))"

_HOLDERS = """
SELECT o.source, o.owner, o.account_id FROM json_each(?) asked
JOIN account_owners o ON o.source = json_extract(asked.value, '$[0]') AND o.owner = json_extract(asked.value, '$[1]')"""

_CHANGES = "SELECT account_id, at, by, body, number FROM account_changes WHERE number > ? ORDER BY number LIMIT ?"

_REMOVALS = """
SELECT account_id, at, by, body, number FROM account_changes c
WHERE number > ? AND account_id NOT IN (SELECT account_id FROM accounts)
  AND number = (SELECT max(number) FROM account_changes l WHERE l.account_id = c.account_id)
ORDER BY number LIMIT ?"""

_CHANGES_OF = "SELECT account_id, at, by, body FROM account_changes WHERE account_id = ? ORDER BY number"


class SqliteAccounts:
    """The accounts of a store in one file; a call that writes is one transaction."""

    def __init__(self, rows: _Rows, transaction: Callable[[], AbstractContextManager[sqlite3.Connection]]) -> None:
        """Read and write by what the store gives; it turns errors into its own."""
        self._rows = rows
        self._transaction = transaction

    @property
    def is_used(self) -> bool:
        """Tell whether accounts were ever put in."""
        return bool(self._rows("SELECT 1 FROM account_changes LIMIT 1", ()))

    def accounts(self, shard: tuple[int, int] = WHOLE, refused: dict[str, str] | None = None) -> Iterator[Account]:
        """List the accounts of a shard, a page at a time, by their places."""
        first, last = places(shard)
        after: _Row = (first, "")
        while rows := self._rows(_OF_SHARD, (first, last, *after, _PAGE)):
            yield from decode_accounts(((account_id, body) for account_id, body, _ in rows), refused)
            after = (rows[-1][2], rows[-1][0])

    def account(self, account_id: str) -> Account | None:
        """Give an account by its id."""
        return self.some([account_id]).get(account_id)

    def some(self, ids: Collection[str]) -> dict[str, Account]:
        """Give those of some accounts that there are, by id."""
        return {key: decode_account(key, body) for key, body in self._rows(_SOME, (json.dumps(list(ids)),))}

    def accounts_of(self, owners: Collection[OwnerKey]) -> dict[OwnerKey, str]:
        """Say which account has each of these owners."""
        rows = self._rows(_HOLDERS, (json.dumps(list(owners)),))
        named = [key for source, key in owners if source == ACCOUNTS.name]
        own = [key for key, _ in self._rows(_SOME, (json.dumps(named),))]
        return {(source, key): account_id for source, key, account_id in rows} | {
            (ACCOUNTS.name, key): key for key in own
        }

    def put(self, edits: Iterable[Edit], by: str, at: Instant) -> list[Change]:
        """Make edits, wholly or not at all, and give what they changed."""
        asked = list(edits)
        with self._transaction() as db:
            known = self.some({edit.account_id for edit in asked})
            changes = planned(asked, known, self.accounts_of(asked_owners(asked)))
            _write(db, changes, by, at)
        return changes

    def history(self, account_id: str | None = None) -> Iterator[Entry]:
        """List the changes of an account, or of all, the earliest first."""
        if account_id is not None:
            yield from (decode_entry(*row) for row in self._rows(_CHANGES_OF, (account_id,)))
        else:
            yield from self._entries(_CHANGES)

    def removals(self) -> Iterator[Entry]:
        """List the last change of each account that was taken out and did not come back."""
        return (entry for entry in self._entries(_REMOVALS) if entry.deed == "removed")

    def _entries(self, query: str) -> Iterator[Entry]:
        after = 0
        while rows := self._rows(query, (after, _PAGE)):
            yield from (decode_entry(*row[:4]) for row in rows)
            after = rows[-1][4]


def _write(db: sqlite3.Connection, changes: list[Change], by: str, at: Instant) -> None:
    lost = [owner for change in changes for owner in change.lost]
    gained = [(*owner, change.account_id) for change in changes for owner in change.gained]
    gone = [(change.account_id,) for change in changes if change.after is None]
    kept = [
        (change.account_id, place_of(change.account_id), encode_account(a)) for change in changes if (a := change.after)
    ]
    said = [(change.account_id, at, by, encode_change(change)) for change in changes]
    db.executemany("DELETE FROM account_owners WHERE source = ? AND owner = ?", lost)
    db.executemany("INSERT INTO account_owners VALUES (?, ?, ?)", gained)
    db.executemany("DELETE FROM accounts WHERE account_id = ?", gone)
    db.executemany("INSERT OR REPLACE INTO accounts VALUES (?, ?, ?)", kept)
    db.executemany("INSERT INTO account_changes (account_id, at, by, body) VALUES (?, ?, ?, ?)", said)
