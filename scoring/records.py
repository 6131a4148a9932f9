"""The CRM records of an account at an instant, and what of them must be read again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeAlias

from scoring.account import AccountFacts, OwnerKey
from scoring.facts import CrmRecord, Fact, record_at
from scoring.instants import Instant
from scoring.observations import Gap

_Owned: TypeAlias = list[tuple[Fact, CrmRecord]]
"""The records of an account, each with the fact it is seen in."""


@dataclass(frozen=True, slots=True)
class Records:
    """An account's own record (`profile`) and all others, as the CRM has them.

    `current` are those not deleted, by kind; `known` the kinds of which any was ever known;
    `rereads` the flags of what changed unseen.
    """

    current: Mapping[str, tuple[CrmRecord, ...]]
    known: frozenset[str]
    owners: frozenset[OwnerKey]
    profile: CrmRecord | None
    profile_fact: Fact | None
    deleted: bool
    rereads: frozenset[str]


def records_of(facts: AccountFacts, ids: frozenset[OwnerKey], as_of: Instant, crm: frozenset[str]) -> Records:
    """Give the records of these owners in the sources that play the CRM."""
    owned = _owned(facts.facts, ids, as_of, crm)
    profile, record = next((pair for pair in owned if pair[1].id == facts.account.id), (None, None))
    is_deleted = record is not None and record.yes("deleted") is True
    return Records(
        current=_current(owned),
        known=frozenset(fact.subject.kind for fact, _ in owned),
        owners=frozenset((fact.subject.source, record.owner or "") for fact, record in owned),
        profile=None if is_deleted else record,
        profile_fact=profile,
        deleted=is_deleted,
        rereads=frozenset(_rereads(owned, facts.gaps, as_of)),
    )


def _owned(facts: Iterable[Fact], ids: frozenset[OwnerKey], as_of: Instant, crm: frozenset[str]) -> _Owned:
    mine = sorted((fact for fact in facts if fact.subject.source in crm), key=attrgetter("subject"))
    pairs = [(fact, record_at(fact, as_of)) for fact in mine]
    return [(fact, told) for fact, told in pairs if told is not None and (fact.subject.source, told.owner) in ids]


def _current(owned: _Owned) -> dict[str, tuple[CrmRecord, ...]]:
    current: dict[str, tuple[CrmRecord, ...]] = {}
    for fact, record in owned:
        if not record.yes("deleted"):
            current[fact.subject.kind] = (*current.get(fact.subject.kind, ()), record)
    return current


def _rereads(owned: _Owned, gaps: Iterable[Fact], as_of: Instant) -> Iterable[str]:
    yield from (f"reread:{record.gap.object}" for _, record in owned if record.gap is not None)
    for gap in gaps:
        since = _gap_since(gap, as_of)
        if since is None:
            continue
        same = [record for fact, record in owned if fact.subject.kind == gap.subject.kind]
        unread = any(record.read_at is None or record.read_at <= since for record in same)
        if unread or (not same and not _resynced(gap, since)):
            yield f"reread:{_object(gap)}"


def _gap_since(gap: Fact, as_of: Instant) -> Instant | None:
    marks = (o.at for o in gap.observations if isinstance(o.content, Gap) and not o.content.resynced and o.at < as_of)
    return max(marks, default=None)


def _resynced(gap: Fact, since: Instant) -> bool:
    return any(isinstance(o.content, Gap) and o.content.resynced and o.at > since for o in gap.observations)


def _object(gap: Fact) -> str:
    return min(o.content.object for o in gap.observations if isinstance(o.content, Gap))
