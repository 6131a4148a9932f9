"""Zendesk's webhook events: each says what it bears whole, and none wipes what a sweep knew."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.sources.messages import message_of
from handlers.sources.zendesk_topics import TICKETS
from scoring.account import Naming
from scoring.facts import Fact, conversation_at, gather
from scoring.instants import parse_instant
from scoring.observations import NOBODY, Conversation, Observation, Subject, Tombstone
from tests.messages import Message, body
from tests.sources.taking import observation, refusal, said, take_in
from tests.tickets import CREATED, NOT_YET, ORGANIZATION, READ, UPDATED, created, event, later, metrics, reread, ticket

AT = parse_instant(UPDATED)
SUBJECT = Subject("zendesk", "conversation", "5158")
NOW = parse_instant("2026-05-01")


def test_a_new_ticket_is_known_at_once() -> None:
    """Nobody has touched it, so the event says all that there is to say of it."""
    message = created(priority="URGENT", tags="p1 lobby", organization_id=str(ORGANIZATION))
    told, named = take_in(message).statements
    assert isinstance(told, Observation)
    assert told == Observation(
        SUBJECT,
        parse_instant(CREATED),
        Conversation(
            created=parse_instant(CREATED),
            state="open",
            delivered_as="customer_initiated",
            priority="urgent",
            tags=("lobby", "p1"),
            reopens=0,
        ),
        str(ORGANIZATION),
    )
    assert named == Naming("zendesk", (str(ORGANIZATION),), parse_instant(CREATED))


def test_finer_stamps_of_an_event_are_the_second_of_rest() -> None:
    """Else the event would outrank what is read of the same second later."""
    message = created(created_at="2026-01-10T07:40:00.721021468Z", updated_at="2026-01-10T07:40:00.789534301Z")
    assert observation(message).at == parse_instant(CREATED)


@pytest.mark.parametrize("topic", sorted(TICKETS - {"permanently_deleted", "merged", "soft_deleted", "marked_as_spam"}))
def test_an_event_of_a_ticket_that_was_touched_says_nothing(topic: str) -> None:
    """It has no metrics: a snapshot of it would wipe them. Nothing is written, and no account is scored for it."""
    assert take_in(event(f"ticket.{topic}")).statements == []
    assert take_in(event(f"ticket.{topic}", status="OPEN")).statements == []


@pytest.mark.parametrize("topic", ["soft_deleted", "marked_as_spam"])
def test_a_ticket_in_the_bin_is_nobodys_from_then_on(topic: str) -> None:
    """Whatever status the event still has of it."""
    one = observation(event(f"ticket.{topic}", later(UPDATED, 5), status="OPEN"))
    assert (one.at, one.owner, type(one.content)) == (parse_instant(later(UPDATED, 5)), NOBODY, Conversation)


def test_any_event_of_a_deleted_ticket_says_so() -> None:
    """By its status; scrubbed is for good."""
    assert observation(event("ticket.tags_changed", status="DELETED")).owner == NOBODY
    assert observation(event("ticket.tags_changed", status="SCRUBBED")).content == Tombstone()


def test_what_is_deleted_for_good_is_hidden() -> None:
    """From the event on."""
    one = observation(event("ticket.permanently_deleted", later(UPDATED, 9)))
    assert (one.at, one.content) == (parse_instant(later(UPDATED, 9)), Tombstone())


def test_a_merged_ticket_is_hidden() -> None:
    """It is closed, and goes on in another."""
    one = observation(event("ticket.merged", change={"target_ticket_id": "5100"}, status="CLOSED"))
    assert (one.subject, one.content) == (SUBJECT, Tombstone(merged=True))


@pytest.mark.parametrize(
    ("target", "status"), [(5158, "CLOSED"), ("5158", "CLOSED"), ("5100", "OPEN"), ("5100", "SOLVED"), (None, "CLOSED")]
)
def test_the_ticket_that_goes_on_is_never_hidden(target: object, status: str) -> None:
    """Whichever of the two an event is of: what is not proved to be the merged one is left to the sweep."""
    assert take_in(event("ticket.merged", change={"target_ticket_id": target}, status=status)).statements == []


def test_a_restored_ticket_counts_again_with_all_that_was_known() -> None:
    """The bin took it from its organization; the next look gives it back, metrics and all."""
    before, gone = reread(), event("ticket.soft_deleted", later(UPDATED, 10))
    back = reread(ticket(updated_at=later(UPDATED, 20)), read_at=later(READ, 60))
    fact = fact_of(before, gone, back)
    binned, restored = at(fact, later(UPDATED, 15)), at(fact, later(UPDATED, 30))
    assert binned is not None
    assert binned[1] is None
    assert restored is not None
    assert restored[1] == str(ORGANIZATION)
    assert restored[0].first_admin_reply is not None


def test_an_organization_names_an_owner() -> None:
    """With its name, and its id in our own systems."""
    message = organization("organization.created")
    assert take_in(message).statements == [
        Naming("zendesk", ("77",), parse_instant(UPDATED), "Acme", (("external_id", "acct-77"),))
    ]
    assert take_in(organization("organization.deleted")).statements == []


def organization(topic: str) -> Message:
    """Give an event of an organization."""
    told = event(topic)
    return told | {"detail": {"id": "77", "name": "Acme", "external_id": "acct-77", "updated_at": UPDATED}}


@pytest.mark.parametrize("topic", ["user.created", "agent.state_changed", "article.published"])
def test_what_says_nothing_of_health_is_passed_over(topic: str) -> None:
    """Silently."""
    taken = take_in(event(topic))
    assert (taken.statements, taken.remarks, taken.topic) == ([], [], "other")


@pytest.mark.parametrize("topic", ["ticket.teleported", "invoice.paid", "organization.dissolved"])
def test_a_topic_that_nobody_knows_is_remarked(topic: str) -> None:
    """And counted as other."""
    taken = take_in(event(topic))
    assert taken.remarks == [f"unknown:topic={topic}"]
    assert taken.topic == "other"
    assert take_in(event("ticket.created")).topic == "ticket.created"


@pytest.mark.parametrize(
    ("name", "where"), [("time", ()), ("detail", ()), ("id", ("detail",)), ("status", ("detail",))]
)
def test_what_an_event_cannot_be_read_without(name: str, where: tuple[str, ...]) -> None:
    """It is a dead letter then, with its reason."""
    message: Any = event("ticket.status_changed")
    holder = message[where[0]] if where else message
    del holder[name]
    assert refusal(message) == f"{name} is missing"


def test_nothing_that_anybody_wrote_is_decoded() -> None:
    """Neither of an event nor of a ticket."""
    for message in (created(), reread()):
        _, decoded = message_of(body(message))
        assert "lobby printer" not in str(decoded)
        assert "subject" not in decoded.get("detail", decoded.get("ticket"))  # type: ignore[operator]


EVERY_MEMBER = {
    "detail": "id created_at updated_at status priority tags organization_id requester_id submitter_id via".split(),
    "ticket": "id created_at updated_at status priority tags organization_id requester_id submitter_id via".split(),
    "metrics": "reopens solved_at status_updated_at reply_time_in_minutes".split(),
}


def test_all_that_is_read_is_decoded() -> None:
    """A member forgotten in the shapes would be read as absent."""
    for message in (created(), reread()):
        _, decoded = message_of(body(message))
        for part in decoded.keys() & EVERY_MEMBER.keys():
            assert set(EVERY_MEMBER[part]) <= set(decoded[part])  # type: ignore[call-overload]


def fact_of(*messages: Message) -> Fact:
    """Give the fact of the ticket that messages tell of."""
    (fact,) = gather(one for message in messages for one in said(message, Observation))
    return fact


def at(fact: Fact, stamp: str) -> tuple[Conversation, str | None] | None:
    """View the ticket strictly before an instant."""
    return conversation_at(fact, parse_instant(stamp))


STEPS = [
    ("open", NOT_YET, "status_changed"),
    ("open", {}, "comment_added"),
    ("pending", {"solved_at": None}, "priority_changed"),
    ("solved", {}, "status_changed"),
    ("open", {"reopens": 1}, "tags_changed"),
    ("closed", {"reopens": 1}, "status_changed"),
]


@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=5), st.integers(0, 2**32), st.data())
def test_no_event_wipes_what_a_sweep_knew(
    steps: list[tuple[str, dict[str, Any], str]], seed: int, data: st.DataObject
) -> None:
    """At any instant, with all events of a life or with none, what sweeps read is seen; and in any order the same."""
    sweeps, events = [], [created()]
    for number, (status, told, topic) in enumerate(steps, 1):
        stamp = later(CREATED, 10 * number)
        item = ticket(status=status, updated_at=stamp)
        if data.draw(st.booleans()):
            sweeps.append(reread(item, metrics(**told), read_at=later(stamp, 5)))
        events.append(event(f"ticket.{topic}", stamp, status=status.upper(), updated_at=stamp))
    both = [*sweeps, *events] * 2
    random.Random(seed).shuffle(both)  # noqa: S311 - a shuffle, no secret
    fact, again = fact_of(*both), fact_of(*reversed(both))
    assert fact == again
    for message in sweeps:
        stamp = later(message["ticket"]["updated_at"], 1)
        assert at(fact, stamp) == at(fact_of(*sweeps), stamp)
