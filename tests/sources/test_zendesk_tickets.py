"""A ticket that came over REST: each member by its value, and whatever may be wrong with it."""

from typing import Any

import pytest
from msgspec import structs

from scoring.account import Naming
from scoring.feeds import Heard
from scoring.instants import SECOND, parse_instant
from scoring.observations import NOBODY, Conversation, Observation, Subject, Tombstone
from tests.sources.taking import observation, refusal, said, snapshot, take_in
from tests.tickets import CREATED, NOT_YET, ORGANIZATION, READ, UPDATED, later, metrics, reread, ticket

AT = parse_instant(UPDATED)
BEGUN = parse_instant(CREATED)


def test_a_ticket_is_read_whole() -> None:
    """The feed was heard, the snapshot is of its last update, its organization is named."""
    heard, told, named = take_in(reread()).statements
    assert heard == Heard("zendesk", parse_instant(READ))
    assert told == Observation(
        Subject("zendesk", "conversation", "5158"),
        AT,
        Conversation(
            created=BEGUN,
            state="closed",
            delivered_as="customer_initiated",
            priority="medium",
            tags=("lobby",),
            first_admin_reply=BEGUN + 20 * 60 * SECOND,
            last_close=AT,
            reopens=0,
            known_at=parse_instant(READ),
        ),
        str(ORGANIZATION),
    )
    assert named == Naming("zendesk", (str(ORGANIZATION),), AT)
    assert take_in(reread()).remarks == []


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("new", "open"),
        ("open", "open"),
        ("pending", "snoozed"),
        ("hold", "snoozed"),
        ("solved", "closed"),
        ("closed", "closed"),
        ("CLOSED", "closed"),
    ],
)
def test_what_waits_for_anybody_still_waits(status: str, state: str) -> None:
    """Pending for the customer, on hold for a third party: neither is closed."""
    assert snapshot(reread(ticket(status=status))).state == state


@pytest.mark.parametrize(
    ("priority", "word"),
    [("urgent", "urgent"), ("high", "high"), ("normal", "medium"), ("low", "low"), (None, None), ("", None)],
)
def test_a_priority_is_said_in_the_words_of_the_role(priority: str | None, word: str | None) -> None:
    """Normal is not urgent; without a priority nothing is said."""
    told = take_in(reread(ticket(priority=priority)))
    assert snapshot(reread(ticket(priority=priority))).priority == word
    assert told.remarks == []


@pytest.mark.parametrize(
    ("members", "remark"),
    [
        ({"status": "Parked"}, "unknown:conversation.state=parked"),
        ({"priority": "Whenever"}, "unknown:conversation.priority=whenever"),
        ({"via": {"channel": "Pigeon"}}, "unknown:via.channel=pigeon"),
        ({"satisfaction_rating": {"score": "meh"}}, "unknown:satisfaction_rating.score=meh"),
    ],
)
def test_a_word_that_nobody_knows_is_remarked(members: dict[str, Any], remark: str) -> None:
    """It stays where it decides something, so that the score is flagged."""
    assert take_in(reread(ticket(**members))).remarks == [remark]
    read = snapshot(reread(ticket(**members)))
    assert (read.state, read.priority) in {("parked", "medium"), ("closed", "whenever"), ("closed", "medium")}


@pytest.mark.parametrize(
    ("channel", "relation", "other", "begun_by"),
    [
        ("email", None, False, "customer_initiated"),
        ("email", None, True, "customer_initiated"),
        ("web", None, False, "customer_initiated"),
        ("web", None, True, "admin_initiated"),
        ("api", None, False, "customer_initiated"),
        ("api", None, True, "admin_initiated"),
        ("voice", "inbound", True, "customer_initiated"),
        ("voice", "voicemail", True, "customer_initiated"),
        ("voice", "outbound", True, "admin_initiated"),
        ("phone_call_outbound", None, True, "admin_initiated"),
        ("chat", None, False, "customer_initiated"),
        ("native_messaging", None, True, "customer_initiated"),
        ("whatsapp", None, False, "customer_initiated"),
        ("side_conversation", None, False, "admin_initiated"),
        ("rule", None, False, "automated"),
        ("sample_ticket", None, True, "automated"),
        ("pigeon", None, False, "customer_initiated"),
        ("pigeon", None, True, None),
        (None, None, False, "customer_initiated"),
        (None, None, True, None),
    ],
)
def test_who_began_it(channel: str | None, relation: str | None, begun_by: str | None, *, other: bool) -> None:
    """An agent who submits a ticket for somebody at the desk reaches out; in its own channel the customer began."""
    via = {"channel": channel, "source": {"rel": relation}}
    submitter = 1 if other else 20978392
    assert snapshot(reread(ticket(via=via, submitter_id=submitter))).delivered_as == begun_by


@pytest.mark.parametrize("name", ["submitter_id", "requester_id", "via"])
def test_who_began_it_is_not_guessed(name: str) -> None:
    """Without one of the two, at the desk, nothing is said: what is absent counts as a customer's."""
    item = ticket(via={"channel": "web"})
    del item[name]
    expected = "customer_initiated" if name == "via" else None
    assert snapshot(reread(item)).delivered_as == expected


def test_the_first_reply_is_a_wait_by_the_calendar() -> None:
    """Business hours leave out hours in which the customer waited; seconds are finer, where they are told."""
    told = metrics(reply_time_in_minutes={"calendar": 4320, "business": 60})
    assert snapshot(reread(told=told)).first_admin_reply == BEGUN + 3 * 86400 * SECOND
    finer = metrics(reply_time_in_seconds={"calendar": 75})
    assert snapshot(reread(told=finer)).first_admin_reply == BEGUN + 75 * SECOND


def test_nobody_has_replied_yet() -> None:
    """A wait that is not over has no end, and no close either."""
    read = snapshot(reread(ticket(status="open"), metrics(**NOT_YET)))
    assert (read.state, read.first_admin_reply, read.last_close, read.reopens) == ("open", None, None, 0)


def test_a_reopened_ticket_keeps_when_it_was_last_solved() -> None:
    """It waits again, and was reopened."""
    read = snapshot(reread(ticket(status="open"), metrics(reopens=2, solved_at=later(CREATED, 30))))
    assert (read.state, read.last_close, read.reopens) == ("open", parse_instant(later(CREATED, 30)), 2)


def test_what_is_closed_without_being_solved_was_closed_when_its_status_changed() -> None:
    """Else it would have no close time at all."""
    told = metrics(solved_at=None, status_updated_at=later(CREATED, 60))
    assert snapshot(reread(ticket(status="closed"), told)).last_close == parse_instant(later(CREATED, 60))
    assert snapshot(reread(ticket(status="open"), told)).last_close is None


@pytest.mark.parametrize(
    ("score", "stars"),
    [("good", 5), ("bad", 1), ("offered", None), ("unoffered", None), (4, 4), (None, None), (9, None)],
)
def test_a_rating_of_two_words_stands_for_the_ends_of_the_scale(score: object, stars: int | None) -> None:
    """One that was only asked for is none."""
    assert snapshot(reread(ticket(satisfaction_rating={"score": score}))).rating == stars


@pytest.mark.parametrize("organization", [None, "", "0", 0])
def test_no_organization_takes_the_owner_away(organization: object) -> None:
    """As REST and as an event write it."""
    message = reread(ticket(organization_id=organization))
    assert observation(message).owner == NOBODY
    assert said(message, Naming) == []


def test_an_organization_that_is_not_spoken_of_says_nothing() -> None:
    """Nor does one that is no id."""
    item = ticket()
    del item["organization_id"]
    assert observation(reread(item)).owner is None
    odd = reread(ticket(organization_id={"id": 1}))
    assert observation(odd).owner is None
    assert take_in(odd).remarks == ["dropped:organization_id"]


def test_a_ticket_in_the_bin_is_nobodys() -> None:
    """It may come back within 30 days, so it is not hidden for good."""
    one = observation(reread(ticket(status="deleted"), told={}))
    assert (one.at, one.owner) == (AT, NOBODY)
    assert isinstance(one.content, Conversation)


@pytest.mark.parametrize("members", [{"status": "deleted", "scrubbed": True}, {"status": "scrubbed"}])
def test_a_ticket_that_is_gone_for_good_is_hidden(members: dict[str, Any]) -> None:
    """What anybody wrote in it was scrubbed."""
    one = observation(reread(ticket(**members), told={}))
    assert (one.at, one.content) == (AT, Tombstone())


def test_a_merged_ticket_is_hidden_from_the_merge_on() -> None:
    """It was closed then, and goes on in another; what was changed later makes no difference."""
    item = ticket(status="closed", tags=["closed_by_merge", "lobby"], updated_at=later(UPDATED, 600))
    first, second = said(reread(item), Observation)
    assert isinstance(first.content, Conversation)
    assert (second.at, second.content) == (AT, Tombstone(merged=True))


@pytest.mark.parametrize(
    "members",
    [
        {"status": "open"},
        {"status": "closed", "via": {"channel": "web", "source": {"rel": "follow_up"}}},
        {"status": "closed", "via": {"channel": "closed_ticket"}},
    ],
)
def test_the_tag_of_a_parent_is_no_merge(members: dict[str, Any]) -> None:
    """A follow-up bears the tags of the ticket that it follows."""
    one = observation(reread(ticket(tags=["closed_by_merge"], **members)))
    assert isinstance(one.content, Conversation)


def test_without_metrics_a_ticket_is_refused_by_name() -> None:
    """A snapshot of it would wipe the first reply, the last close and the reopens that are known."""
    message = reread()
    message["metrics"] = None
    assert refusal(message).startswith("metrics are missing")
    del message["metrics"]
    assert refusal(message).startswith("metrics are missing")


def test_a_ticket_that_nobody_touched_needs_no_metrics() -> None:
    """Nothing has happened to it yet."""
    message = reread(ticket(status="new", updated_at=CREATED))
    message["metrics"] = None
    read = snapshot(message)
    assert (read.state, read.first_admin_reply, read.last_close, read.reopens) == ("open", None, None, 0)


@pytest.mark.parametrize("name", ["id", "created_at", "updated_at", "status"])
def test_what_a_ticket_cannot_be_read_without(name: str) -> None:
    """It is a dead letter then, with its reason."""
    item = ticket()
    del item[name]
    assert refusal(reread(item)) == f"{name} is missing"


def test_tags_are_told_once_in_small_letters_and_in_order() -> None:
    """A list, or a text in which blanks part them; what is no tag is remarked."""
    assert snapshot(reread(ticket(tags=["P1", "lobby", "p1"]))).tags == ("lobby", "p1")
    assert snapshot(reread(ticket(tags="P1 lobby"))).tags == ("lobby", "p1")
    odd = reread(ticket(tags=["p1", 7]))
    assert snapshot(odd).tags == ("p1",)
    assert take_in(odd).remarks == ["dropped:tags"]


def test_a_ticket_and_its_event_are_one_subject() -> None:
    """An id is the same, written as a number or as a text."""
    assert observation(reread(ticket(id="5158"))) == observation(reread())
    assert structs.replace(observation(reread()), content=Tombstone()).subject.id == "5158"
