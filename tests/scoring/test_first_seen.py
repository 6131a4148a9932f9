"""When what is known was first seen: another look at the same is no news."""

import pytest
from msgspec import structs

from scoring.first_seen import Sight, rests_on_later, sights
from scoring.instants import DAY, Instant
from scoring.observations import Conversation, Fields, Observation, Tombstone
from tests.scoring.accounts import AS_OF, conversation, days, known, profile, reading

SEEN = Instant(AS_OF + 40 * DAY)
LIMIT = Instant(AS_OF + 30 * DAY)


def looked_at(one: Observation, at: Instant) -> Observation:
    """Have something be seen at an instant."""
    content = one.content
    if isinstance(content, Conversation):
        return structs.replace(one, content=structs.replace(content, known_at=at))
    if isinstance(content, Fields):
        return structs.replace(one, content=structs.replace(content, read_at=at))
    return structs.replace(one, at=at)


ONES = {
    "conversation": (conversation("1", days(9)), days(9) + 1),
    "record": (looked_at(profile(days(9), arr=1.0), days(8)), days(9)),
    "reading": (reading(days(9), messaging=1.0), days(9) - 1),
}


@pytest.mark.parametrize("kind", ONES)
def test_what_is_looked_at_again_was_seen_at_first(kind: str) -> None:
    """So it is known in time; only what nobody had seen by then is later."""
    one, since = ONES[kind]
    again = looked_at(one, SEEN)
    assert sights(known(one, again).facts) == [Sight(since, one.known_at)]
    assert not rests_on_later(sights(known(one, again).facts), AS_OF, LIMIT)
    assert sights(known(again).facts) == [Sight(since, SEEN)]
    assert rests_on_later(sights(known(again).facts), AS_OF, LIMIT)


def test_what_is_of_later_is_not_rested_on() -> None:
    """A deletion of after the month, an event as it comes; a reading of the very end of the month counts."""
    gone = Observation(conversation("1", days(9)).subject, Instant(AS_OF + 35 * DAY), Tombstone())
    event = profile(Instant(AS_OF + 33 * DAY), arr=2.0)
    assert not rests_on_later(sights(known(gone, event).facts), AS_OF, LIMIT)
    assert rests_on_later(sights(known(looked_at(reading(AS_OF), SEEN)).facts), AS_OF, LIMIT)
