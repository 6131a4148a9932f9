"""The CRM records of an account at an instant, and what of them must be read again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from scoring.account import OwnerKey
from scoring.facts import CrmRecord, Fact
from scoring.instants import Instant
from scoring.observations import Gap
from scoring.timeline import RecordLine, Timeline

_Owned: TypeAlias = list[tuple[RecordLine, CrmRecord]]
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
    profile_line: RecordLine | None
    deleted: bool
    rereads: frozenset[str]


def records_of(timeline: Timeline, ids: frozenset[OwnerKey], as_of: Instant, crm: frozenset[str]) -> Records:
    """Give the records of these owners in the sources that play the CRM."""
    known = timeline.known
    owned = _owned(timeline.records(crm), ids, as_of)
    profile, record = next((pair for pair in owned if pair[1].id == known.account.id), (None, None))
    is_deleted = record is not None and record.yes("deleted") is True
    told = [(line, record) for line, record in owned if not _is_ours(record)]
    return Records(
        current=_current(owned),
        known=frozenset(line.fact.subject.kind for line, _ in told),
        owners=frozenset((line.fact.subject.source, record.owner or "") for line, record in told),
        profile=None if is_deleted else record,
        profile_line=profile,
        deleted=is_deleted,
        rereads=frozenset(_rereads(told, known.gaps, as_of)),
    )


def _is_ours(record: CrmRecord) -> bool:
    """Tell whether a record is a suggestion of ours that nobody accepted: it proves nothing of what the CRM knows."""
    return record.text("suggestion_key") is not None and record.instant("accepted_at") is None


def _owned(lines: Iterable[RecordLine], ids: frozenset[OwnerKey], as_of: Instant) -> _Owned:
    pairs = [(line, line.record(as_of)) for line in lines]
    return [(line, told) for line, told in pairs if told is not None and (line.fact.subject.source, told.owner) in ids]


def _current(owned: _Owned) -> dict[str, tuple[CrmRecord, ...]]:
    current: dict[str, list[CrmRecord]] = {}
    for line, record in owned:
        if not record.yes("deleted"):
            current.setdefault(line.fact.subject.kind, []).append(record)
    return {kind: tuple(records) for kind, records in current.items()}


def _rereads(owned: _Owned, gaps: Iterable[Fact], as_of: Instant) -> Iterable[str]:
    yield from (f"reread:{record.gap.object}" for _, record in owned if record.gap is not None)
    for gap in gaps:
        since = _gap_since(gap, as_of)
        if since is None:
            continue
        same = [record for line, record in owned if line.fact.subject.kind == gap.subject.kind]
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
