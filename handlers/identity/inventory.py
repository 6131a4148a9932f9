"""What each source knows owners by, and what of it the mapping joins. Pure: values in, values out."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from config.errors import nearest
from config.source import ACCOUNTS
from handlers.identity.keys import ids_in, uuids_in
from scoring.account import Account, Owner

_SAMPLES = 3
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Attribute:
    """In which share of a source's owners an attribute stands, and some of its values."""

    share_pct: float
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceInventory:
    """The owners of a source: how many, how many mapped, and what they can be recognised by."""

    owners: int
    mapped: int
    unmapped: int
    named: int
    with_salesforce_id: int
    with_uuid: int
    attributes: Mapping[str, Attribute]


@dataclass(frozen=True, slots=True)
class Unmapped:
    """An owner that no account is mapped to, and how many facts are its."""

    ids: tuple[str, ...]
    name: str | None
    facts: int


@dataclass(frozen=True, slots=True)
class UnknownOwner:
    """An owner of the mapping that nothing ever named, and the one that may have been meant."""

    account_id: str
    source: str
    owner: str
    nearest: str | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """An owner that several accounts claim, by the ids it goes by."""

    source: str
    ids: tuple[str, ...]
    accounts: tuple[str, ...]


@dataclass(slots=True)
class Inventory:
    """Who is known, who is mapped, and what is amiss."""

    sources: dict[str, SourceInventory] = field(default_factory=dict)
    unmapped: dict[str, list[Unmapped]] = field(default_factory=dict)
    accounts_lacking: dict[str, list[str]] = field(default_factory=dict)
    unknown_owners: list[UnknownOwner] = field(default_factory=list)
    unattributed: dict[str, int] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)


def take_inventory(
    accounts: Sequence[Account],
    owners: Mapping[str, Sequence[Owner]],
    facts_of: Callable[[Owner], int],
    unattributed: Mapping[str, int],
) -> Inventory:
    """Say what each source knows owners by, who is mapped to whom, and who to nobody.

    `owners` are by source, of every source in use; `facts_of` counts an owner's facts and is asked of
    unmapped owners alone.
    """
    told = Inventory(unattributed=dict(unattributed))
    known = {account.id for account in accounts}.union(*(owner.ids for owner in owners.get(ACCOUNTS.name, ())))
    for source, here in owners.items():
        claims = _claims(accounts, source)
        free = [owner for owner in here if not owner.ids & claims.keys()]
        told.sources[source] = _source(here, len(free), known)
        told.unmapped[source] = sorted(
            (_unmapped(one, facts_of) for one in free), key=lambda one: (-one.facts, one.ids)
        )
        told.accounts_lacking[source] = [account.id for account in accounts if not account.owners.get(source)]
        told.unknown_owners += _unknown(source, claims, here, free)
        told.conflicts += _conflicts(source, claims, here)
    return told


def _claims(accounts: Iterable[Account], source: str) -> dict[str, set[str]]:
    claims: defaultdict[str, set[str]] = defaultdict(set)
    for account in accounts:
        for key in account.owners.get(source, ()):
            claims[key].add(account.id)
    return dict(claims)


def _source(owners: Sequence[Owner], unmapped: int, account_ids: set[str]) -> SourceInventory:
    values: defaultdict[str, list[str]] = defaultdict(list)
    for owner in owners:
        for name, value in owner.attributes:
            values[name].append(value)
    texts = [[*owner.ids, *(value for _, value in owner.attributes)] for owner in owners]
    return SourceInventory(
        owners=len(owners),
        mapped=len(owners) - unmapped,
        unmapped=unmapped,
        named=sum(owner.name is not None for owner in owners),
        with_salesforce_id=sum(any(ids_in(text) & account_ids for text in of_one) for of_one in texts),
        with_uuid=sum(any(uuids_in(text) for text in of_one) for of_one in texts),
        attributes={name: _attribute(values[name], len(owners)) for name in sorted(values)},
    )


def _attribute(values: Sequence[str], owners: int) -> Attribute:
    samples = sorted(set(values))[:_SAMPLES]
    return Attribute(round(100 * len(values) / owners, 1), tuple(sample[:_SHOWN] for sample in samples))


def _unmapped(owner: Owner, facts_of: Callable[[Owner], int]) -> Unmapped:
    return Unmapped(tuple(sorted(owner.ids)), owner.name, facts_of(owner))


def _unknown(
    source: str, claims: Mapping[str, set[str]], owners: Iterable[Owner], free: Iterable[Owner]
) -> list[UnknownOwner]:
    known = {key for owner in owners for key in owner.ids}
    candidates = sorted(key for owner in free for key in owner.ids)
    return [
        UnknownOwner(account_id, source, key, nearest(key, candidates))
        for key in sorted(claims.keys() - known)
        for account_id in sorted(claims[key])
    ]


def _conflicts(source: str, claims: Mapping[str, set[str]], owners: Iterable[Owner]) -> list[Conflict]:
    claimed = ((owner, set[str]().union(*(claims.get(key, ()) for key in owner.ids))) for owner in owners)
    return [Conflict(source, tuple(sorted(one.ids)), tuple(sorted(by))) for one, by in claimed if len(by) > 1]
