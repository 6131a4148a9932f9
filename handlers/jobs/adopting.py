"""Accounts that are changed: before its first change a store takes in what the mapping of the config says."""

from collections.abc import Sequence
from typing import NamedTuple

from handlers.identity.edits import adopting, plan
from handlers.stores.accounts import Change, Edit, asked_owners
from handlers.stores.protocol import RefusedError, Store
from handlers.stores.tombstones import ERASED, account_word, owner_word, read_tombstones
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

    Raises OwnerTakenError where an owner would have two accounts, RefusedError where somebody who was erased would
    come back, before anything is written.
    """
    _refuse_erased(store, edits)
    adopted = [] if keeps_accounts(store) else _adopt(store, edits, mapped, who, now)
    return Written(store.portfolio.put(edits, who, now), adopted)


def _refuse_erased(store: Store, edits: Sequence[Edit]) -> None:
    """Refuse accounts and owners that were erased: a person lets them in again, by name."""
    erased = read_tombstones(store.cursors(ERASED))
    for edit in edits:
        if not edit.remove and erased.has(account_word(edit.account_id)):
            way = f"healthscore erase account {edit.account_id} --undo lets it in again"
            raise RefusedError(f"the account {edit.account_id} was erased: {way}")
        for source, key in sorted(asked_owners([edit])):
            if erased.has(owner_word(source, key)):
                way = "`healthscore erase` with --undo, of what was erased then, lets it in again"
                raise RefusedError(f"the {source} owner {key} was erased, alone or with its account: {way}")


def _adopt(store: Store, edits: Sequence[Edit], mapped: Sequence[Account], who: str, now: Instant) -> list[Change]:
    """Take the accounts in; where that is cut short, the next change begins with it again."""
    plan(edits, mapped)
    store.set_cursor(_ADOPTING, _BEGUN)
    adopted = store.portfolio.put(adopting(_living(store, mapped)), who, now)
    store.set_cursor(_ADOPTING, _DONE)
    return adopted


def _living(store: Store, mapped: Sequence[Account]) -> Sequence[Account]:
    """Give the accounts of a mapping but for those that were erased: their rows may stand there still."""
    erased = read_tombstones(store.cursors(ERASED))
    return [one for one in mapped if not erased.has(account_word(one.id))]
