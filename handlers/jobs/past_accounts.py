"""Accounts as they were mapped at an earlier time, and those that left the portfolio, by the history of changes."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from config.source import ACCOUNTS
from handlers.stores.accounts import AccountStore, Entry, owned
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.instants import Instant
from scoring.model import SEGMENTS

_AFTER_ALL = "9999-12"
"""A period that every record comes before."""


class Departed(NamedTuple):
    """An account that is in the portfolio no more: how it was mapped at last, and when it was taken out."""

    account: Account
    at: Instant


def departed(kept: AccountStore) -> dict[str, Departed]:
    """Give the accounts that somebody took out of a store's portfolio, by id; one that came back is left out."""
    return {one.account.id: one for one in sorted(departures(kept), key=lambda one: one.account.id)}


def departures(kept: AccountStore) -> Iterator[Departed]:
    """List the accounts that somebody took out of a store's portfolio, one by one, in no order."""
    before = ((undone(None, entry), entry.at) for entry in kept.removals())
    return (Departed(account, at) for account, at in before if account is not None)


def with_departed(store: Store, accounts: Iterable[Account]) -> list[Account]:
    """Give the accounts of a portfolio and those that somebody took out of it: else only those who stay would count."""
    mine = {one.account.id: one.account for one in departed(store.portfolio).values()}
    return [*(mine | {account.id: account for account in accounts}).values()]


def recorded(store: Store, accounts: Iterable[Account]) -> list[Account]:
    """Give those that were ever recorded, each as its own owner: they were in a portfolio, whoever kept that."""
    return [alone(one.id) for one in accounts if store.record_before(one.id, _AFTER_ALL) is not None]


def alone(account_id: str) -> Account:
    """Give an account of which nobody knows how it was mapped: it is its own owner in the CRM."""
    return Account(account_id, {ACCOUNTS.name: (account_id,)})


def mapped_at(account: Account, entries: Iterable[Entry], instant: Instant) -> Account | None:
    """Give an account as it was mapped at an instant; None where it was not in the portfolio.

    `entries` are all changes of the account, the earliest first.
    """
    past: Account | None = account
    for entry in reversed([entry for entry in entries if entry.at > instant]):
        past = undone(past, entry)
    return past


def undone(account: Account | None, entry: Entry) -> Account | None:
    """Give an account as it was before a change."""
    if entry.deed == "added":
        return None
    owners: dict[str, tuple[str, ...]] = {ACCOUNTS.name: (entry.account_id,)}
    for source, key in sorted((owned(account) - set(entry.gained)) | set(entry.lost)):
        owners[source] = (*owners.get(source, ()), key)
    said = {word: old for word, (old, _) in entry.words.items()}
    name, segment, csm = (
        said.get(word, None if account is None else getattr(account, word)) for word in ("name", "segment", "csm")
    )
    return Account(entry.account_id, owners, name, SEGMENTS.get(segment or ""), csm)
