"""An account through time: its facts are sorted once, for as many instants as it is viewed at."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from scoring.account import AccountFacts, Owner, OwnerKey, keys_of
from scoring.customer import USER
from scoring.facts import (
    CrmRecord,
    Fact,
    conversation_in,
    created_at,
    in_order,
    owner_of,
    record_in,
    without_messages,
)
from scoring.instants import LAST, Instant
from scoring.messages import Talk
from scoring.observations import Conversation, Observation, Reading, Subject, names_owner
from scoring.scope import NEVER

_Seen: TypeAlias = tuple[int, bool]
"""All that a view of a record depends on: how many observations are seen, and whether any may be inferred."""

_at, _began, _date = attrgetter("at"), attrgetter("began"), attrgetter("date")
_subject = attrgetter("fact.subject")


class Sighting(NamedTuple):
    """A conversation as it was seen, whose it is, and what names it."""

    conversation: Conversation
    owner: OwnerKey
    subject: Subject


class ConversationLine:
    """A conversation through time. Between two of its observations it is viewed once, however often it is asked for.

    It was first seen when it `began`, and last at `last_seen`. Where it was closed then, it was `over` at the last
    instant that it speaks of (`NEVER`: it is none any more, `LAST`: it is not over).
    """

    __slots__ = ("_earlier", "_last", "_ordered", "began", "fact", "last_seen", "over")

    def __init__(self, fact: Fact) -> None:
        """Put the observations of a fact in order."""
        self.fact = fact
        self._ordered = ordered = in_order(without_messages(fact.observations))
        self.began, self.last_seen = (ordered[0].at, ordered[-1].at) if ordered else (LAST, NEVER)
        self._last = self._sighting(ordered)
        self.over = NEVER if self._last is None else _over(self._last.conversation)
        self._earlier: dict[int, Sighting | None] = {}

    @property
    def has_messages(self) -> bool:
        """Tell whether customers wrote in it."""
        return len(self._ordered) < len(self.fact.observations)

    def seen(self, as_of: Instant) -> Sighting | None:
        """View it as `conversation_at` does; None where it is nobody's, too."""
        if self.last_seen < as_of:
            return self._last
        place = bisect_left(self._ordered, as_of, key=_at)
        if place not in self._earlier:
            self._earlier[place] = self._sighting(self._ordered[:place])
        return self._earlier[place]

    def _sighting(self, ordered: Sequence[Observation]) -> Sighting | None:
        seen, subject = conversation_in(ordered), self.fact.subject
        return None if seen is None or seen[1] is None else Sighting(seen[0], (subject.source, seen[1]), subject)


def _over(last: Conversation) -> Instant:
    """Say when a conversation was over, as it was seen last."""
    if last.state != "closed":
        return LAST
    return max(last.created, last.last_close or NEVER, last.customer_wrote or NEVER)


class RecordLine:
    """A CRM record through time. Between two of its observations it is viewed once, however often it is asked for."""

    __slots__ = ("_created", "_earlier", "_last_seen", "_ordered", "_whole", "fact")

    def __init__(self, fact: Fact) -> None:
        """Put the observations of a fact in order."""
        self.fact = fact
        self._ordered = ordered = in_order(without_messages(fact.observations))
        self._last_seen = ordered[-1].at if ordered else LAST
        self._created: Instant | None = None
        self._whole: CrmRecord | None = None
        self._earlier: dict[_Seen, CrmRecord | None] = {}

    def record(self, as_of: Instant, *, infer: bool = True) -> CrmRecord | None:
        """View it as `record_at` does."""
        if self._last_seen < as_of:
            self._whole = self._whole or record_in(self._ordered, as_of, infer=False)
            return self._whole
        key = bisect_left(self._ordered, as_of, key=_at), infer and self._is_created(as_of)
        if key not in self._earlier:
            self._earlier[key] = record_in(self._ordered, as_of, infer=infer)
        return self._earlier[key]

    def _is_created(self, as_of: Instant) -> bool:
        """Tell whether it is known to have been created before an instant."""
        if self._created is None:
            told = created_at(self._ordered)
            self._created = LAST if told is None else told
        return self._created < as_of


@dataclass(frozen=True, slots=True)
class UsageLine:
    """The readings of one usage customer, one a date; `named_since` is the date of the first that names it."""

    dates: Sequence[Instant]
    readings: Sequence[Reading]
    named_since: Instant | None

    def latest(self, as_of: Instant) -> Reading | None:
        """Give the latest reading dated by `as_of`."""
        seen = bisect_right(self.dates, as_of)
        return self.readings[seen - 1] if seen else None

    def is_named(self, as_of: Instant) -> bool:
        """Tell whether a reading dated by `as_of` names the customer."""
        return self.named_since is not None and self.named_since <= as_of


def usage_line(readings: Iterable[Reading]) -> UsageLine:
    """Put the readings of a customer in order; of several of one date the first counts."""
    ordered = sorted(readings, key=_date)
    first: dict[Instant, Reading] = {}
    for reading in ordered:
        first.setdefault(reading.date, reading)
    named_since = next((reading.date for reading in ordered if names_owner(reading)), None)
    return UsageLine(tuple(first), tuple(first.values()), named_since)


class OwnersAndKeys(NamedTuple):
    """The owners of an account in some sources, and the keys that they go by."""

    owners: Sequence[Owner]
    keys: frozenset[OwnerKey]


@dataclass(frozen=True)
class Timeline:
    """What is known of one account, ready to be viewed at many instants."""

    known: AccountFacts
    _records: dict[str, list[RecordLine]] = field(default_factory=dict, repr=False, compare=False)
    _owned: dict[frozenset[str], OwnersAndKeys] = field(default_factory=dict, repr=False, compare=False)

    def owned(self, sources: frozenset[str]) -> OwnersAndKeys:
        """Give the owners in some sources, and their keys."""
        if sources not in self._owned:
            owners = [owner for owner in self.known.owners if owner.source in sources]
            self._owned[sources] = OwnersAndKeys(owners, keys_of(owners))
        return self._owned[sources]

    @cached_property
    def conversations(self) -> list[ConversationLine]:
        """Give its conversations, in the order in which they began."""
        lines = [ConversationLine(fact) for fact in self.known.facts if fact.subject.kind == "conversation"]
        return sorted(lines, key=_began)

    def seen(self, since: Instant, as_of: Instant) -> list[Sighting]:
        """Give its conversations as seen before an instant, but not those that were over by `since`."""
        counting = [line for line in self._begun(as_of) if line.over >= since or line.last_seen >= as_of]
        return [one for line in counting if (one := line.seen(as_of)) is not None]

    def had_conversation(self, keys: frozenset[OwnerKey], as_of: Instant) -> bool:
        """Tell whether any conversation before an instant is seen to be that of these keys."""
        return any((one := line.seen(as_of)) is not None and one.owner in keys for line in self._begun(as_of))

    def _begun(self, as_of: Instant) -> list[ConversationLine]:
        return self.conversations[: bisect_left(self.conversations, as_of, key=_began)]

    @cached_property
    def talks(self) -> list[Talk]:
        """Give the conversations that have messages."""
        return [Talk(line.fact) for line in self.conversations if line.has_messages]

    @cached_property
    def usage(self) -> Mapping[OwnerKey, UsageLine]:
        """Give its usage, by customer."""
        by_customer: dict[OwnerKey, list[Reading]] = {}
        for fact in self.known.facts:
            said = in_order(fact.observations) if fact.subject.kind == "reading" else []
            if said and isinstance(said[-1].content, Reading):
                key = fact.subject.source, owner_of(said) or ""
                by_customer.setdefault(key, []).append(said[-1].content)
        return {key: usage_line(readings) for key, readings in by_customer.items()}

    def users(self, as_of: Instant, user_id: str) -> list[CrmRecord]:
        """Give the users of the CRM that had an id before an instant."""
        records = [line.record(as_of) for line in self._users if line.fact.subject.id == user_id]
        return [record for record in records if record is not None]

    @cached_property
    def _users(self) -> list[RecordLine]:
        return [RecordLine(fact) for fact in self.known.facts if fact.subject.kind == USER]

    def records(self, sources: Iterable[str]) -> list[RecordLine]:
        """Give the records of some sources, by subject."""
        return [line for source in sorted(sources) for line in self._records_of(source)]

    def _records_of(self, source: str) -> list[RecordLine]:
        if source not in self._records:
            lines = [RecordLine(fact) for fact in self.known.facts if fact.subject.source == source]
            self._records[source] = sorted(lines, key=_subject)
        return self._records[source]
