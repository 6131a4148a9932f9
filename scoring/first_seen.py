"""When what is known of an account was first seen: what was seen late must not count as known in time."""

from collections.abc import Iterable
from typing import NamedTuple

from msgspec import structs

from scoring.facts import Fact, without_messages
from scoring.instants import EPOCH, Instant
from scoring.observations import Content, Conversation, Fields, Observation, Reading


class Sight(NamedTuple):
    """Since when something is so, and when it was first seen to be so."""

    at: Instant
    first_seen: Instant


def sights(facts: Iterable[Fact]) -> list[Sight]:
    """Say of each statement of facts when it was first seen; to look at the same again is no other statement.

    What customers wrote says nothing that a score counts.
    """
    found: dict[Observation, Instant] = {}
    for observation in (one for fact in facts for one in without_messages(fact.observations)):
        said = structs.replace(observation, at=_since(observation), content=undated(observation.content))
        found[said] = min(observation.known_at, found.get(said, observation.known_at))
    return [Sight(said.at, seen) for said, seen in found.items()]


def _since(observation: Observation) -> Instant:
    """Say since when something is so: a reading counts at its date itself, whenever it was pulled."""
    content = observation.content
    return Instant(content.date - 1) if isinstance(content, Reading) else observation.at


def undated(content: Content) -> Content:
    """Leave out of a content when it was seen."""
    if isinstance(content, Conversation):
        return structs.replace(content, known_at=None)
    if isinstance(content, Fields) and content.read_at is not None:
        return structs.replace(content, read_at=EPOCH)
    return content


def rests_on_later(seen: Iterable[Sight], as_of: Instant, limit: Instant) -> bool:
    """Tell whether anything that was so before `as_of` was first seen at `limit` or later."""
    return any(sight.at < as_of and sight.first_seen >= limit for sight in seen)
