"""What is decided so far while owners are matched, and what is still open."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from handlers.identity.candidates import Known, Profile
from handlers.identity.proposals import Rule


@dataclass(frozen=True, slots=True)
class Pair:
    """An owner and the account that a rule finds for it; score 0-100."""

    owner: Profile
    account: Profile
    rule: Rule
    score: float
    reason: str


class Evidence:
    """Accounts and owners, and the pairs found by the rules so far."""

    def __init__(self, known: Known) -> None:
        """Begin with what the mapping says."""
        self._known = known
        self.accounts = {account.key: account for account in known.accounts}
        self.pairs: list[Pair] = []
        self.ambiguous: dict[tuple[str, str], list[str]] = {}
        self._account_of = {(owner.source, owner.key): known.account_of(owner) for owner in known.owners}
        self._filled = {(account_id, owner.source) for owner, account_id in self.settled()}

    @property
    def sources(self) -> tuple[str, ...]:
        """Name the sources that owners are known of."""
        return tuple(sorted({owner.source for owner in self._known.owners}))

    def owners(self, source: str) -> list[Profile]:
        """List all owners of a source."""
        return [owner for owner in self._known.owners if owner.source == source]

    def owner_names(self) -> Iterator[str]:
        """Give the names of all owners."""
        return (name for owner in self._known.owners for name in owner.names)

    def open(self, source: str) -> list[Profile]:
        """List the owners of a source that have no account yet."""
        return [owner for owner in self.owners(source) if self.account_of(owner) is None]

    def settled(self) -> Iterator[tuple[Profile, str]]:
        """Give the owners that have an account, and its id."""
        for owner in self._known.owners:
            account_id = self.account_of(owner)
            if account_id is not None:
                yield owner, account_id

    def account_of(self, owner: Profile) -> str | None:
        """Give the account that an owner is mapped to or was paired with."""
        return self._account_of[owner.source, owner.key]

    def is_filled(self, account_id: str, source: str) -> bool:
        """Tell whether an account has an owner in a source; one that nothing ever named is none."""
        return (account_id, source) in self._filled

    def may_pair(self, account_id: str, owner: Profile) -> bool:
        """Tell whether no person has rejected this pair."""
        return self._known.may_pair(account_id, owner)

    def only(self, owner: Profile, account_ids: Iterable[str]) -> Profile | None:
        """Give the account, where just one comes into question; several are noted as ambiguous."""
        allowed = {one for one in account_ids if self.may_pair(one, owner)}
        if len(allowed) == 1:
            return self.accounts[allowed.pop()]
        self.doubt(owner, allowed)
        return None

    def doubt(self, owner: Profile, account_ids: Iterable[str]) -> None:
        """Note the accounts that come into question for an owner, where none stands out."""
        found = sorted(one for one in account_ids if self.may_pair(one, owner))
        if found:
            self.ambiguous[owner.source, owner.key] = found

    def take(self, pair: Pair) -> None:
        """Keep a pair; later rules build on it."""
        self.pairs.append(pair)
        self._account_of[pair.owner.source, pair.owner.key] = pair.account.key
        self._filled.add((pair.account.key, pair.owner.source))
