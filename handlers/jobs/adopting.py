"""Accounts that are changed: before its first change a store takes in what the mapping of the config says."""

from collections.abc import Sequence
from typing import NamedTuple

from handlers.identity.edits import adopting, plan
from handlers.stores.accounts import Change, Edit
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.instants import Instant

_ADOPTING, _BEGUN, _DONE = "accounts/adopting", "begun", "done"


class Written(NamedTuple):
    """What edits changed; `adopted` is what the store took in before its first, from the mapping of the config."""

    changes: list[Change]
    adopted: list[Change]


def keeps_accounts(store: Store) -> bool:
    """Tell whether a store says which accounts there are; not where the first taking in was cut short."""
    return store.portfolio.is_used and store.cursor(_ADOPTING) != _BEGUN


def change_accounts(store: Store, edits: Sequence[Edit], mapped: Sequence[Account], who: str, now: Instant) -> Written:
    """Write edits; before the first ever, the store takes in the accounts that are `mapped`.

    Raises OwnerTakenError where an owner would have two accounts, before anything is written.
    """
    adopted = [] if keeps_accounts(store) else _adopt(store, edits, mapped, who, now)
    return Written(store.portfolio.put(edits, who, now), adopted)


def _adopt(store: Store, edits: Sequence[Edit], mapped: Sequence[Account], who: str, now: Instant) -> list[Change]:
    """Take the accounts in; where that is cut short, the next change begins with it again."""
    plan(edits, mapped)
    store.set_cursor(_ADOPTING, _BEGUN)
    adopted = store.portfolio.put(adopting(mapped), who, now)
    store.set_cursor(_ADOPTING, _DONE)
    return adopted
