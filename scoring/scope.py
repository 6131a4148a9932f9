"""The scope of a score: what of an account a score at one instant can use, so that nothing else need be read.

What stays out changes no byte of the score: settled conversations that no window reaches, what was said at or after
the instant alone, and readings that a later one stands in front of. All of the CRM is in scope: values that were said
long ago hold until others are said.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from scoring.account import Owner, OwnerKey
from scoring.facts import Fact, in_order, owner_of
from scoring.instants import DAY, Instant
from scoring.model import Model
from scoring.observations import Conversation, Message, Observation, Reading, Tombstone
from scoring.suggestion_terms import KEPT_DAYS

NEVER = Instant(-1)
"""Before all instants."""

BOUNDED = frozenset({"conversation", "reading"})
"""Kinds of subjects that may be out of scope."""


class Scope(NamedTuple):
    """What a score `as_of` an instant (exclusive) can use: windows reach back to `since`."""

    since: Instant
    as_of: Instant


def scope_of(as_of: Instant, model: Model) -> Scope:
    """Give the scope of a score, and of suggestions, under a model: as far back as either looks at conversations."""
    days = max(model.windows.trend_days, KEPT_DAYS)
    return Scope(Instant(as_of - int(days * DAY)), as_of)


def knows_all(owners: Iterable[Owner], scope: Scope) -> bool:
    """Tell whether each owner was named before the instant; where one was not, anything ever said of it may count.

    A score looks for a sign of an owner that nothing has named: there all must be read.
    """
    return all(owner.since is not None and owner.since < scope.as_of for owner in owners)


class Reach(NamedTuple):
    """How far the observations of a subject reach, by instants; those of two sets together are joined by `|`.

    `first` is the first instant of any, `last` the latest that any speaks of. `open` is the last at which it was
    seen not to be closed, `closed` the last at which it was (`NEVER`: at none). A reading reaches over its dates, and
    is neither.
    """

    first: Instant
    last: Instant
    open: Instant = NEVER
    closed: Instant = NEVER

    def __or__(self, other: "Reach") -> "Reach":
        """Join the reaches of two sets of observations of one subject."""
        return Reach(
            min(self.first, other.first),
            max(self.last, other.last),
            max(self.open, other.open),
            max(self.closed, other.closed),
        )

    @property
    def is_settled(self) -> bool:
        """Tell whether the last that was seen of a conversation is that it was closed, or that it is gone."""
        return self.open < self.closed or self.open == NEVER

    @property
    def is_dated(self) -> bool:
        """Tell whether all that was said is what stands in readings: then a subject of readings is one."""
        return self.open == self.closed == NEVER


def reach_of(observation: Observation) -> Reach:
    """Give how far one observation reaches."""
    at, content = observation.at, observation.content
    if isinstance(content, Conversation):
        last = _last_told(at, content)
        return Reach(at, last, NEVER, at) if content.state == "closed" else Reach(at, last, at)
    if isinstance(content, Reading):
        return Reach(content.date, content.date)
    if isinstance(content, Message):
        return Reach(at, at)
    return Reach(at, at, NEVER, at) if isinstance(content, Tombstone) else Reach(at, at, at)


def _last_told(at: Instant, content: Conversation) -> Instant:
    last = at
    for told in (content.created, content.first_admin_reply, content.last_close, content.customer_wrote):
        if told is not None and told > last:
            last = told
    return last


def reach(fact: Fact) -> Reach:
    """Give how far the observations of a fact reach, at least one."""
    return joined(fact.observations)


def joined(observations: Iterable[Observation]) -> Reach:
    """Give how far some observations of one subject reach together, at least one."""
    reaches = map(reach_of, observations)
    far = next(reaches)
    for one in reaches:
        far |= one
    return far


def may_use(kind: str, far: Reach, scope: Scope, latest_reading: Instant = NEVER) -> bool:
    """Tell whether a score may use a subject of a kind, by its reach.

    `latest_reading` is the date of the latest reading of the same customer that is dated by the instant.
    """
    if kind not in BOUNDED:
        return True
    if kind == "reading":
        return far.first <= scope.as_of and (far.last >= latest_reading or not far.is_dated)
    return far.first < scope.as_of and (far.last >= scope.since or not far.is_settled)


def in_scope(facts: Iterable[Fact], scope: Scope) -> tuple[Fact, ...]:
    """Give those facts that a score can use, of facts that all have observations."""
    every = [(fact, reach(fact)) for fact in facts]
    latest = _latest_readings(every, scope)
    return tuple(
        fact for fact, far in every if may_use(fact.subject.kind, far, scope, latest.get(_customer(fact), NEVER))
    )


class Spent(NamedTuple):
    """A fact that no score can use from an instant on, whatever is said of others."""

    fact: Fact
    since: Instant


def spent(facts: Iterable[Fact], floor: Scope) -> list[Spent]:
    """Give those facts that no score can use whose scope begins and ends at a floor's begin and end, or later.

    Whatever more is said of such a fact makes it one that is looked at anew. Of the reading in front of another none
    but readings of its customer and date are said: its id names both.
    """
    every = [(fact, reach(fact)) for fact in facts]
    fronts = _fronts(every, floor)
    found = ((fact, _spent_since(fact, far, floor, fronts)) for fact, far in every if fact.subject.kind in BOUNDED)
    return [Spent(fact, since) for fact, since in found if since is not None]


def _spent_since(
    fact: Fact, far: Reach, floor: Scope, fronts: Mapping[OwnerKey, Sequence[tuple[Instant, Instant]]]
) -> Instant | None:
    if fact.subject.kind == "reading":
        in_front = fronts.get(_customer(fact), ()) if far.is_dated else ()
        return next((last for last, first in in_front if first > far.last), None)
    is_over = far.is_settled and far.last < floor.since
    return Instant(far.last + floor.as_of - floor.since + 1) if is_over else None


def _fronts(every: Iterable[tuple[Fact, Reach]], floor: Scope) -> dict[OwnerKey, list[tuple[Instant, Instant]]]:
    """Give by customer the readings that may stand in front of others by a floor's end, the earliest known first."""
    fronts: dict[OwnerKey, list[tuple[Instant, Instant]]] = {}
    for fact, far in every:
        if fact.subject.kind == "reading" and far.is_dated and far.last <= floor.as_of:
            fronts.setdefault(_customer(fact), []).append((far.last, far.first))
    return {key: sorted(dates) for key, dates in fronts.items()}


def _latest_readings(every: Iterable[tuple[Fact, Reach]], scope: Scope) -> dict[OwnerKey, Instant]:
    latest: dict[OwnerKey, Instant] = {}
    for fact, far in every:
        if fact.subject.kind == "reading" and far.is_dated and far.last <= scope.as_of:
            key = _customer(fact)
            latest[key] = max(latest.get(key, NEVER), far.first)
    return latest


def _customer(fact: Fact) -> OwnerKey:
    return fact.subject.source, owner_of(in_order(fact.observations)) or ""
