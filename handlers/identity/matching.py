"""Which owner is which account: exact keys first, then UUIDs, then domains, then names. Pure."""

from dataclasses import dataclass, field

from handlers.identity.by_domain import by_domain
from handlers.identity.by_key import by_id, by_uuid
from handlers.identity.by_name import by_equal_name, by_like_name
from handlers.identity.candidates import Known
from handlers.identity.evidence import Evidence, Pair
from handlers.identity.proposals import Proposal, in_order


@dataclass(slots=True)
class Answer:
    """Proposals, the surest first, and by owner the accounts that come into question where none stands out."""

    proposals: list[Proposal] = field(default_factory=list)
    ambiguous: dict[tuple[str, str], list[str]] = field(default_factory=dict)


def propose(known: Known) -> Answer:
    """Propose an account for each owner that is mapped to none; a pair that was rejected is passed over."""
    evidence = Evidence(known)
    for rule in (by_id, by_uuid, by_domain, by_equal_name, by_like_name):
        for pair in sorted(rule(evidence), key=lambda pair: (pair.owner.source, pair.owner.key)):
            evidence.take(pair)
    answer = Answer(in_order(map(_proposal, evidence.pairs)))
    paired = {(pair.owner.source, pair.owner.key) for pair in evidence.pairs}
    answer.ambiguous = {key: ids for key, ids in sorted(evidence.ambiguous.items()) if key not in paired}
    return answer


def _proposal(pair: Pair) -> Proposal:
    account, owner = pair.account, pair.owner
    named = account.key, account.name, owner.source, owner.key, owner.name
    return Proposal(*named, pair.rule, round(pair.score, 1), pair.reason)
