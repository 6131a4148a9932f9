"""The accounts that a store keeps: what may be changed in them, what a change came to, and who may own what."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal, Protocol, TypeAlias

from config.source import ACCOUNTS
from handlers.stores.protocol import RefusedError
from scoring.account import Account, OwnerKey
from scoring.instants import Instant
from scoring.model import SEGMENTS

PLACES = 2**32
"""Each account has its place among so many, by its id; a shard is a range of them."""

WHOLE: tuple[int, int] = (0, 1)
"""The shard that has every account: of one, the first."""

Word: TypeAlias = Literal["name", "segment", "csm"]
"""What is said of an account beside its owners."""

WORDS: tuple[Word, ...] = ("name", "segment", "csm")
Deed: TypeAlias = Literal["added", "changed", "removed"]


class OwnerTakenError(RefusedError):
    """Owners would belong to two accounts: nothing was written.

    `taken` has each with the account that it belongs to, and the one that was to get it.
    """

    def __init__(self, taken: Iterable[tuple[OwnerKey, str, str]]) -> None:
        """Name each owner, the account that has it, and the one that was to get it."""
        self.taken = tuple(sorted(taken))
        super().__init__("\n".join(_said(*one) for one in self.taken))


def _said(owner: OwnerKey, holder: str, wanted: str) -> str:
    source, key = owner
    way = f"take it away first (accounts set {holder} --without {source}={key})"
    return f"{source} owner {key} is not {wanted}'s: it belongs to {holder}, and an owner has one account only; {way}"


class BusyAccountsError(RefusedError):
    """Others changed the same accounts again and again; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody wants of one account, which is made where there is none; what is not named stays as it is.

    `said` gives a name, a segment or a CSM, None to take it away; `owners` are all that it has of a
    source, `more` and `less` single ones that it gets and loses. With `remove` it leaves the portfolio.
    """

    account_id: str
    said: Mapping[Word, str | None] = field(default_factory=dict)
    owners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    more: tuple[OwnerKey, ...] = ()
    less: tuple[OwnerKey, ...] = ()
    remove: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What an account was, and what it is now; None where it was not, or is not, in the portfolio."""

    account_id: str
    before: Account | None
    after: Account | None

    @property
    def deed(self) -> Deed:
        """Say in a word what was done."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"

    @property
    def gained(self) -> tuple[OwnerKey, ...]:
        """Name the owners that the account got."""
        return tuple(sorted(owned(self.after) - owned(self.before)))

    @property
    def lost(self) -> tuple[OwnerKey, ...]:
        """Name the owners that it lost."""
        return tuple(sorted(owned(self.before) - owned(self.after)))

    @property
    def words(self) -> Mapping[Word, tuple[str | None, str | None]]:
        """Give what is said of it otherwise than before: old and new."""
        told = {word: (word_of(self.before, word), word_of(self.after, word)) for word in WORDS}
        return {word: (old, new) for word, (old, new) in told.items() if old != new}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the history of accounts: who changed one, when, and what in it."""

    at: Instant
    by: str
    account_id: str
    deed: Deed
    words: Mapping[Word, tuple[str | None, str | None]]
    gained: tuple[OwnerKey, ...]
    lost: tuple[OwnerKey, ...]


class AccountStore(Protocol):
    """The accounts of a store, and the history of their changes."""

    @property
    def is_used(self) -> bool:
        """Tell whether accounts were ever put in: from then on the store says which there are, be it none."""

    def accounts(self, shard: tuple[int, int] = WHOLE, refused: dict[str, str] | None = None) -> Iterator[Account]:
        """List the accounts of a shard (its number from 0, and of how many), a page at a time, by their places.

        One that cannot be read, as one that a newer version wrote, raises StoreError; with `refused` it is noted
        there by its id, with the reason, and the others are listed.
        """

    def account(self, account_id: str) -> Account | None:
        """Give an account by its id of 18 characters."""

    def some(self, ids: Collection[str]) -> dict[str, Account]:
        """Give those of some accounts that there are, by id."""

    def accounts_of(self, owners: Collection[OwnerKey]) -> dict[OwnerKey, str]:
        """Say which account has each of these owners; an owner without one is left out."""

    def put(self, edits: Iterable[Edit], by: str, at: Instant) -> list[Change]:
        """Make edits, and give what they changed; what is already so is no change.

        An owner has one account: raises OwnerTakenError, naming each that would have two, and then nothing
        of the call is written. In DynamoDB a call with more changes than a transaction holds is written
        account by account; repeated, it completes what was left.
        """

    def history(self, account_id: str | None = None) -> Iterator[Entry]:
        """List the changes of an account, or of all, the earliest first."""

    def removals(self) -> Iterator[Entry]:
        """List the last change of each account that was taken out and did not come back, in no order; none is held."""


@dataclass(frozen=True, slots=True)
class Everyone:
    """All accounts of a store that can be read, listed anew whenever somebody goes through them; none is held."""

    kept: AccountStore

    def __iter__(self) -> Iterator[Account]:
        """List them."""
        return self.kept.accounts(refused={})


def in_order(accounts: Iterable[Account]) -> tuple[Account, ...]:
    """Give accounts by their ids."""
    return tuple(sorted(accounts, key=lambda account: account.id))


def place_of(account_id: str) -> int:
    """Give the place of an account."""
    return int.from_bytes(blake2b(account_id.encode(), digest_size=4).digest())


def places(shard: tuple[int, int]) -> tuple[int, int]:
    """Give the first place of a shard, and the last."""
    number, of = shard
    return number * PLACES // of, (number + 1) * PLACES // of - 1


def owned(account: Account | None) -> set[OwnerKey]:
    """Name the owners of an account; that it is its own owner in the CRM is not named."""
    if account is None:
        return set()
    return {(source, key) for source, keys in account.owners.items() if source != ACCOUNTS.name for key in keys}


def word_of(account: Account | None, word: Word) -> str | None:
    """Give what is said of an account."""
    said: str | None = None if account is None else getattr(account, word)
    return said


def asked_owners(edits: Iterable[Edit]) -> set[OwnerKey]:
    """Name every owner that edits may give an account."""
    return {
        one for edit in edits for one in (*edit.more, *((s, key) for s, keys in edit.owners.items() for key in keys))
    }


def planned(edits: Iterable[Edit], known: Mapping[str, Account], holders: Mapping[OwnerKey, str]) -> list[Change]:
    """Say what edits change, by account.

    `known` are the accounts that are named and there, `holders` says who has the owners that are asked for.
    Raises OwnerTakenError where an owner would have two accounts.
    """
    after: dict[str, Account | None] = {}
    for edit in edits:
        after[edit.account_id] = edited(after.get(edit.account_id, known.get(edit.account_id)), edit)
    taken = set(_taken(after, holders))
    if taken:
        raise OwnerTakenError(taken)
    changes = (Change(key, known.get(key), after[key]) for key in sorted(after))
    return [change for change in changes if change.before != change.after]


def _taken(after: Mapping[str, Account | None], holders: Mapping[OwnerKey, str]) -> Iterator[tuple[OwnerKey, str, str]]:
    claims: dict[OwnerKey, str] = {}
    for account_id, account in sorted(after.items()):
        for owner in owned(account):
            holder = holders.get(owner, account_id)
            stays = holder not in after or owner in owned(after[holder])
            if holder != account_id and stays:
                yield owner, holder, account_id
            elif claims.setdefault(owner, account_id) != account_id:
                yield owner, claims[owner], account_id


def edited(account: Account | None, edit: Edit) -> Account | None:
    """Give an account as an edit makes it."""
    if edit.remove:
        return None
    told = {word: edit.said.get(word, word_of(account, word)) for word in WORDS}
    return Account(
        edit.account_id, _owners(account, edit), told["name"], SEGMENTS.get(told["segment"] or ""), told["csm"]
    )


def _owners(account: Account | None, edit: Edit) -> Mapping[str, tuple[str, ...]]:
    owners = {} if account is None else {source: list(keys) for source, keys in account.owners.items()}
    for source, keys in edit.owners.items():
        if set(keys) != set(owners.get(source, ())):
            owners[source] = list(dict.fromkeys(keys))
    for source, key in edit.more:
        if key not in owners.setdefault(source, []):
            owners[source].append(key)
    for source, key in edit.less:
        owners[source] = [one for one in owners.get(source, ()) if one != key]
    owners[ACCOUNTS.name] = [edit.account_id]
    return {source: tuple(keys) for source, keys in sorted(owners.items()) if keys}
