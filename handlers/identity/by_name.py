"""The rules that go by names: equal ones first, then like ones."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from handlers.identity.alike import Likeness, at_odds
from handlers.identity.candidates import Profile
from handlers.identity.evidence import Evidence, Pair
from handlers.identity.folding import folded
from handlers.identity.names import normal

EQUAL, EQUAL_IN_WORDS = 100.0, 98.0
FLOOR, MARGIN = 78.0, 6.0
"""How alike names must be, and by how much more than the next."""


def by_equal_name(evidence: Evidence) -> Iterator[Pair]:
    """Pair owners with the one account of the same name; several owners may bear it, if no domain speaks against it."""
    written = _by_form(evidence, folded)
    in_words = _by_form(evidence, normal)
    for source in evidence.sources:
        for owner in evidence.open(source):
            pair = _equal(owner, written.get(folded(owner.name), set()), EQUAL, evidence)
            pair = pair or _equal(owner, in_words.get(normal(owner.name), set()), EQUAL_IN_WORDS, evidence)
            if pair is not None:
                yield pair


def _by_form(evidence: Evidence, form: Callable[[str], str]) -> Mapping[str, set[str]]:
    accounts: defaultdict[str, set[str]] = defaultdict(set)
    for account in evidence.accounts.values():
        for name in account.names:
            accounts[form(name)].add(account.key)
    return accounts


def _equal(owner: Profile, found: set[str], score: float, evidence: Evidence) -> Pair | None:
    account = evidence.only(owner, found) if len(found) == 1 and normal(owner.name) else None
    if account is None or at_odds(owner, account):
        evidence.doubt(owner, found)
        return None
    return Pair(owner, account, "name", score, f"the names are the same: {normal(owner.name)}")


def by_like_name(evidence: Evidence) -> Iterator[Pair]:
    """Pair an owner and an account whose names are each other's likest, by a margin."""
    alike = Likeness(evidence)
    for source in evidence.sources:
        shortlists = {owner.key: alike.shortlist(owner) for owner in evidence.open(source)}
        for owner, account, score in alike.standing_out(source, shortlists, FLOOR, MARGIN):
            if not at_odds(owner, account):
                reason = f"the names are alike ({score:.0f}): {normal(owner.name)} ~ {normal(account.name)}"
                yield Pair(owner, account, "name", score, reason)
