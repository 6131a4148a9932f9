"""Webhook topics: which speak of conversations, which name companies, which say nothing of health."""

from collections.abc import Iterator

import pytest

from scoring.account import Naming
from scoring.feeds import Heard
from scoring.observations import Conversation, Observation, Subject, Tombstone
from tests.messages import (
    UPDATED,
    Message,
    company_item,
    contact_item,
    conversation,
    deleted_conversation,
    internal_item,
    notification,
    part,
    ping,
    ticket_item,
)
from tests.sources.taking import event, observation, refusal, said, short, snapshot, take_in, unix

HEARD = Heard("intercom", unix(UPDATED))
COMPANY_IDS = ("blue-sun", "6961d175205cf6a4438f0c21")

OF_CONVERSATIONS = """
conversation.user.created conversation.user.replied conversation.admin.single.created conversation.admin.replied
conversation.admin.assigned conversation.admin.open.assigned conversation.admin.noted conversation.admin.closed
conversation.admin.opened conversation.admin.snoozed conversation.admin.unsnoozed conversation.operator.replied
conversation.priority.updated conversation.rating.added conversation.read conversation.company.updated
conversation.admin.replied.translated conversation_part.tag.created conversation_part.redacted
""".split()
OF_COMPANIES = "company.created company.updated".split()
OF_CONTACTS = """
contact.user.created contact.user.updated contact.user.tag.created contact.user.tag.deleted contact.lead.created
contact.lead.updated contact.lead.signed_up contact.lead.added_email contact.lead.tag.created
contact.lead.tag.deleted contact.email.updated contact.merged contact.archived contact.unarchive
contact.subscribed contact.unsubscribed
""".split()
OF_TICKETS = """
ticket.created ticket.state.updated ticket.closed ticket.resolved ticket.rating.provided ticket.attribute.updated
ticket.admin.assigned ticket.team.assigned ticket.admin.replied ticket.contact.replied ticket.note.created
ticket.contact.attached ticket.contact.detached
""".split()
NOT_TOPICS = """
conversation.closed conversation.opened conversation.part.created conversation.tag.deleted
conversation.rating.updated conversation.sla.missed
""".split()


def silent() -> Iterator[Message]:
    """Give a notification of every topic that says nothing of health."""
    yield from (notification(topic, contact_item()) for topic in OF_CONTACTS)
    yield notification("contact.deleted", {"type": "contact", "id": "696205460674dbb9050aa7fd", "deleted": True})
    yield from (notification(topic, ticket_item()) for topic in OF_TICKETS)
    yield notification("ticket.closed", {"ticket": ticket_item(open=False)})
    for topic in ("conversation.contact.attached", "conversation.contact.detached"):
        yield notification(topic, internal_item())
    yield ping()
    yield notification("job.completed", {"type": "job", "id": "job_5ca1ab1eca11ab1e", "state": "completed"})
    yield notification("event.created", {"type": "event", "event_name": "signed-in", "created_at": UPDATED})
    yield notification("visitor.signed_up", {"type": "visitor", "id": "530370b477ad7120001d"})


SILENT = list(silent())


@pytest.mark.parametrize("topic", OF_CONVERSATIONS)
def test_a_conversation_topic_gives_the_conversation_as_it_stands(topic: str) -> None:
    """Every conversation topic gives one snapshot, names the company, and shows that the feed lives."""
    taken = take_in(notification(topic, conversation()))
    heard, seen, named = taken.statements
    assert heard == HEARD
    assert isinstance(seen, Observation)
    assert isinstance(seen.content, Conversation)
    assert (seen.subject, seen.at) == (Subject("intercom", "conversation", "215472621202693"), unix(UPDATED))
    assert seen.owner == "blue-sun"
    assert named == Naming("intercom", COMPANY_IDS, unix(UPDATED), "Blue Sun")
    assert taken.remarks == []


@pytest.mark.parametrize("topic", OF_COMPANIES)
def test_a_company_topic_names_its_owner(topic: str) -> None:
    """A company that was made or changed is named by both its ids, from the notification on."""
    taken = take_in(notification(topic, company_item()))
    assert taken.statements == [HEARD, Naming("intercom", COMPANY_IDS, unix(UPDATED), "Blue Sun")]
    assert taken.remarks == []


@pytest.mark.parametrize("topic", ["company.contact.attached", "company.contact.detached"])
def test_a_company_is_named_where_a_contact_comes_or_goes(topic: str) -> None:
    """The item of these topics has no type, and holds the company beside the contact."""
    item = {"company": company_item(id=4711), "contact": contact_item(id=42)}
    taken = take_in(notification(topic, item))
    assert taken.statements == [HEARD, Naming("intercom", ("blue-sun", "4711"), unix(UPDATED), "Blue Sun")]
    assert taken.remarks == []


def test_a_deleted_company_is_named_like_by_any_company_event() -> None:
    """The minimal body of a deletion has Intercom's own id alone."""
    item = {"id": "6961d175205cf6a4438f0c21", "type": "company", "deleted": True}
    taken = take_in(notification("company.deleted", item))
    assert taken.statements == [HEARD, Naming("intercom", ("6961d175205cf6a4438f0c21",), unix(UPDATED))]


def test_the_company_of_the_documentation_is_named() -> None:
    """The printed example has no data.type, and a company_id that looks like a number."""
    ids = ("6", "531ee472cce572a6ec000006")
    named = Naming("intercom", ids, unix(1392731331), "Example Company Inc.")
    assert take_in(event("intercom_company_created")).statements[1:] == [named]


@pytest.mark.parametrize("message", SILENT, ids=[str(message["topic"]) for message in SILENT])
def test_a_topic_that_says_nothing_of_health_only_shows_that_the_feed_lives(message: Message) -> None:
    """Contacts, tickets, internal shapes and pings are accepted, do nothing, and are no surprise."""
    taken = take_in(message)
    assert taken.statements == [HEARD]
    assert taken.remarks == []


def test_the_captured_ping_is_accepted() -> None:
    """A ping's id is null."""
    taken = take_in(event("intercom_ping"))
    assert taken.statements == [Heard("intercom", unix(1553288147))]


@pytest.mark.parametrize("topic", NOT_TOPICS)
def test_an_unheard_of_topic_is_remarked_and_its_conversation_used(topic: str) -> None:
    """What stands in the item counts, whatever the topic is called."""
    taken = take_in(notification(topic, conversation()))
    assert taken.remarks == [f"unknown:topic={topic}"]
    assert snapshot(notification(topic, conversation())) == snapshot(notification("conversation.read", conversation()))


def test_an_unheard_of_topic_is_remarked_and_its_company_used() -> None:
    """An item that says it is a company names its owner."""
    taken = take_in(notification("company.merged", company_item()))
    assert taken.remarks == ["unknown:topic=company.merged"]
    assert taken.statements == [HEARD, Naming("intercom", COMPANY_IDS, unix(UPDATED), "Blue Sun")]


@pytest.mark.parametrize("topic", ["contact.unarchived", "ticket.merged", "user.created", "conversation.contact.moved"])
@pytest.mark.parametrize("item", [None, {}, [], "text", contact_item(), {"type": "conversation", "id": "1"}])
def test_an_unheard_of_topic_with_nothing_to_use_is_remarked(topic: str, item: object) -> None:
    """A new topic of a known family is as new as any other."""
    taken = take_in(notification(topic, item))
    assert taken.statements == [HEARD]
    assert taken.remarks == [f"unknown:topic={topic}"]


def test_a_remark_is_short_and_on_one_line() -> None:
    """What a vendor sends does not fill or rule a terminal."""
    (remark,) = take_in(notification("new\n\x1b[2J" + "x" * 10_000, None)).remarks
    assert remark.startswith(r"unknown:topic=new\n\x1b[2Jxxx")
    assert len(remark) < 80


@pytest.mark.parametrize("topic", [None, 7, ["ping"], {}, True])
def test_a_notification_without_a_topic_is_refused(topic: object) -> None:
    """The topic says what the item is."""
    message = notification("ping", {}) | {"topic": topic}
    assert refusal(message).startswith("topic is ")


def test_a_deleted_conversation_is_told_by_conversation_id() -> None:
    """The captured deletion has no id in its item."""
    seen = observation(event("intercom_conversation_deleted"))
    assert seen == Observation(
        Subject("intercom", "conversation", "215472621305755"), unix(1768112097), Tombstone(), None
    )


@pytest.mark.parametrize(
    "item",
    [
        {"type": "conversation", "id": "5", "deleted": True},
        {"type": "conversation", "conversation_id": 5},
        {"type": "conversation", "conversation_id": 5.0, "id": "6"},
        {"type": "conversation", "conversation_id": None, "id": 5},
    ],
)
def test_a_deleted_conversation_may_be_told_by_its_id(item: Message) -> None:
    """By rule a deletion has the minimal body, and an id may be a number."""
    assert observation(notification("conversation.deleted", item)).subject.id == "5"


@pytest.mark.parametrize("given", ["", "  ", None, [], 1.5, True, "x" * 256, "a\0b"], ids=short)
def test_a_deletion_of_nobody_knows_what_is_refused(given: object) -> None:
    """Without a conversation's id there is nothing to hide."""
    assert "id" in refusal(deleted_conversation(given))


@pytest.mark.parametrize("at", [None, "soon", -1, 0, [], 1e300, "9999-12-31T23:59:59-12:00"])
def test_a_deletion_at_no_instant_is_refused(at: object) -> None:
    """It hides the conversation from an instant on: which?"""
    assert refusal(deleted_conversation(created_at=at)).startswith("created_at is ")


@pytest.mark.parametrize("at", [None, "soon", 1e300])
def test_a_company_named_at_no_instant_is_refused(at: object) -> None:
    """Since when is the owner known?"""
    assert refusal(notification("company.created", company_item(), created_at=at)).startswith("created_at is ")


@pytest.mark.parametrize("topic", ["company.updated", "company.contact.attached", "company.deleted"])
@pytest.mark.parametrize("item", [None, [], {}, {"company": None, "contact": {}}, {"company_id": "", "id": None}])
def test_a_company_without_any_id_is_refused(topic: str, item: object) -> None:
    """There is no owner to name."""
    assert refusal(notification(topic, item)) == "the company has neither company_id nor id"


def test_a_conversation_is_used_although_its_notification_has_no_instant() -> None:
    """Only the sign of life is lost, and said to be."""
    taken = take_in(notification("conversation.read", conversation(), created_at="soon"))
    assert said(notification("conversation.read", conversation(), created_at=None), Heard) == []
    assert [type(statement) for statement in taken.statements] == [Observation, Naming]
    assert taken.remarks == ["dropped:created_at"]


def test_a_part_alone_says_nothing_of_health() -> None:
    """A redacted part may come without its conversation."""
    taken = take_in(notification("conversation_part.redacted", part()))
    assert (taken.statements, taken.remarks) == ([HEARD], [])


@pytest.mark.parametrize("item", [part(), company_item(), {"type": ["conversation"]}, {"type": 7}])
def test_a_conversation_topic_with_something_else_in_it_is_refused(item: Message) -> None:
    """It is not passed over in silence."""
    assert refusal(notification("conversation.user.replied", item)).startswith("data.item is no conversation but ")


@pytest.mark.parametrize("data", [None, [], "text", {}, {"item": None}, {"item": []}])
def test_a_conversation_topic_without_an_item_is_refused(data: object) -> None:
    """Nothing else in a notification tells the conversation."""
    assert refusal(notification("conversation.read", None) | {"data": data}) == "updated_at is missing"
