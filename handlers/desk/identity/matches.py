"""Pairs that are proposed, owners that several accounts may own, and owners that nobody is found for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from config.portfolio import form_of
from handlers.desk.memory import Counted
from handlers.desk.visit import Visit
from handlers.identity.candidates import Known, Profile
from handlers.identity.folding import is_part
from handlers.identity.known import known_of
from handlers.identity.matching import propose
from handlers.identity.proposals import Proposal
from handlers.jobs.decisions import Decision, pair_id, standing_pairs
from handlers.stores.protocol import FactStore, Store


@dataclass(frozen=True)
class Matches:
    """What is open: proposals, the surest first; by owner the accounts in question; owners without any.

    `facts` counts what waits for an owner, once somebody looked at it.
    """

    proposals: Sequence[Proposal]
    ambiguous: Mapping[tuple[str, str], Sequence[str]]
    rest: Sequence[Profile]
    owners: Mapping[tuple[str, str], Profile]
    accounts: Mapping[str, Profile]
    facts: dict[tuple[str, str], int] = field(default_factory=dict)

    def facts_of(self, store: FactStore, source: str, owner: str) -> int:
        """Count the facts that wait for an owner."""
        key = source, owner
        if key not in self.facts:
            self.facts[key] = len(store.facts(source, self.owners[key].ids))
        return self.facts[key]


MATCHES = "identity"
"""The key that the desk remembers them under."""


def matches_of(visit: Visit, store: Store) -> Counted[Matches]:
    """Give what is open; matched anew where the store has changed."""
    return visit.desk.memory.slowly(MATCHES, lambda: _matched(visit, store), visit.now)


def _matched(visit: Visit, store: Store) -> Matches:
    of_file = visit.desk.services.mapping is not None
    decided = standing_pairs(store, of_file=of_file)
    known = known_of(visit.desk.accounts(), decided, store, form_of(visit.desk.config))
    answer = propose(known)
    return Matches(
        answer.proposals,
        answer.ambiguous,
        _rest(known, answer.proposals, answer.ambiguous),
        {(owner.source, owner.key): owner for owner in known.owners},
        {account.key: account for account in known.accounts},
    )


def _rest(known: Known, proposals: Iterable[Proposal], ambiguous: Iterable[tuple[str, str]]) -> list[Profile]:
    open_owners = {(one.source, one.owner) for one in proposals} | set(ambiguous)
    left = (one for one in known.owners if known.account_of(one) is None)
    return sorted(
        (one for one in left if (one.source, one.key) not in open_owners), key=lambda one: (one.source, one.key)
    )


def still_open(proposals: Iterable[Proposal], made: Iterable[Decision]) -> list[Proposal]:
    """Leave out what was decided since the matching: the pair, and an owner that was verified as another's."""
    latest = list(made)
    gone = {one.pair for one in latest if one.status != "undone"}
    taken = {(one.source, one.owner) for one in latest if one.status == "verified"}
    return [
        one
        for one in proposals
        if (one.sf_account_id, one.source, one.owner) not in gone and (one.source, one.owner) not in taken
    ]


def id_of(one: Proposal) -> str:
    """Name a proposal in an address."""
    return pair_id((one.sf_account_id, one.source, one.owner))


@dataclass(frozen=True, slots=True)
class Sought:
    """Which pairs are asked for: of a source, with a text in a name or an id."""

    source: str = ""
    text: str = ""

    def fits(self, source: str, *texts: str) -> bool:
        """Tell whether a pair of a source with these names and ids is asked for."""
        return self.source in ("", source) and (not self.text or any(is_part(self.text, one) for one in texts if one))

    def proposals(self, every: Iterable[Proposal]) -> list[Proposal]:
        """Give the proposals that are asked for."""
        return [
            one
            for one in every
            if self.fits(one.source, one.account_name, one.owner_name, one.sf_account_id, one.owner)
        ]
