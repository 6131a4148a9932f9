"""What customers wrote: the messages of conversations as they count at an instant, each part once.

Messages stand among the observations of their conversation, and the view of the conversation knows nothing of
them. A part that the vendor redacted, and every part of a conversation that it deleted, says nothing at any
instant any more: what somebody took back is not brought up again. Those of a conversation that was merged
into another are hidden from then on, like the conversation; they count in the other one where the vendor sends
them again there.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from scoring.account import AccountFacts, OwnerKey
from scoring.facts import Fact, in_order, owner_of, without_messages
from scoring.instants import DAY, EPOCH, Instant
from scoring.observations import Message, Observation, Subject, Tombstone, canonical
from scoring.suggestion_terms import KEPT_DAYS

_NUMBERS = re.compile(r"([0-9]+)")
_at = attrgetter("at")


class Written(NamedTuple):
    """A message that counts: the conversation that it stands in, when it was written, what a detector read in it."""

    conversation: Subject
    at: Instant
    message: Message


Messages: TypeAlias = tuple[Written, ...]
_Said: TypeAlias = tuple[Observation, Message]


@dataclass(frozen=True)
class Talk:
    """A conversation that has messages, put in order once for as many instants as it is viewed at."""

    fact: Fact
    _owners: dict[int, str | None] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def _said(self) -> Sequence[Written]:
        """Give its messages by instant, but for those that were taken back, and those of a deleted conversation."""
        every = _messages(self.fact.observations)
        if any(not merged for _, merged in _ends(self.fact.observations)):
            return ()
        redacted = _redacted(every)
        said = (Written(self.fact.subject, o.at, message) for o, message in every if message.part not in redacted)
        return sorted(said, key=_at)

    @cached_property
    def _instants(self) -> Sequence[Instant]:
        return [one.at for one in self._said]

    @cached_property
    def _ordered(self) -> Sequence[Observation]:
        """Give what says whose it is: all but messages, else these."""
        return in_order(without_messages(self.fact.observations) or self.fact.observations)

    def owner(self, as_of: Instant) -> str | None:
        """Name whose it was before an instant."""
        seen = bisect_left(self._ordered, as_of, key=_at)
        if seen not in self._owners:
            self._owners[seen] = owner_of(self._ordered[:seen])
        return self._owners[seen]

    def written(self, as_of: Instant, since: Instant = EPOCH) -> Messages:
        """List the messages from `since` on that count at an instant, each part once."""
        end = bisect_left(self._instants, as_of)
        if bisect_left(self._instants, since) >= end or any(at < as_of for at, _ in _ends(self.fact.observations)):
            return ()
        return tuple(one for one in once(self._said[:end]) if one.at >= since)


def talks_of(facts: Iterable[Fact]) -> list[Talk]:
    """Give the conversations that have messages."""
    return [Talk(fact) for fact in facts if fact.subject.kind == "conversation" and _messages(fact.observations)]


def messages_at(known: AccountFacts, as_of: Instant, since: Instant = EPOCH) -> Messages:
    """List what was written to an account's conversations from `since` on, strictly before `as_of`; the oldest first.

    A conversation is the account's by its owner as of then. One of which only messages are known has the owner
    that they name, if any.
    """
    ids = frozenset((owner.source, key) for owner in known.owners for key in owner.ids)
    return messages_of(talks_of(known.facts), ids, as_of, since)


def messages_of(talks: Iterable[Talk], ids: Collection[OwnerKey], as_of: Instant, since: Instant = EPOCH) -> Messages:
    """List what was written to those of some conversations that belong to one of these owners then."""
    said = ((talk, written) for talk in talks if (written := talk.written(as_of, since)))
    owned = (written for talk, written in said if (talk.fact.subject.source, talk.owner(as_of)) in ids)
    return once(one for written in owned for one in written)


def owner_at(fact: Fact, as_of: Instant) -> str | None:
    """Name whose the messages of a conversation are at an instant: whose the conversation is."""
    return Talk(fact).owner(as_of)


def written_in(fact: Fact, as_of: Instant) -> Messages:
    """List the messages of a conversation that count at an instant, each part once."""
    return Talk(fact).written(as_of)


def once(written: Iterable[Written]) -> Messages:
    """Put messages in order, each part of a source once, in whatever conversation it came."""
    parts: dict[tuple[str, str], list[Written]] = {}
    for one in written:
        parts.setdefault((one.conversation.source, one.message.part), []).append(one)
    latest = (same[0] if len(same) == 1 else max(same, key=_latest_last) for same in parts.values())
    return tuple(sorted(latest, key=lambda one: (one.at, one.conversation, one.message.part)))


def _latest_last(written: Written) -> tuple[object, ...]:
    return *_rank(written.message), written.at, written.conversation


def unseeable(observations: Collection[Observation], horizon: Instant) -> frozenset[Observation]:
    """Give the messages of a conversation that no view at or after `horizon` asks for.

    Those written too long before, taken back by the vendor, hidden by then, or outrun by another reading of the part.
    """
    every = _messages(observations)
    is_hidden = any(at < horizon or not merged for at, merged in _ends(observations))
    redacted, oldest = _redacted(every), horizon - KEPT_DAYS * DAY
    gone = {o for o, message in every if o.at < oldest or (message.part in redacted and not message.redacted)}
    return frozenset(o for o, _ in every) if is_hidden else frozenset(gone | _outrun(every))


def _messages(observations: Iterable[Observation]) -> list[_Said]:
    return [(o, o.content) for o in observations if isinstance(o.content, Message)]


def _redacted(every: Iterable[_Said]) -> frozenset[str]:
    return frozenset(message.part for _, message in every if message.redacted)


def _ends(observations: Iterable[Observation]) -> list[tuple[Instant, bool]]:
    """Say when a conversation ended for good, and whether by a merge."""
    return [(o.at, o.content.merged) for o in observations if isinstance(o.content, Tombstone)]


def _outrun(every: Iterable[_Said]) -> set[Observation]:
    """Give readings of a part that a later reading of it, of the same time or before, stands in front of.

    One that names an owner stays: where nothing else is known of the conversation, it says whose it is.
    """
    earliest: dict[str, Instant] = {}
    outrun = set()
    for observation, message in sorted(every, key=_latest_first, reverse=True):
        before = earliest.get(message.part)
        if before is not None and before <= observation.at and observation.owner is None:
            outrun.add(observation)
        earliest[message.part] = observation.at if before is None else min(before, observation.at)
    return outrun


def _latest_first(said: _Said) -> tuple[object, ...]:
    observation, message = said
    return _rank(message), observation.at, observation.owner is not None, observation.owner or ""


def _rank(message: Message) -> tuple[object, ...]:
    """Order readings of one part: by redaction, the detector's version, in which numbers are numbers, and content."""
    return message.redacted, _natural(message.version), canonical(message)


def _natural(version: str) -> tuple[tuple[str, int, str], ...]:
    pieces = _NUMBERS.split(version)
    numbers = [number.lstrip("0") for number in [*pieces[1::2], ""]]
    return tuple((text, len(number), number) for text, number in zip(pieces[::2], numbers, strict=True))
