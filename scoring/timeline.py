"""An account through time: its facts are sorted once, for as many instants as it is viewed at."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import TypeAlias

from scoring.account import AccountFacts, OwnerKey
from scoring.facts import (
    CrmRecord,
    Fact,
    Owned,
    conversation_in,
    created_at,
    in_order,
    owner_of,
    record_in,
    without_messages,
)
from scoring.instants import Instant
from scoring.messages import Talk, talks_of
from scoring.observations import Observation, Reading, names_owner

_Seen: TypeAlias = tuple[int, bool]
"""All that a view of a record depends on: how many observations are seen, and whether any may be inferred."""

_date = attrgetter("date")


@dataclass(frozen=True)
class Line:
    """One fact through time. Between two of its observations it is viewed once, however often it is asked for."""

    fact: Fact
    _conversations: dict[int, Owned | None] = field(default_factory=dict, repr=False, compare=False)
    _records: dict[_Seen, CrmRecord | None] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def _ordered(self) -> list[Observation]:
        return in_order(without_messages(self.fact.observations))

    @cached_property
    def _instants(self) -> list[Instant]:
        return [observation.at for observation in self._ordered]

    @cached_property
    def _created(self) -> Instant | None:
        return created_at(self._ordered)

    def conversation(self, as_of: Instant) -> Owned | None:
        """View it as `conversation_at` does."""
        seen = bisect_left(self._instants, as_of)
        if seen not in self._conversations:
            self._conversations[seen] = conversation_in(self._ordered[:seen])
        return self._conversations[seen]

    def record(self, as_of: Instant, *, infer: bool = True) -> CrmRecord | None:
        """View it as `record_at` does."""
        seen = bisect_left(self._instants, as_of)
        key = seen, infer and self._created is not None and self._created < as_of
        if key not in self._records:
            self._records[key] = record_in(self._ordered, as_of, infer=infer)
        return self._records[key]


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
    every = list(readings)
    first: dict[Instant, Reading] = {}
    for reading in sorted(every, key=_date):
        first.setdefault(reading.date, reading)
    named = [reading.date for reading in every if names_owner(reading)]
    return UsageLine(tuple(first), tuple(first.values()), min(named, default=None))


@dataclass(frozen=True)
class Timeline:
    """What is known of one account, ready to be viewed at many instants."""

    known: AccountFacts

    @cached_property
    def conversations(self) -> list[Line]:
        """Give its conversations, in the order of the facts."""
        return [line for line in self._lines if line.fact.subject.kind == "conversation"]

    @cached_property
    def talks(self) -> list[Talk]:
        """Give the conversations that have messages."""
        return talks_of(self.known.facts)

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

    def records(self, sources: Iterable[str]) -> list[Line]:
        """Give the records of some sources, by subject."""
        return [line for source in sorted(sources) for line in self._by_source.get(source, ())]

    @cached_property
    def _lines(self) -> list[Line]:
        return [Line(fact) for fact in self.known.facts]

    @cached_property
    def _by_source(self) -> Mapping[str, Sequence[Line]]:
        found: dict[str, list[Line]] = {}
        for line in sorted(self._lines, key=attrgetter("fact.subject")):
            found.setdefault(line.fact.subject.source, []).append(line)
        return found
