"""What people decided of pairs of an account and an owner, kept in the store: by the desk, and read by both doors."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Literal, TypeAlias

import msgspec

from handlers.identity.proposals import Proposal, ProposalStatus, Rule
from handlers.jobs.kept import keep, read_kept
from handlers.stores.protocol import FactStore

_DECISIONS = "desk/identity/"

Decided: TypeAlias = Literal["verified", "rejected", "undone"]
PairKey: TypeAlias = tuple[str, str, str]
"""An account, a source and an owner's key there."""


class Shown(msgspec.Struct, frozen=True):
    """A score as it was shown: rounded, with its coverage."""

    score: float | None
    coverage: float


class Decision(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody decided of a pair, when and why, by which evidence.

    `added` says that the account came into the portfolio by it; `before` and `after` are its live scores.
    """

    at: str
    person: str
    status: Decided
    account_id: str
    account_name: str
    source: str
    owner: str
    owner_name: str
    rule: Rule
    score: float
    reason: str
    why: str = ""
    added: bool = False
    before: Shown | None = None
    after: Shown | None = None

    @property
    def pair(self) -> PairKey:
        """Name the pair."""
        return self.account_id, self.source, self.owner

    @property
    def id(self) -> str:
        """Name the pair in an address."""
        return pair_id(self.pair)


def pair_id(pair: PairKey) -> str:
    """Name a pair in an address."""
    return blake2b(msgspec.json.encode(pair), digest_size=9).hexdigest()


def keep_decision(store: FactStore, decision: Decision) -> None:
    """Keep a decision; the last one of a pair holds."""
    store.set_cursor(f"{_DECISIONS}{decision.id}", keep(decision))


def decisions(store: FactStore) -> list[Decision]:
    """List the decisions, the latest first."""
    read = (read_kept(kept, Decision, name) for name, kept in store.cursors(_DECISIONS).items())
    return sorted(read, key=lambda one: (one.at, one.id), reverse=True)


def standing_pairs(store: FactStore, *, of_file: bool) -> list[Proposal]:
    """Give the pairs that were decided at the desk, as the file of proposals has them.

    Verified ones only where accounts are `of_file`: where the store keeps them, it says itself whose an owner is.
    """
    kept = {"rejected", *(["verified"] if of_file else [])}
    return [_proposal(one) for one in decisions(store) if one.status in kept]


def _proposal(one: Decision) -> Proposal:
    status: ProposalStatus = "verified" if one.status == "verified" else "rejected"
    named = one.account_id, one.account_name, one.source, one.owner, one.owner_name
    return Proposal(*named, one.rule, one.score, one.reason, status)


def with_decided(told: Iterable[Proposal], store: FactStore, *, of_file: bool) -> list[Proposal]:
    """Add what was decided at the desk to what a file says; of a pair in both the file's word holds."""
    listed = list(told)
    there = {(one.sf_account_id, one.source, one.owner) for one in listed}
    kept = standing_pairs(store, of_file=of_file)
    return [*listed, *(one for one in kept if (one.sf_account_id, one.source, one.owner) not in there)]
