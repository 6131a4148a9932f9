"""The rule that goes by domains: of websites and mail addresses."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from handlers.identity.alike import Likeness
from handlers.identity.candidates import Profile
from handlers.identity.evidence import Evidence, Pair
from handlers.identity.keys import domains_of

ALONE = 95.0
FLOOR, MARGIN = 60.0, 10.0
"""How alike names must be where others have the domain too, and by how much more than theirs."""


@dataclass(frozen=True, slots=True)
class _Domains:
    """Who has which domain: accounts, the owners of a source; and what open owners share with accounts."""

    accounts: Mapping[str, set[str]]
    owners: Mapping[str, set[str]]
    shared: Mapping[str, list[str]]

    def candidates(self, owner: Profile) -> set[str]:
        """Give the accounts that have a domain of the owner's."""
        return {account_id for domain in self.shared[owner.key] for account_id in self.accounts[domain]}

    def is_alone(self, owner: Profile) -> bool:
        """Tell whether no other owner of the source has the domains."""
        return {key for domain in self.shared[owner.key] for key in self.owners[domain]} <= {owner.key}


def by_domain(evidence: Evidence) -> Iterator[Pair]:
    """Pair an owner and an account that alone have a domain; where several have it, those of like names."""
    alike = Likeness(evidence)
    accounts = _index(evidence.accounts.values())
    for source in evidence.sources:
        domains = _domains(evidence, source, accounts)
        sharing = [owner for owner in evidence.open(source) if domains.shared[owner.key]]
        crowded: dict[str, set[str]] = {}
        for owner in sharing:
            found = domains.candidates(owner)
            account = evidence.only(owner, found) if len(found) == 1 and domains.is_alone(owner) else None
            if account is None:
                crowded[owner.key] = found
            elif not evidence.is_filled(account.key, source):
                reason = f"the domain {domains.shared[owner.key][0]} is theirs alone"
                yield Pair(owner, account, "domain", ALONE, reason)
        for owner, account, score in alike.standing_out(source, crowded, FLOOR, MARGIN):
            shared = domains.shared[owner.key][0]
            reason = f"others have the domain {shared} too, but these names are alike ({score:.0f})"
            yield Pair(owner, account, "domain", score, reason)


def _domains(evidence: Evidence, source: str, accounts: Mapping[str, set[str]]) -> _Domains:
    shared = {owner.key: sorted(domains_of(owner) & accounts.keys()) for owner in evidence.open(source)}
    return _Domains(accounts, _index(evidence.owners(source)), shared)


def _index(profiles: Iterable[Profile]) -> Mapping[str, set[str]]:
    index: defaultdict[str, set[str]] = defaultdict(set)
    for profile in profiles:
        for domain in domains_of(profile):
            index[domain].add(profile.key)
    return index
