"""Our own messages about owners and feeds."""

import pytest

from scoring.account import Naming
from scoring.feeds import Covered, Heard
from scoring.instants import parse_instant
from tests.messages import ACCOUNT, READ_AT, feed_covered, feed_heard, owner_listed
from tests.sources.taking import refusal, said, take_in

AT = parse_instant(READ_AT)


def test_a_listed_owner_is_named_by_all_its_ids() -> None:
    """The first is its key; what a listing tells besides is tolerated."""
    message = owner_listed(
        "intercom", "blue-sun", also=["6961d175205cf6a4438f0c21", 7, "blue-sun"], name="Blue Sun", attributes={"a": [1]}
    )
    named = Naming("intercom", ("blue-sun", "6961d175205cf6a4438f0c21", "7"), AT, "Blue Sun")
    assert take_in(message).statements == [Heard("intercom", AT), named]
    assert take_in(message).remarks == []


@pytest.mark.parametrize("also", [None, [], [None]])
def test_a_listed_owner_may_have_one_id(also: object) -> None:
    """And no name."""
    taken = take_in(owner_listed("looker", 77, also=also, name=None))
    assert taken.statements == [Heard("looker", AT), Naming("looker", ("77",), AT)]
    assert taken.remarks == []


def test_a_listed_account_has_ids_of_18_characters() -> None:
    """Both forms of one id are one id."""
    (named,) = said(owner_listed("salesforce", ACCOUNT[:15], also=[ACCOUNT]), Naming)
    assert named.ids == (ACCOUNT,)
    assert said(owner_listed("intercom", ACCOUNT[:15]), Naming)[0].ids == (ACCOUNT[:15],)


@pytest.mark.parametrize("also", ["blue", 7, {}, True, ["", "b"], [[], "b"]])
def test_other_ids_that_are_none_are_dropped_by_name(also: object) -> None:
    """The owner itself stands."""
    taken = take_in(owner_listed("intercom", "a", also=also))
    (named,) = said(owner_listed("intercom", "a", also=also), Naming)
    assert named.ids == (("a", "b") if isinstance(also, list) else ("a",))
    assert taken.remarks == ["dropped:also"]


@pytest.mark.parametrize("name", [7, [], {}, True])
def test_a_name_that_is_none_is_dropped_by_name(name: object) -> None:
    """The owner itself stands."""
    taken = take_in(owner_listed("intercom", "a", name=name))
    assert taken.statements == [Heard("intercom", AT), Naming("intercom", ("a",), AT)]
    assert taken.remarks == ["dropped:name"]


@pytest.mark.parametrize("source", ["intercom", "salesforce", "looker"])
def test_a_feed_says_since_when_it_is_covered_and_when_it_was_heard(source: str) -> None:
    """Neither is an observation."""
    assert take_in(feed_covered(source)).statements == [Covered(source, parse_instant("2025-01-01"))]
    assert take_in(feed_heard(source)).statements == [Heard(source, AT)]


@pytest.mark.parametrize("at", [1778220000, 1778220000000, 1778220000.0, READ_AT, "2026-05-08T06:00"])
def test_an_instant_may_be_written_in_any_form(at: object) -> None:
    """ISO text without an offset is UTC."""
    assert take_in(feed_heard("looker", at)).statements == [Heard("looker", AT)]


@pytest.mark.parametrize("source", ["Intercom", "hubspot", "", None, 7, []])
def test_an_unheard_of_source_is_refused(source: object) -> None:
    """There are three."""
    for message in (feed_covered("looker"), feed_heard("looker"), owner_listed("looker", "77")):
        assert refusal(message | {"source": source}).startswith("source is ")


@pytest.mark.parametrize("value", [None, "", "soon", [], {}, True, -1, 0, 1e300])
def test_a_message_at_no_instant_is_refused_by_name(value: object) -> None:
    """Since when, or at what moment?"""
    assert refusal(feed_covered("looker", value)).startswith("since is ")
    assert refusal(feed_heard("looker", value)).startswith("at is ")
    assert refusal(owner_listed("looker", "77", at=value)).startswith("at is ")


@pytest.mark.parametrize("owner", [None, "", [], True])
def test_an_owner_that_is_none_is_refused(owner: object) -> None:
    """A listing names somebody."""
    assert refusal(owner_listed("looker", owner)).startswith("owner is ")
