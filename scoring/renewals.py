"""Renewals of the CRM: what became of each opportunity, since when, and which of them are one renewal."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from scoring.facts import CrmRecord, Fact, created_at, in_order, record_in
from scoring.instants import DAY, Instant, start_of_day
from scoring.metrics.opportunities import Deal, deal
from scoring.model import Model
from scoring.observations import Observation
from scoring.words import NOTHING

State: TypeAlias = Literal["open", "won", "lost", "unclear"]
"""How an opportunity stands; unclear where its words do not tell."""

REOPENED = 14 * DAY
"""One that is closed again so soon was opened to be corrected: it counts as closed all the time."""

ONE_DATE = 14 * DAY
"""Opportunities whose dates are no further apart are of one renewal."""

BESIDE = 180 * DAY
"""The same of those that were open at one time, and are no further apart than this."""

LATE = 90 * DAY
"""A renewal that is won so long after its date, or after another was lost, is the same one, late."""

_OVERLAP = DAY
"""The next renewal is often made in the moment in which the last one is won: that is not being open at one time."""


@dataclass(frozen=True, slots=True)
class Opportunity:
    """An opportunity by what is known of it at an instant: owner, type (None: a word of no meaning), state, date.

    `reread` names the CRM's object where it changed unseen, and is to be read again.
    """

    owner: str | None
    type: str | None
    state: State
    effective: Instant | None
    renewal: "Renewal | None"
    reread: str | None


@dataclass(frozen=True, slots=True)
class Renewal:
    """A renewal, or a contraction, that has a date.

    `effective` is when it takes effect, `notice` when one that is lost was lost, as far as that tells of
    the time before it takes effect. It was open from `born` until `closed` (None: it still is); of one that was
    entered after it was closed, as those that come from another CRM are, only when it was closed is known.
    """

    type: str | None
    state: State
    effective: Instant
    notice: Instant | None
    born: Instant
    closed: Instant | None

    def is_beside(self, other: "Renewal") -> bool:
        """Tell whether both were open at one time, for more than a day or for all of the life of one."""
        first, last = sorted((self, other), key=_begun)
        if first.closed is None:
            return True
        within = last.closed is not None and last.closed <= first.closed
        return within or first.closed - last.born > _OVERLAP


def _begun(one: Renewal) -> tuple[Instant, bool, int]:
    """Order opportunities by when they were opened; of several of one moment that which stays open longest is first."""
    return one.born, one.closed is not None, 0 if one.closed is None else -one.closed


def opportunity_of(fact: Fact, model: Model, until: Instant) -> Opportunity | None:
    """Read an opportunity by what was seen of it before an instant; None where nothing was, or it is deleted."""
    ordered = in_order(one for one in fact.observations if one.known_at < until)
    record = record_in(ordered, until, infer=True) if ordered else None
    if record is None or record.yes("deleted"):
        return None
    read = deal(record, model)
    said = record.instant("effective_date")
    effective = read.close_date if said is None else said
    dated = None if read.type == NOTHING else effective
    renewal = None if dated is None else _renewal(read, dated, record, ordered, model)
    reread = None if record.gap is None else record.gap.object
    return Opportunity(record.owner, read.type, state_of(read), effective, renewal, reread)


def _renewal(read: Deal, effective: Instant, record: CrmRecord, seen: Sequence[Observation], model: Model) -> Renewal:
    state = state_of(read)
    states = [] if state == "open" else list(_states(seen, model))
    closed = _closed(_since(states, ("won", "lost", "unclear")), read.close_date)
    created = created_at(seen) or record.first_heard
    return Renewal(
        type=read.type,
        state=state,
        effective=effective,
        notice=_notice(record, effective, states) if state == "lost" else None,
        born=created if closed is None else min(created, closed),
        closed=closed,
    )


def state_of(read: Deal) -> State:
    """Say how an opportunity stands."""
    if not (read.open.sure and read.won.sure):
        return "unclear"
    if read.open.yes:
        return "open"
    known: dict[bool | None, State] = {True: "won", False: "lost"}
    return "unclear" if read.open.yes is None else known.get(read.won.yes, "unclear")


def _states(ordered: Sequence[Observation], model: Model) -> Iterator[tuple[Instant, State]]:
    """Give how it stood after each thing that was said of it, by what was seen until then alone."""
    seen = ((one.at, record_in(ordered, Instant(one.at + 1), infer=False)) for one in ordered)
    return ((at, state_of(deal(record, model))) for at, record in seen if record is not None)


def _since(states: Iterable[tuple[Instant, State]], wanted: Sequence[State]) -> Instant | None:
    """Say since when it stands so; a short time between in which it did not makes no difference."""
    since: Instant | None = None
    left: Instant | None = None
    for at, state in states:
        if state in wanted:
            since = at if since is None or (left is not None and at - left > REOPENED) else since
            left = None
        elif left is None:
            left = at
    return since


def _closed(since: Instant | None, close_date: Instant | None) -> Instant | None:
    """Say when it was closed: no later than its date, however late that was seen."""
    if since is None or close_date is None:
        return since
    return min(since, Instant(close_date + DAY))


def _notice(record: CrmRecord, effective: Instant, states: Iterable[tuple[Instant, State]]) -> Instant | None:
    """Say when notice was given: as a field says; else the day on which it was first seen lost.

    What was seen lost only after it had taken effect tells nothing of when notice was given. The day of the
    CRM's user may be one before that of UTC.
    """
    said = record.instant("notice_date")
    seen = _since(states, ("lost",))
    if said is not None or seen is None:
        return said
    return min(start_of_day(seen), effective) if seen < effective + 2 * DAY else None


def is_one(lost: Renewal, other: Renewal) -> bool:
    """Tell whether a renewal that was lost and another that was won are of one renewal.

    They are where their dates nearly agree; where both were open at one time (a duplicate, one that was split,
    an early one that another replaced); or where it was won soon after. A contraction must be of its date.
    """
    later = other.effective - lost.effective
    if abs(later) <= ONE_DATE:
        return True
    if other.type != "renewal":
        return False
    return 0 <= later <= LATE or (abs(later) <= BESIDE and lost.is_beside(other))
