"""Facts: grow-only sets of observations of one subject, and what was so at an instant."""

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple, TypeAlias

from scoring.instants import DAY, Instant
from scoring.observations import (
    NOBODY,
    Conversation,
    Fields,
    Gap,
    Message,
    Observation,
    Reading,
    Subject,
    Tombstone,
    Value,
    place,
    rank,
)

HISTORY_MONTHS = 13
"""So many month-ends can be scored exactly: observations stay so long after they are superseded."""

HISTORY = 397 * DAY
"""Those months, each as long as it may be."""

LOOKBACK = 366 * DAY
"""How far before an as-of instant a view of a CRM record may be asked for (ARR a year ago)."""

ENTIRE = "*"
"""The subject id that stands for every record of an object."""


@dataclass(frozen=True, slots=True)
class Fact:
    """All observations of one subject; merging is set union."""

    subject: Subject
    observations: frozenset[Observation]


class CrmRecord(NamedTuple):
    """A CRM record as it was: each field's latest value and the instant it was said.

    `ever_set` names the fields that ever held a value. `read_at` is when the whole record was last
    re-read; `gap` says that it changed unseen and was not re-read since.
    """

    id: str
    owner: str | None
    values: Mapping[str, Value]
    said: Mapping[str, Instant]
    ever_set: frozenset[str]
    first_heard: Instant
    read_at: Instant | None = None
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
        return None if value is None else Instant(value)

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


_at, _first = attrgetter("at"), itemgetter(0)


def in_order(observations: Iterable[Observation]) -> list[Observation]:
    """Sort observations of one subject: by instant, parts, when they were known, what grew, content.

    Each is looked at only where those before it tie.
    """
    ordered = list(observations)
    if len(ordered) == 1:
        return ordered
    ordered.sort(key=_at)
    if _all_differ([observation.at for observation in ordered]):
        return ordered
    places = sorted([(place(observation), observation) for observation in ordered], key=_first)
    if _all_differ([standing for standing, _ in places]):
        return [observation for _, observation in places]
    tied = groupby(places, _first)
    return [observation for _, same in tied for observation in _ranked([observation for _, observation in same])]


def _all_differ(values: Sequence[Hashable]) -> bool:
    return len(set(values)) == len(values)


def _ranked(ties: list[Observation]) -> list[Observation]:
    return ties if len(ties) == 1 else sorted(ties, key=rank)


def owner_of(ordered: Sequence[Observation]) -> str | None:
    """Name the latest owner said; None where none is, or where it was taken away.

    An observation that does not speak of an owner says nothing about it. What the source takes away
    is its own word: an owner that we resolved for want of one stays.
    """
    taken_away = False
    for observation in reversed(ordered):
        owner = observation.owner
        if owner == NOBODY:
            taken_away = True
        elif owner is not None:
            return None if taken_away and not _is_resolved(observation) else owner
    return None


def is_ownerless(fact: Fact) -> bool:
    """Tell whether a fact belongs to nobody, as far as is known today; messages alone are no fact yet."""
    said = without_messages(fact.observations)
    return bool(said) and owner_of(in_order(said)) is None


def without_messages(observations: Iterable[Observation]) -> list[Observation]:
    """Leave out what customers wrote: it says nothing of the conversation that it stands in."""
    return [o for o in observations if not isinstance(o.content, Message)]


def _is_resolved(observation: Observation) -> bool:
    return isinstance(observation.content, Conversation) and observation.content.resolved


Owned: TypeAlias = tuple[Conversation, str | None]
"""A conversation, and whose it is."""


def conversation_at(fact: Fact, as_of: Instant) -> Owned | None:
    """View a conversation and its owner strictly before `as_of`; None where unknown or deleted."""
    return conversation_in(in_order(o for o in without_messages(fact.observations) if o.at < as_of))


def conversation_in(seen: Sequence[Observation]) -> Owned | None:
    """View a conversation and its owner, of which these observations are known, in order and without messages."""
    if not seen or Tombstone in [type(o.content) for o in seen]:
        return None
    latest = seen[-1].content
    return (latest, owner_of(seen)) if isinstance(latest, Conversation) else None


def reading_at(fact: Fact, as_of: Instant) -> Reading | None:
    """View the usage reading of one date: the latest pull of it, where it is dated by `as_of`."""
    latest = in_order(fact.observations)[-1].content
    return latest if isinstance(latest, Reading) and latest.date <= as_of else None


def record_at(fact: Fact, as_of: Instant, *, infer: bool = True) -> CrmRecord | None:
    """View a CRM record strictly before `as_of`, field by field.

    With `infer`, a field of a record created before `as_of` that was first said later is viewed as
    first said. A deleted record is still given: its field `deleted` is true.
    """
    return record_in(in_order(fact.observations), as_of, infer=infer)


def record_in(ordered: Sequence[Observation], as_of: Instant, *, infer: bool) -> CrmRecord | None:
    """View a CRM record as `record_at` does, of which these are all observations, in order."""
    seen = ordered[: bisect_left(ordered, as_of, key=_at)]
    earlier = inferred(ordered, as_of) if infer and len(seen) < len(ordered) else None
    used = seen if earlier is None else [earlier, *seen]
    return _fold(ordered[0].subject.id, used, seen[0].at if seen else used[0].at) if used else None


def inferred(ordered: Sequence[Observation], as_of: Instant) -> Observation | None:
    """Say from its creation on what a record that was created before `as_of` only told later.

    Deletion is never inferred. None where nothing is: the record tells no creation, or all was said.
    """
    created = created_at(ordered)
    if created is None or created >= as_of:
        return None
    before = [o for o in ordered if o.at < as_of]
    seen = [o for o in before if isinstance(o.content, Fields)]
    values, owner = _told_later(seen, ordered[len(before) :]), _owner_told_later(ordered, before)
    if not values and not (owner and seen):
        return None
    settled = None if seen else next(o.content.read_at for o in ordered if isinstance(o.content, Fields))
    return Observation(ordered[0].subject, created, Fields(tuple(sorted(values.items())), created, settled), owner)


def _told_later(seen: Iterable[Observation], later: Sequence[Observation]) -> dict[str, Value]:
    """Give the first values of the fields that were not said by then."""
    said = {"deleted", *(name for name, _ in _values(seen))}
    latest_first = sorted(later, key=_at, reverse=True)
    return {name: value for name, value in _values(latest_first) if name not in said}


def _owner_told_later(ordered: Iterable[Observation], before: Iterable[Observation]) -> str | None:
    """Give the first owner that was ever said, unless it was said by then; a creation that names nobody says so."""
    if any(o.owner is not None or is_create(o) for o in before):
        return None
    return next((o.owner for o in ordered if o.owner is not None), None)


def deletes(observation: Observation) -> bool:
    """Tell whether an observation says that a record was deleted."""
    return isinstance(observation.content, Fields) and ("deleted", True) in observation.content.values


def is_create(observation: Observation) -> bool:
    """Tell whether an observation is the event of a creation, or of an undelete."""
    return isinstance(observation.content, Fields) and observation.content.is_create


def _values(observations: Iterable[Observation]) -> Iterator[tuple[str, Value]]:
    for observation in observations:
        if isinstance(observation.content, Fields):
            yield from observation.content.values


def created_at(observations: Iterable[Observation]) -> Instant | None:
    """Say when the record was created, where any observation tells."""
    told = (o.content.created for o in observations if isinstance(o.content, Fields))
    return min((created for created in told if created is not None), default=None)


def _fold(record_id: str, used: Sequence[Observation], first_heard: Instant) -> CrmRecord:
    """Put fields together, in order: each has the latest value; a creation's empty ones hold until any re-read."""
    contents = [(o.at, o.content) for o in used if isinstance(o.content, Fields)]
    reads = [content.read_at for _, content in contents if content.read_at is not None]
    told = [(at, _set_in(content) if reads and content.is_create else content.values) for at, content in contents]
    return CrmRecord(
        id=record_id,
        owner=owner_of(used),
        values={name: value for _, values in told for name, value in values},
        said={name: at for at, values in told for name, _ in values},
        ever_set=frozenset([name for _, values in told for name, value in values if value is not None]),
        first_heard=first_heard,
        read_at=max(reads) if reads else None,
        gap=open_gap(used),
    )


def _set_in(content: Fields) -> tuple[tuple[str, Value], ...]:
    return tuple([(name, value) for name, value in content.values if value is not None])


def open_gap(seen: Sequence[Observation]) -> Gap | None:
    """Give the gap that nothing later among `seen` has settled: neither a re-read nor a deletion."""
    gaps = [(o.at, o.content) for o in seen if isinstance(o.content, Gap)]
    if not gaps:
        return None
    (at, gap), settled = max(gaps, key=_first), [o.known_at for o in seen if _settles(o)]
    return None if settled and max(settled) > at else gap


def _settles(observation: Observation) -> bool:
    content = observation.content
    return isinstance(content, Fields) and (content.read_at is not None or deletes(observation))
