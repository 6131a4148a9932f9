"""What customers wrote: each part once, none that was taken back, and nothing in the view of its conversation."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from scoring.compaction import compact, may_forget
from scoring.facts import Fact, conversation_at, gather, is_ownerless
from scoring.first_seen import sights
from scoring.instants import DAY, Instant
from scoring.messages import Talk, messages_at, owner_at, written_in
from scoring.observations import NOBODY, Finding, Message, Observation, Subject, Tombstone
from scoring.suggestion_terms import KEPT_DAYS
from scoring.timeline import ConversationLine
from tests.scoring.accounts import AS_OF, LONG_AGO, conversation, days, known
from tests.scoring.strategies import CONVERSATION, instants, of_conversation, of_message

HERE = conversation("1", days(60))


def said(part: str, at: Instant, conversation: str = "1", owner: str | None = None, **members: Any) -> Observation:  # noqa: ANN401  # any member
    """Say a message."""
    return Observation(Subject("intercom", "conversation", conversation), at, Message(part, **members), owner)


def parts(*observations: Observation, as_of: Instant = AS_OF) -> list[str]:
    """Name the parts of the account's messages."""
    return [one.message.part for one in messages_at(known(*observations), as_of)]


@given(st.lists(of_conversation, max_size=4), st.lists(of_message, max_size=4), instants)
def test_a_conversation_is_seen_as_without_its_messages(
    snapshots: list[Observation], messages: list[Observation], as_of: Instant
) -> None:
    """Its snapshot, its owner, when it was first seen, and what of it may be forgotten, whatever was written."""
    bare, full = Fact(CONVERSATION, frozenset(snapshots)), Fact(CONVERSATION, frozenset([*snapshots, *messages]))
    assert conversation_at(full, as_of) == conversation_at(bare, as_of)
    assert ConversationLine(full).seen(as_of) == ConversationLine(bare).seen(as_of)
    assert is_ownerless(full) == (bool(snapshots) and is_ownerless(bare))
    assert sorted(sights([full])) == sorted(sights([bare]))
    kept = compact(full, as_of).observations
    assert {o for o in kept if not isinstance(o.content, Message)} == compact(bare, as_of).observations


@settings(max_examples=60)
@given(st.lists(of_conversation, max_size=3), st.lists(of_message, min_size=1, max_size=6), instants)
def test_what_is_forgotten_no_later_view_asks_for(
    snapshots: list[Observation], messages: list[Observation], horizon: Instant
) -> None:
    """Of any instant from the horizon on, for as long before as messages are kept; forgetting again forgets no more."""
    fact = Fact(CONVERSATION, frozenset([*snapshots, *messages]))
    small = compact(fact, horizon)
    for as_of in (horizon, horizon + DAY, horizon + 9 * DAY, horizon + 40 * DAY):
        since = as_of - KEPT_DAYS * DAY
        assert [one for one in written_in(small, as_of) if one.at >= since] == [
            one for one in written_in(fact, as_of) if one.at >= since
        ]
    assert compact(small, horizon) == small


def test_messages_are_listed_in_order_within_their_time() -> None:
    """From the beginning on, before the end."""
    every = (HERE, said("b", days(2)), said("a", days(2)), said("c", days(40)), said("d", AS_OF))
    assert parts(*every) == ["c", "a", "b"]
    assert [one.message.part for one in messages_at(known(*every), AS_OF, days(2))] == ["a", "b"]
    assert [one.conversation.id for one in messages_at(known(*every), AS_OF)] == ["1"] * 3


def test_messages_are_the_account_s_whose_conversation_is() -> None:
    """At that instant; a message says nothing of it, where anything else does."""
    other = structs.replace(HERE, at=days(10), owner="elsewhere")
    every = (HERE, other, said("a", days(50)), said("b", days(5), owner="acme"))
    assert (parts(*every, as_of=days(20)), parts(*every)) == (["a"], [])
    assert parts(structs.replace(HERE, owner=NOBODY), said("a", days(5), owner="acme")) == []


def test_a_conversation_of_which_only_messages_are_known_is_none() -> None:
    """Nor is it nobody's; its messages count where they themselves say whose it is."""
    mute, speaking = said("a", days(5)), said("b", days(4), "2", "acme")
    assert conversation_at(gather([speaking])[0], AS_OF) is None
    assert (is_ownerless(gather([mute])[0]), parts(mute, speaking)) == (False, ["b"])


def test_a_conversation_s_messages_and_owner_are_given_alone_too() -> None:
    """As of any instant, as often as it is asked."""
    other = structs.replace(HERE, at=days(10), owner="elsewhere")
    fact = gather([HERE, other, said("b", days(5)), said("a", days(50))])[0]
    assert [[one.message.part for one in written_in(fact, at)] for at in (days(20), AS_OF)] == [["a"], ["a", "b"]]
    assert (owner_at(fact, days(20)), owner_at(fact, AS_OF)) == ("acme", "elsewhere")
    talk = Talk(fact)
    assert [talk.owner(at) for at in (days(20), AS_OF, days(20))] == ["acme", "elsewhere", "acme"]
    assert compact(gather([HERE])[0], LONG_AGO).observations == {HERE}


NEWER: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"version": "rules 9"}, {"version": "rules 10"}),
    ({"version": ""}, {"version": "1"}),
    ({"version": "9.ffffffff"}, {"version": "10.00000000"}),
    ({"version": "1.0a1b2c3d"}, {"version": "1.0a1b2c3d+12ab34cd"}),
    ({"version": "1.0a1b2c3d+12ab34cd"}, {"version": "2.00000000"}),
    ({"version": "1"}, {"version": "1", "findings": (Finding("budget", "q", "r", "1"),)}),
]


@pytest.mark.parametrize(("earlier", "later"), NEWER)
def test_of_several_readings_of_a_part_one_counts(earlier: dict[str, Any], later: dict[str, Any]) -> None:
    """That of the newer detector, in whatever order they come and in whichever conversation; the other is forgotten."""
    old, new = said("a", days(5), **earlier), said("a", days(5), **later)
    for every in permutations([HERE, old, new]):
        (one,) = messages_at(known(*every), AS_OF)
        assert one.message == new.content
    fact = gather([HERE, old, new])[0]
    assert may_forget(fact, LONG_AGO)
    assert compact(fact, LONG_AGO).observations == {HERE, new}
    merged = said("a", days(5), "2", "acme", **later)
    assert [one.message for one in messages_at(known(HERE, old, merged), AS_OF)] == [merged.content]


def test_a_reading_that_came_to_be_later_does_not_outrun_the_earlier_one_before() -> None:
    """A part that was edited says then what it said then."""
    old, new = said("a", days(50), version="1"), said("a", days(5), version="2")
    fact = gather([HERE, old, new])[0]
    assert compact(fact, LONG_AGO) == fact
    assert [messages_at(known(HERE, old, new), at)[0].message for at in (days(20), AS_OF)] == [old.content, new.content]


def test_what_the_vendor_redacted_says_nothing_at_any_instant() -> None:
    """Whenever that came, and whatever is delivered again; its words are forgotten, and that it was redacted is not."""
    part, taken = said("a", days(50), sentiment=-0.5), said("a", days(5), redacted=True)
    again = said("a", days(50), version="99")
    assert (parts(HERE, part, taken, again, as_of=days(20)), parts(HERE, part, taken, again)) == ([], [])
    assert compact(gather([HERE, part, taken, again])[0], LONG_AGO).observations == {HERE, taken}


def test_a_deleted_conversation_s_messages_are_gone_and_a_merged_one_s_from_then_on() -> None:
    """As its own snapshots are after a merge; they count in the other conversation where they come again."""
    subject, part = HERE.subject, said("a", days(50))
    deleted = Observation(subject, days(5), Tombstone())
    merged = Observation(subject, days(5), Tombstone(merged=True))
    assert (parts(HERE, part, deleted, as_of=days(20)), parts(HERE, part, deleted)) == ([], [])
    assert (parts(HERE, part, merged, as_of=days(20)), parts(HERE, part, merged)) == (["a"], [])
    assert parts(HERE, part, merged, conversation("2", days(60)), said("a", days(50), "2")) == ["a"]
    assert compact(gather([HERE, part, deleted])[0], LONG_AGO).observations == {HERE, deleted}
    assert compact(gather([HERE, part, merged])[0], LONG_AGO).observations == {HERE, part, merged}
    assert compact(gather([HERE, part, merged])[0], AS_OF).observations == {HERE, merged}


def test_old_messages_are_forgotten_when_nobody_can_ask_for_them() -> None:
    """So long before the first instant that may be asked for."""
    old, young = said("a", AS_OF - KEPT_DAYS * DAY - 1), said("b", AS_OF - KEPT_DAYS * DAY)
    assert compact(gather([HERE, old, young])[0], AS_OF).observations == {HERE, young}
