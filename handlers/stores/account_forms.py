"""How accounts and the history of their changes are written down: plain JSON texts that say their form."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from handlers.stores.accounts import Change, Deed, Entry, Word
from handlers.stores.protocol import NewerFormError, StoreError
from scoring.account import Account, OwnerKey
from scoring.instants import Instant
from scoring.model import SEGMENTS

FORM = 1
"""The form of both texts that is written."""


class _Account(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    form: int
    owners: dict[str, tuple[str, ...]]
    name: str | None = None
    segment: str | None = None
    csm: str | None = None


class _Entry(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    form: int
    deed: Deed
    words: dict[Word, tuple[str | None, str | None]] = {}
    gained: tuple[OwnerKey, ...] = ()
    lost: tuple[OwnerKey, ...] = ()


_T = TypeVar("_T", _Account, _Entry)


class _Formed(msgspec.Struct):
    form: int


def encode_account(account: Account) -> str:
    """Write an account, its id apart."""
    return _written(_Account(FORM, dict(account.owners), account.name, account.segment, account.csm))


def decode_account(account_id: str, text: str) -> Account:
    """Read an account.

    Raises NewerFormError where a newer version of the program wrote it, StoreError where it cannot be read.
    """
    told = _read(text, _Account, f"the account {account_id}")
    return Account(account_id, told.owners, told.name, SEGMENTS.get(told.segment or ""), told.csm)


def decode_accounts(kept: Iterable[tuple[str, str]], refused: dict[str, str] | None) -> Iterator[Account]:
    """Read accounts, each an id and a text. What cannot be read is noted in `refused`; without it, raised."""
    for account_id, text in kept:
        try:
            account = decode_account(account_id, text)
        except StoreError as error:
            if refused is None:
                raise
            refused[account_id] = str(error)
        else:
            yield account


def encode_change(change: Change) -> str:
    """Write what a change was, for the history."""
    return _written(_Entry(FORM, change.deed, dict(change.words), change.gained, change.lost))


def decode_entry(account_id: str, at: Instant, by: str, text: str) -> Entry:
    """Read a line of the history. Raises as `decode_account` does."""
    told = _read(text, _Entry, f"a change of the account {account_id}")
    return Entry(at, by, account_id, told.deed, told.words, told.gained, told.lost)


def _written(told: msgspec.Struct) -> str:
    return msgspec.json.encode(told).decode()


def _read(text: str, kind: type[_T], what: str) -> _T:
    try:
        form = msgspec.json.decode(text, type=_Formed).form
        if form > FORM:
            raise NewerFormError(what, form, FORM)
        return msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError as error:
        advice = "use the newer version of the program that wrote it, or restore the store"
        raise StoreError(f"{what} cannot be read: {advice}: {error}") from error
