"""What the page of identity shows: one of four lists, fifty rows at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import urlencode

from config.source import SOURCES, label_of
from handlers.desk.identity.deciding import sources_in_use
from handlers.desk.identity.matches import Matches, Sought, id_of, matches_of, still_open
from handlers.desk.paging import Paged, paged, paged_as
from handlers.desk.visit import Visit
from handlers.identity.candidates import Profile
from handlers.identity.proposals import Proposal, Rule
from handlers.jobs.decisions import Decision, decisions
from handlers.stores.protocol import Store
from scoring.instants import Instant

RULES: Mapping[Rule, str] = {
    "exact": "Exact key",
    "uuid": "Shared UUID",
    "domain": "Domain",
    "name": "Name",
}
TABS = {"proposed": "Proposed", "ambiguous": "Ambiguous", "rest": "Nobody found", "decided": "Decided"}


@dataclass(frozen=True, slots=True)
class Side:
    """An account or an owner: its name, its ids, and what it is called where it comes from."""

    name: str
    ids: Sequence[str]
    called: str


@dataclass(frozen=True, slots=True)
class PairRow:
    """A proposed pair: both sides, the evidence, how sure it is, how many facts wait for it."""

    id: str
    account: Side
    owner: Side
    rule: str
    score: float
    reason: str
    facts: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class OpenRow:
    """An owner without a proposal: the accounts in question, if any, by id with their names."""

    source: str
    key: str
    owner: Side
    facts: int
    accounts: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class IdentityPage:
    """The page: which list, how many stand in each, its rows; what a bulk would verify."""

    tab: str
    tabs: Sequence[tuple[str, str, int, str]]
    sought: Sought
    sources: Sequence[tuple[str, str]]
    pairs: Paged[PairRow] | None
    open: Paged[OpenRow] | None
    decided: Paged[Decision] | None
    exact: int
    exact_stamp: str
    of_file: str | None
    why_none: str
    counted_at: Instant


def _why_none(matches: Matches, sought: Sought) -> str:
    """Say why no pair is proposed; where there is nothing to match, that is no good news."""
    if sought.source or sought.text:
        return "No pair fits the filter."
    if not matches.owners:
        return "No pair is proposed, for no source has named an owner yet: healthscore ingest, import or backfill it."
    if not matches.accounts:
        return "No pair is proposed, for no account is known yet: bring them by healthscore accounts import."
    return "No pair is proposed: every owner has an account, or no account is alike."


def sought_of(visit: Visit, said: Mapping[str, str]) -> Sought:
    """Read which pairs an address or a form asks for."""
    source = said.get("source", "")
    known = [name for name, _ in sources_in_use(visit)]
    return Sought(source if source in known else "", " ".join(said.get("q", "").split())[:100])


def identity_page(visit: Visit, store: Store) -> IdentityPage:
    """Put the page together."""
    counted, made = matches_of(visit, store), decisions(store)
    matches, sought = counted.value, sought_of(visit, visit.query)
    proposals = sought.proposals(still_open(matches.proposals, made))
    ambiguous = [key for key in matches.ambiguous if _is_sought(key, matches, sought)]
    rest = [one for one in matches.rest if sought.fits(one.source, one.key, *one.names, *one.ids)]
    decided = [one for one in made if sought.fits(one.source, one.account_name, one.owner_name, *one.pair)]
    numbers = {"proposed": len(proposals), "ambiguous": len(ambiguous), "rest": len(rest), "decided": len(decided)}
    tab = visit.chosen("show", TABS, "proposed")
    exact = [one for one in proposals if one.rule == "exact"]
    portfolio = frozenset(account.id for account in visit.desk.accounts()) if tab == "proposed" else frozenset()
    mapping = visit.desk.services.mapping

    def shown(one: Proposal) -> PairRow:
        return _pair(one, matches, store, portfolio)

    return IdentityPage(
        tab=tab,
        tabs=[(name, title, numbers[name], _address(name, sought)) for name, title in TABS.items()],
        sought=sought,
        sources=sources_in_use(visit),
        pairs=paged_as(visit, proposals, shown) if tab == "proposed" else None,
        open=_open(visit, store, matches, ambiguous, rest, tab),
        decided=paged(visit, decided) if tab == "decided" else None,
        exact=len(exact),
        exact_stamp=stamp_of(exact),
        of_file=None if mapping is None else str(mapping),
        why_none=_why_none(matches, sought),
        counted_at=counted.at,
    )


def stamp_of(exact: Iterable[Proposal]) -> str:
    """Name a list of pairs by all that is in it, so that a bulk verifies what was seen and nothing else."""
    return blake2b("".join(id_of(one) for one in exact).encode(), digest_size=9).hexdigest()


def _address(tab: str, sought: Sought) -> str:
    said = {"show": tab, "source": sought.source, "q": sought.text}
    return f"/identity?{urlencode({name: value for name, value in said.items() if value})}"


def _is_sought(key: tuple[str, str], matches: Matches, sought: Sought) -> bool:
    owner = matches.owners[key]
    names = [matches.accounts[one].name for one in matches.ambiguous[key] if one in matches.accounts]
    return sought.fits(owner.source, owner.key, *owner.names, *owner.ids, *names)


def _open(
    visit: Visit,
    store: Store,
    matches: Matches,
    ambiguous: Sequence[tuple[str, str]],
    rest: Sequence[Profile],
    tab: str,
) -> Paged[OpenRow] | None:
    if tab == "ambiguous":
        return paged_as(visit, ambiguous, lambda key: _in_question(key, matches, store))
    if tab == "rest":
        return paged_as(visit, rest, lambda one: _alone(one, matches, store))
    return None


def _in_question(key: tuple[str, str], matches: Matches, store: Store) -> OpenRow:
    accounts = [(one, _name(matches, one)) for one in matches.ambiguous[key]]
    return OpenRow(*key, _owner(matches.owners[key]), matches.facts_of(store, *key), accounts)


def _alone(owner: Profile, matches: Matches, store: Store) -> OpenRow:
    facts = matches.facts_of(store, owner.source, owner.key)
    return OpenRow(owner.source, owner.key, _owner(owner), facts, ())


def _name(matches: Matches, account_id: str) -> str:
    return matches.accounts[account_id].name if account_id in matches.accounts else ""


def _owner(owner: Profile) -> Side:
    called = f"{label_of(owner.source)} {SOURCES[owner.source].owner if owner.source in SOURCES else 'owner'}"
    return Side(owner.name, sorted(owner.ids), called)


def _pair(one: Proposal, matches: Matches, store: Store, portfolio: frozenset[str]) -> PairRow:
    account = Side(one.account_name, [one.sf_account_id], "Account")
    owner = _owner(matches.owners[one.source, one.owner])
    facts = matches.facts_of(store, one.source, one.owner)
    is_new = one.sf_account_id not in portfolio
    return PairRow(id_of(one), account, owner, RULES[one.rule], one.score, one.reason, facts, is_new)
