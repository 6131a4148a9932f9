"""What customers wrote: the messages of conversations as they count at an instant, each part once.

Messages stand among the observations of their conversation, and the view of the conversation knows nothing of
them. A part that the vendor redacted, and every part of a conversation that it deleted, says nothing at any
instant any more: what somebody took back is not brought up again. Those of a conversation that was merged
into another are hidden from then on, like the conversation; they count in the other one where the vendor sends
them again there.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, TypeAlias

from scoring.account import AccountFacts, OwnerKey
from scoring.facts import Fact, in_order, owner_of, without_messages
from scoring.instants import DAY, EPOCH, Instant
from scoring.observations import Message, Observation, Subject, Tombstone, canonical
from scoring.suggestion_terms import KEPT_DAYS

_NUMBERS = re.compile(r"([0-9]+)")


class Written(NamedTuple):
    """A message that counts: the conversation that it stands in, when it was written, what a detector read in it."""

    conversation: Subject
    at: Instant
    message: Message


Messages: TypeAlias = tuple[Written, ...]
_Said: TypeAlias = tuple[Observation, Message]


def messages_at(known: AccountFacts, as_of: Instant, since: Instant = EPOCH) -> Messages:
    """List what was written to an account's conversations from `since` on, strictly before `as_of`; the oldest first.

    A conversation is the account's by its owner as of then. One of which only messages are known has the owner
    that they name, if any.
    """
    ids = frozenset((owner.source, key) for owner in known.owners for key in owner.ids)
    return messages_of(with_messages(known.facts), ids, as_of, since)


def with_messages(facts: Iterable[Fact]) -> list[Fact]:
    """Give the conversations that have messages."""
    return [fact for fact in facts if fact.subject.kind == "conversation" and _messages(fact.observations)]


def messages_of(
    conversations: Iterable[Fact], ids: Collection[OwnerKey], as_of: Instant, since: Instant = EPOCH
) -> Messages:
    """List what was written to those of some conversations that belong to one of these owners then."""
    owned = (fact for fact in conversations if (fact.subject.source, owner_at(fact, as_of)) in ids)
    return once(written for fact in owned for written in written_in(fact, as_of) if written.at >= since)


def owner_at(fact: Fact, as_of: Instant) -> str | None:
    """Name whose the messages of a conversation are at an instant: whose the conversation is."""
    seen = [o for o in fact.observations if o.at < as_of]
    return owner_of(in_order(without_messages(seen) or seen))


def once(written: Iterable[Written]) -> Messages:
    """Put messages in order, each part of a source once, in whatever conversation it came."""
    parts: dict[tuple[str, str], Written] = {}
    for one in sorted(written, key=_latest_last):
        parts[one.conversation.source, one.message.part] = one
    return tuple(sorted(parts.values(), key=lambda one: (one.at, one.conversation, one.message.part)))


def _latest_last(written: Written) -> tuple[object, ...]:
    return *_rank(written.message), written.at, written.conversation


def written_in(fact: Fact, as_of: Instant) -> Sequence[Written]:
    """List the messages of a conversation that count at an instant, each part once."""
    every = _messages(fact.observations)
    if not every or _is_hidden(fact.observations, as_of):
        return ()
    redacted = _redacted(every)
    return once(
        Written(fact.subject, one.at, message)
        for one, message in every
        if one.at < as_of and message.part not in redacted
    )


def unseeable(observations: Collection[Observation], horizon: Instant) -> frozenset[Observation]:
    """Give the messages of a conversation that no view at or after `horizon` asks for.

    Those written too long before, taken back by the vendor, hidden by then, or outrun by another reading of the part.
    """
    every = _messages(observations)
    if not every:
        return frozenset()
    is_hidden, redacted, oldest = _is_hidden(observations, horizon), _redacted(every), horizon - KEPT_DAYS * DAY
    gone = {o for o, message in every if o.at < oldest or (message.part in redacted and not message.redacted)}
    return frozenset(o for o, _ in every) if is_hidden else frozenset(gone | _outrun(every))


def _messages(observations: Iterable[Observation]) -> list[_Said]:
    return [(o, o.content) for o in observations if isinstance(o.content, Message)]


def _redacted(every: Iterable[_Said]) -> frozenset[str]:
    return frozenset(message.part for _, message in every if message.redacted)


def _is_hidden(observations: Iterable[Observation], as_of: Instant) -> bool:
    ends = [(o.at, o.content.merged) for o in observations if isinstance(o.content, Tombstone)]
    return any(at < as_of or not merged for at, merged in ends)


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
