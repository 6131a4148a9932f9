"""Facts: grow-only sets of observations of one subject, and what was so at an instant."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter

from scoring.instants import DAY, Instant
from scoring.observations import (
    Conversation,
    Fields,
    Gap,
    Observation,
    Reading,
    Subject,
    Tombstone,
    Value,
    parts_of,
    rank,
)

LOOKBACK = 366 * DAY
"""How far before an as-of instant a view of a CRM record may be asked for (ARR a year ago)."""

ENTIRE = "*"
"""The subject id that stands for every record of an object."""


@dataclass(frozen=True, slots=True)
class Fact:
    """All observations of one subject; merging is set union."""

    subject: Subject
    observations: frozenset[Observation]


@dataclass(frozen=True, slots=True)
class CrmRecord:
    """A CRM record as it was: each field's latest value and the instant it was said.

    `gap` is the latest instant at which it changed unseen and was not re-read since.
    """

    id: str
    owner: str | None
    values: Mapping[str, Value]
    said: Mapping[str, Instant]
    first_heard: Instant
    gap: Gap | None = None

    def text(self, name: str) -> str | None:
        """Give a text field, or None where it is empty or unknown."""
        value = self.values.get(name)
        return value if isinstance(value, str) and value else None

    def number(self, name: str) -> float | None:
        """Give a number, or None where it is empty or unknown."""
        value = self.values.get(name)
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None

    def instant(self, name: str) -> Instant | None:
        """Give an instant or date, or None where it is empty or unknown."""
        value = self.number(name)
        return None if value is None else int(value)

    def yes(self, name: str) -> bool | None:
        """Give a yes-or-no field, or None where it is empty or unknown."""
        value = self.values.get(name)
        return value if isinstance(value, bool) else None


def merge(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Unite facts by subject; the order of the result is that of the subjects."""
    union: dict[Subject, frozenset[Observation]] = {}
    for fact in facts:
        union[fact.subject] = union.get(fact.subject, frozenset()) | fact.observations
    return tuple(Fact(subject, union[subject]) for subject in sorted(union))


def gather(observations: Iterable[Observation]) -> tuple[Fact, ...]:
    """Group observations into facts by their subject."""
    sets: dict[Subject, set[Observation]] = {}
    for observation in observations:
        sets.setdefault(observation.subject, set()).add(observation)
    return tuple(Fact(subject, frozenset(sets[subject])) for subject in sorted(sets))


def in_order(observations: Iterable[Observation]) -> list[Observation]:
    """Sort observations of one subject: by instant, then parts, then content alone.

    Content is looked at only where instant and parts tie.
    """
    ordered = sorted(observations, key=_place)
    if all(_place(one) != _place(other) for one, other in pairwise(ordered)):
        return ordered
    return [observation for _, ties in groupby(ordered, _place) for observation in _untie(list(ties))]


def _place(observation: Observation) -> tuple[Instant, int]:
    return observation.at, parts_of(observation)


def _untie(ties: list[Observation]) -> list[Observation]:
    return ties if len(ties) == 1 else sorted(ties, key=rank)


def owner_of(ordered: Sequence[Observation]) -> str | None:
    """Name the latest owner said; an observation that names none says nothing about it."""
    return next((o.owner for o in reversed(ordered) if o.owner is not None), None)


def conversation_at(fact: Fact, as_of: Instant) -> tuple[Conversation, str | None] | None:
    """View a conversation and its owner strictly before `as_of`; None where unknown or deleted."""
    seen = [o for o in fact.observations if o.at < as_of]
    if not seen or any(isinstance(o.content, Tombstone) for o in seen):
        return None
    ordered = in_order(seen) if len(seen) > 1 else seen
    latest = ordered[-1].content
    return (latest, owner_of(ordered)) if isinstance(latest, Conversation) else None


def reading_at(fact: Fact, as_of: Instant) -> Reading | None:
    """View the usage reading of one date: the latest pull of it, where it is dated by `as_of`."""
    latest = in_order(fact.observations)[-1].content
    return latest if isinstance(latest, Reading) and latest.date <= as_of else None


def record_at(fact: Fact, as_of: Instant, *, infer: bool = True) -> CrmRecord | None:
    """View a CRM record strictly before `as_of`, field by field.

    With `infer`, a record created before `as_of` but first observed later is viewed as first
    observed. A deleted record is still given: its field `deleted` is true.
    """
    ordered = in_order(fact.observations)
    seen = [o for o in ordered if o.at < as_of]
    if infer and not any(isinstance(o.content, Fields) for o in seen):
        seen += first_content(ordered, as_of)
    return _fold(fact.subject.id, ordered, seen) if seen else None


def first_content(ordered: Sequence[Observation], as_of: Instant) -> list[Observation]:
    """Give the first content said of a record that was created before `as_of`; nothing of any other."""
    said = [o for o in ordered if isinstance(o.content, Fields)]
    created = created_at(ordered)
    if not said or created is None or created >= as_of:
        return []
    return [o for o in said if o.at == said[0].at]


def created_at(observations: Iterable[Observation]) -> Instant | None:
    """Say when the record was created, where any observation tells."""
    contents = (o.content for o in observations)
    told = [c.created for c in contents if isinstance(c, (Fields, Conversation)) and c.created is not None]
    return min(told, default=None)


def _fold(record_id: str, ordered: Sequence[Observation], seen: Sequence[Observation]) -> CrmRecord:
    values: dict[str, Value] = {}
    said: dict[str, Instant] = {}
    for observation in seen:
        if isinstance(observation.content, Fields):
            values.update(observation.content.values)
            said.update((name, observation.at) for name, _ in observation.content.values)
    return CrmRecord(record_id, owner_of(seen), values, said, ordered[0].at, open_gap(seen))


def open_gap(seen: Iterable[Observation]) -> Gap | None:
    """Give the gap that no later re-read among `seen` has settled."""
    last_gap: Observation | None = None
    read_at = 0
    for observation in seen:
        content = observation.content
        if isinstance(content, Gap) and (last_gap is None or observation.at > last_gap.at):
            last_gap = observation
        elif isinstance(content, Fields) and content.read_at is not None:
            read_at = max(read_at, content.read_at)
    if last_gap is None or read_at > last_gap.at or not isinstance(last_gap.content, Gap):
        return None
    return last_gap.content


def last_read(fact: Fact, as_of: Instant) -> Instant:
    """Say when the record was last re-read, of the re-reads that speak of before `as_of`."""
    reads = (o.content.read_at for o in fact.observations if isinstance(o.content, Fields) and o.at < as_of)
    return max((read for read in reads if read is not None), default=0)


def compact(fact: Fact, horizon: Instant) -> Fact:
    """Drop the observations that no view at or after `horizon` can see."""
    return Fact(fact.subject, fact.observations - _hidden(fact, horizon - LOOKBACK))


def _hidden(fact: Fact, horizon: Instant) -> frozenset[Observation]:
    old = [o for o in in_order(fact.observations) if o.at < horizon]
    return frozenset(old) - _needed(old)


def _needed(old: Sequence[Observation]) -> set[Observation]:
    newest_first = list(reversed(old))
    kinds = [
        [o for o in newest_first if o.owner is not None],
        [o for o in newest_first if isinstance(o.content, (Conversation, Reading))],
        [o for o in newest_first if isinstance(o.content, Gap)],
        [o for o in old if isinstance(o.content, Tombstone)],
    ]
    firsts = {kind[0] for kind in [*kinds, old] if kind}
    return firsts | _winners(newest_first) | _last_reread(old)


def _winners(newest_first: Iterable[Observation]) -> set[Observation]:
    winners: dict[str, Observation] = {}
    for observation in newest_first:
        if isinstance(observation.content, Fields):
            for name, _ in observation.content.values:
                winners.setdefault(name, observation)
    return set(winners.values())


def _last_reread(old: Iterable[Observation]) -> set[Observation]:
    rereads = [(o.content.read_at, o) for o in old if isinstance(o.content, Fields) and o.content.read_at is not None]
    return {max(rereads, key=itemgetter(0))[1]} if rereads else set()
