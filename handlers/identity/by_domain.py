"""The rule that goes by domains: of websites and mail addresses."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from handlers.identity.alike import Likeness
from handlers.identity.candidates import Profile
from handlers.identity.evidence import Evidence, Pair
from handlers.identity.keys import domains_of

ALONE = 95.0
FLOOR, MARGIN = 60.0, 10.0
"""How alike names must be where others have the domain too, and by how much more than theirs."""


def by_domain(evidence: Evidence) -> Iterator[Pair]:
    """Pair an owner and an account that alone have a domain; where several have it, those of like names."""
    alike = Likeness(evidence)
    accounts = _index(evidence.accounts.values())
    for source in evidence.sources:
        owners = _index(evidence.owners(source))
        shared = {owner.key: sorted(domains_of(owner) & accounts.keys()) for owner in evidence.open(source)}
        crowded: dict[str, set[str]] = {}
        for owner in (one for one in evidence.open(source) if shared[one.key]):
            domains = shared[owner.key]
            found = {account_id for domain in domains for account_id in accounts[domain]}
            others = {key for domain in domains for key in owners[domain]} - {owner.key}
            account = evidence.only(owner, found) if len(found) == 1 and not others else None
            if account is None:
                crowded[owner.key] = found
            elif not evidence.is_filled(account.key, source):
                yield Pair(owner, account, "domain", ALONE, f"the domain {domains[0]} is theirs alone")
        for owner, account, score in alike.standing_out(source, crowded, FLOOR, MARGIN):
            reason = f"others have the domain {shared[owner.key][0]} too, but these names are alike ({score:.0f})"
            yield Pair(owner, account, "domain", score, reason)


def _index(profiles: Iterable[Profile]) -> Mapping[str, set[str]]:
    index: defaultdict[str, set[str]] = defaultdict(set)
    for profile in profiles:
        for domain in domains_of(profile):
            index[domain].add(profile.key)
    return index
