"""What customers wrote: which parts of a conversation are theirs, and when each was written."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.sources.intercom_messages import parts_by_customers
from handlers.sources.messages import message_of
from handlers.sources.written import Authored
from tests.messages import CREATED, UPDATED, Message, body, conversation, notification, reread
from tests.sources.taking import event, event_names, unix

CUSTOMER = {"type": "user", "id": "c1", "name": "Ana", "email": "ana@hotel.example"}


def listed(message: Message) -> list[Authored]:
    """List what customers wrote in a message, as the fold decodes it."""
    kind, decoded = message_of(body(message), with_words=True)
    return [] if kind.authored is None else list(kind.authored(decoded, []))


def remarked(message: Message) -> list[str]:
    """List what is remarked of a message."""
    kind, decoded = message_of(body(message), with_words=True)
    remarks: list[str] = []
    assert kind.authored is not None
    kind.authored(decoded, remarks)
    return remarks


def part(**members: object) -> Message:
    """Give an answer of a customer as a webhook carries it."""
    usual = {"type": "conversation_part", "id": "7", "part_type": "comment", "body": "We leave.", "created_at": UPDATED}
    return {**usual, "author": CUSTOMER, "redacted": False, **members}


def talk(*parts: Message, **members: object) -> Message:
    """Give a conversation with some parts."""
    told = {"type": "conversation_part.list", "conversation_parts": list(parts), "total_count": len(parts)}
    return conversation(conversation_parts=told, **members)


def replied(*parts: Message, **members: object) -> list[str]:
    """Give the bodies of what is new in the webhook of an answer."""
    item = talk(*parts, **members)
    return [one.body for one in listed(notification("conversation.user.replied", item)) if not one.is_repeated]


def test_the_answer_of_a_webhook_is_the_customers() -> None:
    """Its id, when it was written, and its body as it came."""
    (first, answer) = listed(event("intercom_conversation_user_replied"))
    assert (answer.part, answer.at, answer.body) == ("37360000010", unix(1768032900), "Any news?")
    assert (first.part, first.at, first.body) == ("3381828792", unix(1768031789), "<p>helklo</p>")
    assert first.is_repeated
    assert answer.subject == ("intercom", "conversation", "215472621202693")


def test_the_first_message_is_told_by_the_event_of_its_conversation_and_by_each_reread() -> None:
    """It has no instant of its own: the conversation's."""
    (first, *_) = listed(event("intercom_conversation_user_created"))
    (again,) = listed(reread(talk()))
    assert (first.part, first.at, first.begins, first.is_repeated) == ("3381828792", unix(CREATED), True, False)
    assert (again.part, again.at, again.begins, again.is_repeated) == ("3381828792", unix(CREATED), True, False)


def test_a_conversation_of_the_oldest_version_is_read_alike() -> None:
    """API 1.x calls the first message otherwise, and says nothing of how it came."""
    first = {"type": "conversation_message", "id": "331", "body": "<p>Hi</p>", "author": {"type": "user", "id": "c"}}
    item = talk(part(), conversation_message=first)
    del item["source"]
    assert [one.part for one in listed(notification("conversation.user.replied", item))] == ["331", "7"]


@pytest.mark.parametrize("name", event_names())
def test_no_event_of_ours_gives_what_an_agent_wrote(name: str) -> None:
    """Of the events that are kept, customers wrote in those of conversations that they began, and no other."""
    assert {one.author for one in listed(event(name))} <= {"696205460674dbb9050aa7fd"}


OTHERS: dict[str, Message] = {
    "an admin": {"author": {"type": "admin", "id": "1"}},
    "a bot": {"author": {"type": "bot", "id": "1"}},
    "a team": {"author": {"type": "team", "id": "1"}},
    "an AI agent": {"author": {**CUSTOMER, "from_ai_agent": True}},
    "nobody": {"author": None},
    "a note": {"part_type": "note"},
    "a button": {"part_type": "quick_reply"},
    "no type": {"part_type": None},
    "no text": {"body": None},
    "blank": {"body": " "},
    "an attachment alone": {"body": None, "attachments": [{"type": "upload", "name": "leaving.pdf"}]},
    "no id": {"id": None},
    "no instant": {"created_at": None},
}


@pytest.mark.parametrize("members", OTHERS.values(), ids=OTHERS)
def test_what_is_no_message_of_a_customers_is_not_read(members: Message) -> None:
    """Only users, leads and contacts are customers; only messages are."""
    assert replied(part(**members)) == []


@pytest.mark.parametrize("kind", ["comment", "open", "assignment", "close"])
@pytest.mark.parametrize("author", ["user", "lead", "contact"])
def test_a_message_of_a_customers_is_read(kind: str, author: str) -> None:
    """An answer that opens a closed conversation is of another type than one to an open one."""
    assert replied(part(part_type=kind, author={**CUSTOMER, "type": author})) == ["We leave."]


def test_a_part_of_an_unknown_type_is_remarked_and_not_read() -> None:
    """Silence must not be good news: the operator sees that there is more."""
    item = notification("conversation.user.replied", talk(part(part_type="voice_memo")))
    assert [one for one in listed(item) if not one.begins] == []
    assert remarked(item) == ["unknown:part_type=voice_memo"]


STARTED: dict[str, Message] = {
    "by an admin": {"delivered_as": "admin_initiated", "author": {"type": "admin", "id": "1"}},
    "by an operator": {"delivered_as": "operator_initiated", "author": {"type": "bot", "id": "1"}},
    "in the name of a customer": {"delivered_as": "automated"},
}


@pytest.mark.parametrize("members", STARTED.values(), ids=STARTED)
def test_what_somebody_else_began_is_not_the_customers(members: Message) -> None:
    """Campaigns and workflows begin conversations, too."""
    begun = conversation()["source"] | members
    assert listed(reread(talk(source=begun))) == []


def test_the_subject_of_a_mail_is_no_sentence_of_the_customers() -> None:
    """It is mostly that of the mail which is answered."""
    source = conversation()["source"] | {"type": "email", "subject": "Re: Cancel your trial?"}
    assert [one.body for one in listed(reread(talk(source=source)))] == ["<p>hello</p>"]


REDACTED: dict[str, Message] = {
    "said": {"redacted": True, "body": "<p><i>This message was deleted</i></p>"},
    "older": {"redacted": None, "body": "<p><i>This message was deleted</i></p>"},
    "plain": {"redacted": False, "body": "This message was deleted"},
    "empty": {"redacted": True, "body": None},
}


@pytest.mark.parametrize("members", REDACTED.values(), ids=REDACTED)
def test_a_redacted_part_has_no_words(members: Message) -> None:
    """Intercom puts a sentence of its own in their place, in older versions of its API without another sign."""
    (one,) = listed(reread(talk(part(**members))))[1:]
    assert (one.redacted, one.body) == (True, "")


def test_the_event_of_a_redaction_redacts_its_part_and_the_first_message() -> None:
    """Whatever its body still says."""
    event = notification("conversation_part.redacted", talk(part(body="x")))
    assert [one.redacted for one in listed(event) if not one.is_repeated] == [True]
    source = conversation()["source"] | {"redacted": True, "body": "<p><i>This message was deleted</i></p>"}
    event = notification("conversation_part.redacted", talk(source=source))
    assert [(one.redacted, one.is_repeated) for one in listed(event)] == [(True, False)]


def test_an_absurdly_long_body_is_cut() -> None:
    """A picture may stand in it, letter by letter."""
    (answer,) = replied(part(body="a" * 200_000))
    assert len(answer) == 131_072


def test_parts_of_a_conversation_by_customers_are_kept_for_a_queue() -> None:
    """With what is read of them, and no address."""
    whole = talk(part(), part(id="8", author={"type": "admin"}), part(attachments=[1]))
    kept = parts_by_customers(whole)
    assert [one["id"] for one in kept] == ["7", "7"]
    assert not any("attachments" in one for one in kept)
    assert [one.part for one in listed(reread(whole | {"conversation_parts": {"conversation_parts": kept}}))] == [
        "3381828792",
        "7",
        "7",
    ]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)
MEMBERS: Sequence[str] = ("id", "source", "conversation_parts", "created_at", "type")


@settings(max_examples=60)
@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(MEMBERS, ANYTHING)),
    st.dictionaries(st.sampled_from(("id", "part_type", "author", "body", "redacted", "created_at")), ANYTHING),
)
def test_no_shape_of_a_conversation_raises(strange: Message, members: Message) -> None:
    """What is no part is none."""
    listed(notification("conversation.user.replied", talk(part(**members)) | strange))
