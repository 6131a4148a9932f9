"""The contract of how a store lets go of what nobody needs, proved on each implementation."""

from handlers.stores.keeping import Holding, Mark
from handlers.stores.protocol import Store
from scoring.facts import gather
from scoring.instants import DAY, Instant
from scoring.observations import Conversation, Gap, Observation, Subject
from tests.scoring.strategies import CONVERSATION, OPPORTUNITY, START
from tests.stores.places import NOW, Place, batch_of, holdings
from tests.stores.test_store_contract import ANOTHER, said

PASSED = Instant(NOW - DAY)
LATER = Instant(NOW + 30 * DAY)


def held(store: Store) -> dict[Subject, Holding]:
    """Give what a store holds, by subject."""
    return {one.subject: one for one in holdings(store, NOW)}


def filled(place: Place, name: str) -> Store:
    """Give a store with a conversation of two owners in turn, and one of nobody."""
    store = place.open(name)
    store.merge(batch_of(said(START, "one"), said(START + DAY, "two"), said(START, None, ANOTHER)))
    return store


def test_it_lists_every_subject_with_all_owners_ever_said(place: Place) -> None:
    """As facts are read by account: by any owner that was ever said."""
    store = filled(place, "held")
    assert held(store) == {
        CONVERSATION: Holding(CONVERSATION, frozenset({"one", "two"})),
        ANOTHER: Holding(ANOTHER, frozenset()),
    }


def test_a_mark_stays_until_it_is_taken_away(place: Place) -> None:
    """And may be given twice."""
    store = filled(place, "marked")
    store.keeping.mark({CONVERSATION: Mark(PASSED), ANOTHER: Mark(NOW)})
    store.keeping.mark({CONVERSATION: Mark(PASSED, LATER)})
    store.keeping.mark({CONVERSATION: Mark(PASSED, LATER)})
    assert held(store)[CONVERSATION].mark == Mark(PASSED, LATER)
    assert held(store)[ANOTHER].mark == Mark(NOW)
    store.keeping.mark({CONVERSATION: None, ANOTHER: None})
    assert {one.mark for one in held(store).values()} == {None}
    assert store.facts("intercom", ["one"]) == list(gather([said(START, "one"), said(START + DAY, "two")]))


def test_a_new_event_takes_the_mark_away(place: Place) -> None:
    """Its time begins anew, whoever it names or not."""
    store = filled(place, "heard-again")
    store.keeping.mark({CONVERSATION: Mark(PASSED), ANOTHER: Mark(PASSED)})
    store.keeping.mark({CONVERSATION: Mark(PASSED, LATER), ANOTHER: Mark(PASSED, LATER)})
    store.merge(batch_of(said(START + 2 * DAY, "one"), said(START + 2 * DAY, None, ANOTHER)))
    assert {one.mark for one in held(store).values()} == {None}
    assert store.keeping.remove_expired(Instant(LATER + DAY)) == 0
    assert len(held(store)) == 2


def test_what_has_expired_is_seen_by_no_reader(place: Place) -> None:
    """Whatever the engine takes its time for; what has not stays whole."""
    store = filled(place, "gone")
    store.merge(batch_of(Observation(ANOTHER, START, Gap("Conversation")), said(START, "one", OPPORTUNITY)))
    for subject in (CONVERSATION, ANOTHER):
        store.keeping.mark({subject: Mark(PASSED)})
        store.keeping.mark({subject: Mark(PASSED, PASSED)})
    store.keeping.remove_expired(NOW)
    assert held(store).keys() == {OPPORTUNITY}
    assert store.facts("intercom", ["one", "two"]) == store.facts_of([CONVERSATION, ANOTHER]) == []
    assert (store.owners_of(CONVERSATION), list(store.subjects("intercom"))) == (frozenset(), [])
    assert (store.unattributed(), store.unattributed_facts("conversation"), store.rereads()) == ({}, [], [])
    assert len(store.facts("salesforce", ["one"])) == 1


def test_a_date_is_not_set_for_what_changed_meanwhile(place: Place) -> None:
    """Who marks has read before: an event that came since is heard. SQLite tells by what it counted."""
    store = filled(place, "raced")
    store.keeping.mark({ANOTHER: Mark(PASSED)})
    store.merge(batch_of(said(START + DAY, None, ANOTHER)))
    assert held(store)[ANOTHER].mark is None


def test_cursors_are_removed_by_name(place: Place) -> None:
    """Once, twice, or where there is none."""
    store = place.open("cursors")
    store.set_cursor("words/sample/2025-01", "a")
    store.set_cursor("words/sample/2026-01", "b")
    store.keeping.remove_cursors(["words/sample/2025-01", "nothing"])
    store.keeping.remove_cursors(["words/sample/2025-01"])
    assert store.cursors("words/") == {"words/sample/2026-01": "b"}


def test_a_fact_of_many_parts_is_marked_whole(place: Place) -> None:
    """And comes back whole where an event comes before it is gone."""
    store = place.open("parts")
    sent = [
        Observation(OPPORTUNITY, Instant(START + step), Conversation(START, "x" * 900, parts=step), "one")
        for step in range(20)
    ]
    store.merge(batch_of(*sent))
    store.keeping.mark({OPPORTUNITY: Mark(PASSED)})
    store.keeping.mark({OPPORTUNITY: Mark(PASSED, LATER)})
    store.merge(batch_of(said(NOW, "two", OPPORTUNITY)))
    assert held(store)[OPPORTUNITY].mark is None
    assert store.facts("salesforce", ["two"]) == list(gather([*sent, said(NOW, "two", OPPORTUNITY)]))
