"""A conversation as Intercom sends it: every member, of every API version, told or not."""

import pytest
from msgspec import structs

from scoring.account import Naming
from scoring.feeds import Heard
from scoring.instants import parse_instant
from scoring.observations import NOBODY, Conversation, Observation, Subject, Tombstone
from tests.messages import (
    CREATED,
    READ_AT,
    UPDATED,
    Message,
    agent,
    company,
    conversation,
    notification,
    old_conversation,
    reread,
    rest_conversation,
    statistics,
    tags,
)
from tests.sources.taking import event, observation, refusal, said, short, snapshot, take_in, unix

WHOLE = Conversation(
    created=unix(CREATED),
    state="closed",
    delivered_as="customer_initiated",
    priority="high",
    tags=("p1",),
    first_admin_reply=parse_instant("2026-01-10T08:00:00Z"),
    last_close=parse_instant("2026-01-10T09:06:40Z"),
    reopens=1,
    parts=14,
    agent_took_part=True,
    agent_source="workflow",
    agent_resolution="escalated",
    agent_rating=4,
    rating=2,
)
NO_STATISTICS: dict[str, object] = {"first_admin_reply": None, "last_close": None, "reopens": None, "parts": 1}
NO_AGENT: dict[str, object] = {"agent_source": None, "agent_resolution": None, "agent_rating": None}

PARTS: dict[str, dict[str, object]] = {
    "source": {"delivered_as": None},
    "tags": {"tags": ()},
    "statistics": NO_STATISTICS,
    "conversation_rating": {"rating": None},
    "ai_agent": NO_AGENT,
    "company": {},
}
"""Members that are objects, and what of the snapshot they tell."""

SCALARS: dict[str, dict[str, object]] = {
    "priority": {"priority": None},
    "ai_agent_participated": {"agent_took_part": False},
}
LISTED = {"type": "conversation_part.list", "conversation_parts": [], "total_count": 4}
STATISTICS: dict[str, dict[str, object]] = {
    "first_admin_reply_at": {"first_admin_reply": None},
    "last_close_at": {"last_close": None},
    "count_reopens": {"reopens": None},
    "count_conversation_parts": {"parts": 1},
}
AGENT: dict[str, dict[str, object]] = {
    "source_type": {"agent_source": None},
    "resolution_state": {"agent_resolution": None},
    "rating": {"agent_rating": None},
}
READ = {*PARTS, *SCALARS, "type", "id", "state", "open", "created_at", "updated_at"}
UNREAD = [name for name in conversation() if name not in READ]
NO_INSTANT: list[object] = ["", "soon", True, [], {}, -1, 0, 1e30, "0000-00-00", "20260110", "1768036000", "\0"]
NO_COUNT: list[object] = ["1", True, [], {}, -1, 1.5, 1e30, 10**4000]


def webhook(**members: object) -> Message:
    """Give a notification of a conversation with some members told otherwise."""
    return notification("conversation.admin.closed", conversation(**members))


def without(name: str) -> Message:
    """Give a notification of a conversation that lacks a member."""
    item = conversation()
    del item[name]
    return notification("conversation.admin.closed", item)


def altered(changes: dict[str, object]) -> Conversation:
    """Give the snapshot of the whole conversation with some of it told otherwise."""
    return structs.replace(WHOLE, **changes)


def test_a_whole_conversation_is_read() -> None:
    """Each member that a metric needs is in the snapshot."""
    assert snapshot(webhook()) == WHOLE


def test_the_conversation_of_the_samples_is_read_at_each_stage() -> None:
    """Created, tagged, closed, rated: the derived samples as they stand."""
    created = Conversation(unix(CREATED), "open", "customer_initiated", "none", reopens=0, parts=1)
    tagged = structs.replace(
        created,
        priority="high",
        tags=("escalation",),
        first_admin_reply=parse_instant("2026-01-10T08:00:00Z"),
        parts=3,
    )
    closed = structs.replace(WHOLE, tags=(), reopens=0, rating=None)
    rated = structs.replace(closed, rating=2)
    stages = {"user_created": created, "part_tag_created": tagged, "admin_closed": closed, "rating_added": rated}
    for name, expected in stages.items():
        assert snapshot(event(f"intercom_conversation_{name}")) == expected


@pytest.mark.parametrize("told", [1768032000, 1768032000.0, "2026-01-10T08:00:00.000Z", "2026-01-10T09:00:00+01:00"])
def test_both_forms_of_dates_are_one(told: object) -> None:
    """Webhooks write statistics in ISO 8601, REST in Unix seconds."""
    assert snapshot(webhook(statistics=statistics(first_admin_reply_at=told))) == WHOLE


@pytest.mark.parametrize("told", [CREATED, float(CREATED), "2026-01-10T07:56:29.000Z", "2026-01-10T07:56:29"])
def test_a_conversations_own_dates_may_be_either_too(told: object) -> None:
    """A document that says one form does not bind the sender."""
    assert snapshot(webhook(created_at=told)) == WHOLE


@pytest.mark.parametrize("word", ["priority", "not_priority", "none", "low", "medium", "high", "urgent"])
def test_both_generations_of_priority_are_known(word: str) -> None:
    """Up to 2.15 a yes or no, from 2.16 five words."""
    taken = take_in(webhook(priority=word))
    assert snapshot(webhook(priority=word.upper())) == structs.replace(WHOLE, priority=word)
    assert taken.remarks == []


@pytest.mark.parametrize(
    "word",
    [
        "assumed_resolution",
        "confirmed_resolution",
        "routed_to_team",
        "abandoned",
        "escalated",
        "negative_feedback",
        "procedure_handoff",
    ],
)
def test_both_generations_of_resolution_are_known(word: str) -> None:
    """The words changed with API 2.15."""
    message = webhook(ai_agent=agent(resolution_state=word))
    assert snapshot(message).agent_resolution == word
    assert take_in(message).remarks == []


@pytest.mark.parametrize(
    ("members", "remark"),
    [
        ({"state": "archived"}, "unknown:conversation.state=archived"),
        ({"priority": "Blocker"}, "unknown:conversation.priority=blocker"),
        ({"source": {"delivered_as": "by_owl"}}, "unknown:conversation.delivered_as=by_owl"),
        ({"ai_agent": agent(source_type="dream")}, "unknown:conversation.agent_source=dream"),
        ({"ai_agent": agent(resolution_state="sulked")}, "unknown:conversation.agent_resolution=sulked"),
    ],
)
def test_an_unheard_of_word_is_kept_and_remarked(members: Message, remark: str) -> None:
    """A new enum value is counted and reported, and the rest used."""
    taken = take_in(webhook(**members))
    (_, seen, _) = taken.statements
    assert isinstance(seen, Observation)
    assert isinstance(seen.content, Conversation)
    assert remark.partition("=")[2] in (
        seen.content.state,
        seen.content.priority,
        seen.content.delivered_as,
        seen.content.agent_source,
        seen.content.agent_resolution,
    )
    assert taken.remarks == [remark]


@pytest.mark.parametrize("name", [*PARTS, *SCALARS])
def test_a_null_or_absent_member_is_unknown(name: str) -> None:
    """Each nullable member in turn: nothing is made up, nothing is remarked, the rest stands."""
    expected = altered({**PARTS, **SCALARS}[name])
    assert snapshot(webhook(**{name: None})) == snapshot(without(name)) == expected
    assert take_in(webhook(**{name: None})).remarks == take_in(without(name)).remarks == []


@pytest.mark.parametrize("name", ["source", "tags", "statistics", "conversation_rating", "ai_agent", "company"])
def test_an_empty_object_is_unknown(name: str) -> None:
    """Older versions send `conversation_rating: {}`."""
    assert snapshot(webhook(**{name: {}})) == altered(PARTS[name])
    assert take_in(webhook(**{name: {}})).remarks == []


@pytest.mark.parametrize("name", STATISTICS)
def test_a_null_or_absent_statistic_is_unknown(name: str) -> None:
    """Every member of the statistics may be null."""
    told = statistics()
    del told[name]
    expected = altered(STATISTICS[name])
    assert snapshot(webhook(statistics=statistics(**{name: None}))) == snapshot(webhook(statistics=told)) == expected


@pytest.mark.parametrize("told", [None, {}, statistics(count_conversation_parts=None)])
def test_parts_that_are_not_counted_are_those_listed(told: object) -> None:
    """A conversation over REST may have no statistics; a webhook lists only the part that set it off."""
    assert snapshot(webhook(statistics=told, conversation_parts=LISTED)).parts == 4
    assert snapshot(webhook(statistics=statistics(), conversation_parts=LISTED)).parts == 14


@pytest.mark.parametrize(
    "listed", [None, [], "text", {}, {"total_count": None}, {"total_count": "4"}, {"total_count": -1}]
)
def test_parts_that_are_neither_counted_nor_listed_are_unknown(listed: object) -> None:
    """The list is a makeshift: nothing is remarked of it."""
    message = webhook(statistics=None, conversation_parts=listed)
    assert snapshot(message).parts is None
    assert take_in(message).remarks == []


@pytest.mark.parametrize("name", AGENT)
def test_a_null_or_absent_word_of_the_agent_is_unknown(name: str) -> None:
    """An answer that was not rated, a resolution still open."""
    told = agent()
    del told[name]
    expected = altered(AGENT[name])
    assert snapshot(webhook(ai_agent=agent(**{name: None}))) == snapshot(webhook(ai_agent=told)) == expected


@pytest.mark.parametrize("name", UNREAD)
@pytest.mark.parametrize("value", [None, True, [], {}, "text", -1])
def test_what_no_metric_needs_may_be_anything(name: str, value: object) -> None:
    """A member that is not read cannot spoil the event."""
    assert snapshot(webhook(**{name: value})) == WHOLE
    assert take_in(webhook(**{name: value})).remarks == []


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("value", ["text", 7, True, [], ["p1"]])
def test_a_part_that_is_no_object_is_dropped_by_name(name: str, value: object) -> None:
    """The rest stands on its own."""
    assert snapshot(webhook(**{name: value})) == altered(PARTS[name])
    assert take_in(webhook(**{name: value})).remarks == [f"dropped:{name}"]


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name in STATISTICS for value in (NO_INSTANT if name.endswith("_at") else NO_COUNT)],
    ids=short,
)
def test_a_statistic_that_is_no_value_of_its_field_is_dropped_by_name(name: str, value: object) -> None:
    """A count is a whole number, an instant is one that a calendar knows."""
    message = webhook(statistics=statistics(**{name: value}))
    assert snapshot(message) == altered(STATISTICS[name])
    assert take_in(message).remarks == [f"dropped:{name}"]


@pytest.mark.parametrize("value", [0, 6, -1, 4.5, "4", True, [], {}, 1e300])
def test_a_rating_that_is_none_is_dropped_by_name(value: object) -> None:
    """Ratings are 1 to 5."""
    message = webhook(conversation_rating={"rating": value}, ai_agent=agent(rating=value))
    assert snapshot(message) == structs.replace(WHOLE, rating=None, agent_rating=None)
    assert take_in(message).remarks == ["dropped:rating", "dropped:rating"]


@pytest.mark.parametrize("name", ["priority", "state"])
@pytest.mark.parametrize("value", [True, 7, [], {}, "x" * 256], ids=short)
def test_a_word_that_is_none_is_dropped_by_name(name: str, value: object) -> None:
    """An enum value is a short text."""
    message = webhook(**{name: value})
    assert snapshot(message) == altered({name: None})
    assert take_in(message).remarks == [f"dropped:{name}"]


@pytest.mark.parametrize("value", [0, 1, "true", [], {}])
def test_taking_part_is_told_by_a_boolean_alone(value: object) -> None:
    """Anything else is dropped by name."""
    message = webhook(ai_agent_participated=value)
    assert snapshot(message) == structs.replace(WHOLE, agent_took_part=False)
    assert take_in(message).remarks == ["dropped:ai_agent_participated"]


def test_tags_are_lower_case_sorted_and_once() -> None:
    """Order and repetition of tags say nothing."""
    assert snapshot(webhook(tags=tags("Urgent", "P1", "urgent"))).tags == ("p1", "urgent")


@pytest.mark.parametrize(
    "unread", ["p1", 7, None, [], {}, {"type": "tag", "id": "1"}, {"name": 7}, {"name": ["p1"]}, {"name": "x" * 256}]
)
def test_a_tag_that_cannot_be_read_is_dropped_by_name(unread: object) -> None:
    """The other tags stand."""
    message = webhook(tags={"type": "tag.list", "tags": [{"name": "vip"}, unread, {"name": "p2"}]})
    assert snapshot(message).tags == ("p2", "vip")
    assert take_in(message).remarks == ["dropped:tags"]


@pytest.mark.parametrize("listed", ["p1", 7, {"name": "p1"}, True])
def test_tags_that_are_no_list_are_dropped_by_name(listed: object) -> None:
    """Nothing is guessed from another shape."""
    message = webhook(tags={"type": "tag.list", "tags": listed})
    assert snapshot(message).tags == ()
    assert take_in(message).remarks == ["dropped:tags"]


def test_the_shape_of_api_1_is_read() -> None:
    """It has no state but `open`, no statistics, and tells the tags of the last part apart."""
    message = notification("conversation.user.created", old_conversation())
    expected = Conversation(unix(CREATED), state="open", tags=("billing", "p1"), parts=0)
    seen = observation(message)
    assert (seen.subject, seen.at, seen.owner) == (Subject("intercom", "conversation", "147"), unix(UPDATED), None)
    assert snapshot(message) == expected
    assert take_in(message).remarks == []
    assert snapshot(notification("conversation.admin.closed", old_conversation(open=False))).state == "closed"


@pytest.mark.parametrize(
    ("open_", "state"), [(True, "closed"), (True, "snoozed"), (False, "open"), (None, "open"), ("yes", "open")]
)
def test_the_state_is_believed_before_open(open_: object, state: str) -> None:
    """`open` is true for a snoozed conversation too."""
    message = webhook(open=open_, state=state)
    assert snapshot(message).state == state
    assert take_in(message).remarks == []


def test_a_conversation_that_tells_neither_state_nor_open_is_of_unknown_state() -> None:
    """It is neither open nor closed."""
    assert snapshot(webhook(open=None, state=None)).state is None
    assert take_in(webhook(open="yes", state=None)).remarks == ["dropped:open"]


@pytest.mark.parametrize(
    ("members", "ids"),
    [
        ({}, ("blue-sun", "6961d175205cf6a4438f0c21")),
        ({"company_id": " blue-sun "}, ("blue-sun", "6961d175205cf6a4438f0c21")),
        ({"company_id": ""}, ("6961d175205cf6a4438f0c21",)),
        ({"company_id": None}, ("6961d175205cf6a4438f0c21",)),
        ({"company_id": 6}, ("6", "6961d175205cf6a4438f0c21")),
        ({"company_id": 6.0}, ("6", "6961d175205cf6a4438f0c21")),
        ({"company_id": 2**63}, (str(2**63), "6961d175205cf6a4438f0c21")),
        ({"company_id": "6", "id": 6}, ("6",)),
        ({"id": None}, ("blue-sun",)),
        ({"id": ""}, ("blue-sun",)),
        ({"id": 4711}, ("blue-sun", "4711")),
    ],
)
def test_a_company_goes_by_the_id_that_its_own_systems_set(members: Message, ids: tuple[str, ...]) -> None:
    """Without it Intercom's own id is the owner's key; both are the same owner."""
    message = webhook(company=company(**members))
    assert observation(message).owner == ids[0]
    assert [naming.ids for naming in said(message, Naming)] == [ids]
    assert take_in(message).remarks == []


def test_a_company_without_company_id_goes_by_its_own_id() -> None:
    """A key that is absent is no key that is empty."""
    told = company()
    del told["company_id"]
    assert observation(webhook(company=told)).owner == "6961d175205cf6a4438f0c21"


@pytest.mark.parametrize("given", ["   ", [], {}, True, 1.5, "x" * 300, "a\0b", 10**4000], ids=short)
def test_a_company_id_that_is_none_is_dropped_by_name(given: object) -> None:
    """Intercom's own id stands in."""
    message = webhook(company=company(company_id=given))
    assert observation(message).owner == "6961d175205cf6a4438f0c21"
    assert take_in(message).remarks == ["dropped:company_id"]


@pytest.mark.parametrize("told", [{}, {"name": "Blue Sun"}, {"company_id": "", "id": None}])
def test_a_conversation_of_no_company_is_kept_without_an_owner(told: object) -> None:
    """It is unattributed until the sweep finds out."""
    message = webhook(company=told)
    assert observation(message).owner is None
    assert said(message, Naming) == []
    assert snapshot(message) == WHOLE


def test_an_empty_company_takes_the_owner_away_and_one_left_out_says_nothing() -> None:
    """From API 2.15 on a conversation says that it has no company; before, it says nothing of one."""
    assert observation(webhook(company=None)).owner == NOBODY
    assert observation(without("company")).owner is None
    assert said(webhook(company=None), Naming) == []


def test_a_company_that_the_sweep_resolved_is_marked_as_ours() -> None:
    """The conversation names none itself."""
    seen = observation(reread(rest_conversation(company=None), company_id="acme"))
    assert (seen.owner, isinstance(seen.content, Conversation) and seen.content.resolved) == ("acme", True)


def test_a_snapshot_is_known_since_it_was_first_sent_or_read() -> None:
    """Its first sending, else the notification's creation; a re-read's own instant."""
    sent = unix(UPDATED + 7)
    message = webhook() | {"created_at": UPDATED + 3}
    assert observation(message | {"first_sent_at": UPDATED + 7}).known_at == sent
    assert observation(message | {"first_sent_at": None}).known_at == unix(UPDATED + 3)
    assert observation(reread(rest_conversation())).known_at == parse_instant(READ_AT)


def test_a_snapshot_seen_at_its_own_instant_is_stored_as_before() -> None:
    """Nothing is written down that follows from the rest."""
    seen = observation(webhook() | {"created_at": UPDATED, "first_sent_at": UPDATED})
    assert isinstance(seen.content, Conversation)
    assert seen.content.known_at is None
    assert seen.known_at == unix(UPDATED)


GREETING = {"type": "conversation", "delivered_as": "operator_initiated"}


def test_of_a_conversation_that_a_greeting_opened_it_is_read_when_the_customer_wrote() -> None:
    """The contact's first reply, else the statistics of it."""
    reply = {"created_at": CREATED + 60, "type": "conversation"}
    by_reply = webhook(source=GREETING, first_contact_reply=reply)
    by_statistics = webhook(
        source=GREETING, first_contact_reply=None, statistics=statistics(first_contact_reply_at=CREATED + 90)
    )
    nobody = webhook(source=GREETING, first_contact_reply=None, statistics=statistics(first_contact_reply_at=None))
    told = [snapshot(message).customer_wrote for message in (by_reply, by_statistics, nobody)]
    assert told == [unix(CREATED + 60), unix(CREATED + 90), None]


def merged(**part: object) -> Message:
    """Give a conversation that bears a part of a merge."""
    parts = {"type": "conversation_part.list", "total_count": 1, "conversation_parts": [part]}
    return webhook(conversation_parts=parts)


def test_a_conversation_merged_into_another_is_hidden_from_the_merge_on() -> None:
    """A part says so, where parts are given; else the attribute that Intercom sets on a closed one."""
    message = merged(type="conversation_part", part_type="merged_secondary_conversation", created_at=UPDATED - 5)
    assert [(o.at, o.content) for o in said(message, Observation)][1:] == [(unix(UPDATED - 5), Tombstone(merged=True))]
    for told in (True, "true", "True"):
        message = webhook(state="closed", custom_attributes={"Merged": told})
        assert [(o.at, o.content) for o in said(message, Observation)][1:] == [(unix(UPDATED), Tombstone(merged=True))]


@pytest.mark.parametrize(
    "members",
    [
        {"state": "open", "custom_attributes": {"Merged": True}},
        {"state": "closed", "custom_attributes": {"Merged": "no"}},
        {"conversation_parts": {"conversation_parts": [{"part_type": "merged_primary_conversation"}, None, 7]}},
        {"conversation_parts": {"conversation_parts": 7}},
    ],
)
def test_the_conversation_that_goes_on_is_not_hidden(members: dict[str, object]) -> None:
    """The one that others were merged into, and whatever says something else."""
    assert len(said(webhook(**members), Observation)) == 1


@pytest.mark.parametrize("name", [None, "", "   "])
def test_a_blank_name_is_none(name: object) -> None:
    """An empty name does not overwrite one that was known."""
    assert [naming.name for naming in said(webhook(company=company(name=name)), Naming)] == [None]


def test_an_id_may_be_a_number() -> None:
    """The same conversation is one subject, whichever way its id is written."""
    ids = ["215472621202693", 215472621202693, 215472621202693.0]
    assert {observation(webhook(id=given)).subject.id for given in ids} == {"215472621202693"}


@pytest.mark.parametrize("name", ["created_at", "updated_at"])
@pytest.mark.parametrize("value", [None, *NO_INSTANT])
def test_a_conversation_without_its_instants_is_refused_by_name(name: str, value: object) -> None:
    """There is nothing to say without knowing from when on."""
    assert refusal(webhook(**{name: value})).startswith(f"{name} is ")
    assert refusal(without(name)) == f"{name} is missing"


@pytest.mark.parametrize("value", [None, "", "  ", True, [], {}, 1.5, "\0", "x" * 256], ids=short)
def test_a_conversation_without_an_id_is_refused_by_name(value: object) -> None:
    """There is nothing to say without knowing of what."""
    assert refusal(webhook(id=value)).startswith("id is ")
    assert refusal(without("id")) == "id is missing"


@pytest.mark.parametrize("told", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-00:01", 253402300800, 1e18])
def test_an_instant_that_no_calendar_knows_is_refused(told: object) -> None:
    """What could not be written as a date again is not taken in."""
    assert refusal(webhook(updated_at=told)).startswith("updated_at is ")


def test_a_conversation_may_leave_out_its_type() -> None:
    """The topic has said it."""
    assert snapshot(without("type")) == snapshot(webhook(type=None)) == WHOLE


def test_a_conversation_read_again_over_rest_is_the_same() -> None:
    """Both shapes give one snapshot; REST names no company."""
    message = reread(rest_conversation())
    heard, seen = take_in(message).statements
    assert heard == Heard("intercom", parse_instant(READ_AT))
    assert isinstance(seen, Observation)
    assert (seen.subject, seen.at, seen.owner) == (observation(webhook()).subject, unix(UPDATED), None)
    assert snapshot(message) == snapshot(webhook())


def test_the_rest_example_of_the_specification_is_read() -> None:
    """Nulls wherever the specification allows them."""
    message = event("own_intercom_conversation")
    assert snapshot(message) == Conversation(
        unix(1734537511), "closed", "admin_initiated", "none", ("test tag",), parts=4
    )
    assert take_in(message).remarks == []


def test_the_company_that_the_sweep_found_is_the_owner() -> None:
    """It is named by the one id that the sweep gives."""
    message = reread(rest_conversation(), company_id="blue-sun")
    assert observation(message).owner == "blue-sun"
    assert said(message, Naming) == [Naming("intercom", ("blue-sun",), unix(UPDATED))]


def test_a_conversations_own_company_goes_before_the_one_that_the_sweep_found() -> None:
    """What the conversation says is no guess."""
    message = reread(conversation(), company_id="other")
    assert observation(message).owner == "blue-sun"


@pytest.mark.parametrize("company_id", ["", [], True])
def test_a_found_company_that_is_none_is_dropped_by_name(company_id: object) -> None:
    """The conversation stays unattributed."""
    message = reread(rest_conversation(), company_id=company_id)
    assert observation(message).owner is None
    assert take_in(message).remarks == ["dropped:company_id"]


@pytest.mark.parametrize("item", [None, [], "text", 7])
def test_a_reread_without_a_conversation_is_refused(item: object) -> None:
    """It says what is missing."""
    assert refusal(reread(item)).startswith("conversation is ")


@pytest.mark.parametrize("read_at", [1778220000, 1778220000000, "2026-05-08T06:00:00Z"])
def test_our_own_instants_may_be_seconds_milliseconds_or_text(read_at: object) -> None:
    """Their size tells them apart."""
    assert said(reread(rest_conversation(), read_at=read_at), Heard) == [Heard("intercom", parse_instant(READ_AT))]


def test_a_reread_without_its_instant_is_used_all_the_same() -> None:
    """The conversation says itself from when on it is so."""
    assert said(reread(rest_conversation(), read_at=None), Heard) == []
    assert snapshot(reread(rest_conversation(), read_at=None)) == WHOLE
