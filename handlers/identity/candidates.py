"""What accounts and owners can be recognised by."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from config.source import ACCOUNTS
from scoring.account import Account, Owner

_VENDORS_OWN = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True, slots=True)
class Profile:
    """What an account or an owner can be recognised by; `key` is what the mapping calls it."""

    source: str
    key: str
    ids: frozenset[str]
    names: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """Give its name, empty where it has none."""
        return self.names[0] if self.names else ""


@dataclass(frozen=True, slots=True)
class Known:
    """All accounts and owners, which owner is mapped to which accounts, and the pairs that a person rejected.

    `mapped` and `rejected` name an owner by its source and any one of its ids.
    """

    accounts: tuple[Profile, ...]
    owners: tuple[Profile, ...]
    mapped: Mapping[tuple[str, str], str]
    rejected: frozenset[tuple[str, str, str]] = frozenset()

    def account_of(self, owner: Profile) -> str | None:
        """Give the account that an owner is mapped to; the smallest where several claim it."""
        claims = (self.mapped.get((owner.source, key)) for key in owner.ids)
        return min((claim for claim in claims if claim is not None), default=None)

    def may_pair(self, account_id: str, owner: Profile) -> bool:
        """Tell whether no person has rejected this pair."""
        return not any((account_id, owner.source, key) in self.rejected for key in owner.ids)


def account_profiles(accounts: Iterable[Account], owners: Iterable[Owner]) -> tuple[Profile, ...]:
    """Give the profiles of the portfolio's accounts and of all others that Salesforce named, by id."""
    said = {key: owner for owner in owners for key in owner.ids}
    named = {account.id: account.name for account in accounts}
    return tuple(_account(key, named.get(key), said.get(key)) for key in sorted({*said, *named}))


def _account(account_id: str, name: str | None, owner: Owner | None) -> Profile:
    names = [name, owner.name if owner else None]
    attributes = owner.attributes if owner else ()
    return Profile(ACCOUNTS.name, account_id, frozenset([account_id]), _distinct(names), attributes)


def owner_profile(owner: Owner) -> Profile:
    """Give the profile of an owner; its key is an id that the company's own systems set, where there is one."""
    key = min(owner.ids, key=lambda one: (_VENDORS_OWN.fullmatch(one) is not None, one))
    return Profile(owner.source, key, owner.ids, _distinct([owner.name]), owner.attributes)


def _distinct(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
