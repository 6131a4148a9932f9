"""What customers wrote in Zendesk: public comments of people who are no staff."""

import pytest

from handlers.sources.messages import message_of
from handlers.sources.written import Authored
from scoring.instants import parse_instant
from tests.messages import Message, body
from tests.sources.taking import event, event_names

ANA = {"id": "9", "is_staff": False, "name": "Ana"}


def added(topic: str = "comment_added", **members: object) -> Message:
    """Give the event of a customer's comment."""
    usual = {"id": "77", "body": "We leave.", "is_public": True, "author": ANA}
    told = event("zendesk_ticket_comment_added")
    return told | {"type": f"zen:event-type:ticket.{topic}", "event": {"comment": usual | members}}


def listed(message: Message) -> list[Authored]:
    """List what customers wrote, as the fold decodes it."""
    kind, decoded = message_of(body(message), with_words=True)
    return [] if kind.authored is None else list(kind.authored(decoded, []))


def test_a_comment_of_a_customer_is_read() -> None:
    """Under its ticket, at the instant of the event."""
    (one,) = listed(added())
    assert one.subject == ("zendesk", "conversation", "5158")
    assert (one.part, one.at, one.body) == ("77", parse_instant("2026-01-10T08:00:05Z"), "We leave.")


OTHERS: dict[str, Message] = {
    "staff": {"author": ANA | {"is_staff": True}},
    "who knows": {"author": {"id": "9"}},
    "nobody": {"author": None},
    "private": {"is_public": False},
    "perhaps private": {"is_public": None},
    "empty": {"body": " "},
    "none": {"body": None},
    "no id": {"id": None},
}


@pytest.mark.parametrize("members", OTHERS.values(), ids=OTHERS)
def test_what_is_not_surely_a_customers_is_not_read(members: Message) -> None:
    """An agent's answer, a private note."""
    assert listed(added(**members)) == []


def test_a_redacted_comment_has_no_words() -> None:
    """Whatever is left of them."""
    (one,) = listed(added("comment_redacted", body="We ▇▇▇", author=None))
    assert (one.part, one.redacted, one.body) == ("77", True, "")


@pytest.mark.parametrize("name", [name for name in event_names() if name.startswith(("zendesk", "own_zendesk"))])
def test_no_event_of_ours_gives_what_an_agent_wrote(name: str) -> None:
    """The comment of the events that are kept is an agent's."""
    assert listed(event(name)) == []
