"""How alike accounts and owners are, and which stand out."""

from collections.abc import Iterable, Iterator, Mapping

from rapidfuzz import fuzz, process

from handlers.identity.candidates import Profile
from handlers.identity.evidence import Evidence
from handlers.identity.keys import domains_of
from handlers.identity.names import lexicon, likeness, normal

_SHORTLIST = 20
_SHORTLIST_FLOOR = 55.0
_WORTH_A_LOOK = 60.0


def at_odds(one: Profile, other: Profile) -> bool:
    """Tell whether two have domains, and none in common; the same name in another country is no odds."""
    mine, theirs = ({domain.partition(".")[0] for domain in domains_of(each)} for each in (one, other))
    return bool(mine and theirs) and not mine & theirs


class Likeness:
    """Compares names, knowing how telling each word is among all of them."""

    def __init__(self, evidence: Evidence) -> None:
        """Learn the words of all names."""
        self._evidence = evidence
        accounts = [(account.key, name) for account in evidence.accounts.values() for name in account.names]
        self._normal = {(key, name): normal(name) for key, name in accounts}
        self._lexicon = lexicon((name for _, name in accounts), evidence.owner_names())

    def shortlist(self, owner: Profile) -> set[str]:
        """Give the accounts whose names look most like an owner's."""
        cutoff = _SHORTLIST_FLOOR
        found = process.extract(
            normal(owner.name), self._normal, scorer=fuzz.token_sort_ratio, limit=_SHORTLIST, score_cutoff=cutoff
        )
        return {account_id for _, _, (account_id, _) in found}

    def standing_out(
        self, source: str, candidates: Mapping[str, Iterable[str]], floor: float, margin: float
    ) -> Iterator[tuple[Profile, Profile, float]]:
        """Give owner, account and likeness where each is the other's likest by a margin, and the account has no owner.

        `candidates` are accounts by owner key. Owners with several likest are noted as ambiguous.
        """
        owners = {owner.key: owner for owner in self._evidence.owners(source)}
        likenesses = {key: self._likenesses(owners[key], found) for key, found in candidates.items()}
        wanted: dict[str, list[float]] = {}
        for scores in likenesses.values():
            for account_id, score in scores.items():
                wanted.setdefault(account_id, []).append(score)
        for key, scores in likenesses.items():
            best = max(scores.values(), default=0.0)
            near = sorted(account_id for account_id, score in scores.items() if score > best - margin)
            rivals = sum(score > best - margin for one in near[:1] for score in wanted[one])
            if best >= floor and len(near) == rivals == 1:
                yield from self._unfilled(owners[key], near[0], best)
            elif best >= _WORTH_A_LOOK:
                self._evidence.doubt(owners[key], near)

    def _unfilled(self, owner: Profile, account_id: str, score: float) -> Iterator[tuple[Profile, Profile, float]]:
        if self._evidence.is_filled(account_id, owner.source):
            self._evidence.doubt(owner, [account_id])
        else:
            yield owner, self._evidence.accounts[account_id], score

    def _likenesses(self, owner: Profile, account_ids: Iterable[str]) -> dict[str, float]:
        return {
            account_id: max(
                (likeness(name, owner.name, self._lexicon) for name in self._evidence.accounts[account_id].names),
                default=0.0,
            )
            for account_id in sorted(account_ids)
            if self._evidence.may_pair(account_id, owner)
        }
