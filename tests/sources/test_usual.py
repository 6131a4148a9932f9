"""What is read at once is what is read member by member; and what is usual is read at once."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.demo import load_lines
from handlers.jobs.fold import read_message
from handlers.sources import messages
from handlers.sources.messages import message_of, read_usual
from handlers.sources.reading import Taken, UnreadableError
from scoring.instants import DAY
from tests.bench.load import END
from tests.messages import ACCOUNT, body, change, conversation, notification, old_conversation, reading
from tests.sources.mutations import spoiled_bytes, spoiled_trees
from tests.sources.taking import NOW, event, event_names, the_intake

LINES = list(load_lines(17, 2_000, 40))
TOLD = [line for line in LINES if line.startswith(b'{"type":"notification_event"')]
READINGS = [line for line in LINES if line.startswith(b'{"type":"looker.reading"')]
CHANGES = [line for line in LINES if b'"ChangeEventHeader"' in line]
NOTIFICATIONS = [
    notification("conversation.admin.closed", conversation()),
    notification("conversation.user.created", old_conversation()),
    *(event(name) for name in event_names() if name.startswith("intercom_")),
    *map(json.loads, {json.loads(line)["topic"]: line for line in TOLD}.values()),
]
"""One of every shape that a workspace sends, and of every topic of a stream."""

OTHERS = [
    reading(),
    {**reading(), "holes": ["2026-05-02", "2026-05-01"]},
    change("Opportunity", "UPDATE", ["StageName", "AccountId"], StageName="Closed Won", AccountId=ACCOUNT),
    change("Opportunity", "UPDATE", ["accountid", "AccountId"], AccountId=None, StageName="Closed Won"),
    change("Account", "CREATE", Name="Acme", ARR__c=477000, Champion_Since__c="2025-01-01", OwnerId="0055f000005mc66"),
    change("Payment_Record__c", "CREATE", Account__c=ACCOUNT[:15], Status__c="Failed", Payment_Date__c="2026-03-01"),
    change("Event", "UPDATE", ["IsChild", "Type"], IsChild=True, Type=None, AccountId=ACCOUNT),
    change("User", "CREATE", Name="Ada", Email="ada@example.com", IsActive=True, UserType="Standard"),
    *(event(name) for name in event_names() if name.startswith(("salesforce_", "own_looker"))),
    *map(json.loads, READINGS[:5]),
    *map(json.loads, {json.loads(line)["detail-type"]: line for line in CHANGES}.values()),
]
"""What the other quick readers are for."""

USUAL = [message for message in NOTIFICATIONS if read_usual(body(message), the_intake()) is not None]
USUAL_OTHERS = [message for message in OTHERS if read_usual(body(message), the_intake()) is not None]
ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    3.0,
    2**53,
    2**64,
    "",
    " ",
    "x",
    "X" * 300,
    "x" * 600,
    [],
    {},
    [{}],
    {"name": 1},
]


def with_care(line: bytes) -> Taken:
    """Read a message member by member."""
    kind, message = message_of(line)
    taken = kind.read(message, the_intake())
    taken.topic = kind.topic_of(message)
    return taken


def same(line: bytes) -> bool:
    """Tell whether a message is read at once, after making sure that it is then read as with care, type by type."""
    usual = read_usual(line, the_intake())
    if usual is not None:
        assert repr(usual) == repr(with_care(line))
    return usual is not None


def test_a_stream_is_read_at_once() -> None:
    """All of its notifications, readings and changes but for those that are odd, and none of its other messages."""
    usual = {line for line in LINES if same(line)}
    assert usual >= {*TOLD, *READINGS}
    assert usual - {*TOLD, *READINGS} <= {*CHANGES}
    assert len(usual & {*CHANGES}) > 0.99 * len({*CHANGES})


@pytest.mark.parametrize("message", NOTIFICATIONS, ids=lambda message: str(message["topic"]))
def test_a_real_notification_is_read_the_same(message: dict[str, object]) -> None:
    """Whichever reader it is for."""
    same(body(message))


def test_the_topics_of_conversations_are_usual() -> None:
    """What a workspace of today sends of them needs no second look."""
    assert {str(message["topic"]).partition(".")[0] for message in USUAL} == {"conversation", "conversation_part"}
    assert len(USUAL) >= 20


@pytest.mark.parametrize("message", OTHERS, ids=lambda message: str(message.get("detail-type", message.get("type"))))
def test_a_change_and_a_reading_are_read_the_same(message: dict[str, object]) -> None:
    """Whichever reader it is for."""
    same(body(message))


def test_what_salesforce_and_looker_send_is_usual() -> None:
    """Creations and updates of each object, and every reading."""
    assert len(USUAL_OTHERS) >= 15


@given(spoiled_trees(NOTIFICATIONS) | spoiled_trees(USUAL) | spoiled_bytes(USUAL))
@settings(max_examples=400)
def test_a_spoiled_notification_is_read_the_same(line: bytes) -> None:
    """Members missing, of another kind, odd, doubled, moved; bytes lost: nothing told at once differs."""
    same(line)


@given(spoiled_trees(OTHERS) | spoiled_trees(USUAL_OTHERS) | spoiled_bytes(USUAL_OTHERS))
@settings(max_examples=600)
def test_a_spoiled_change_or_reading_is_read_the_same(line: bytes) -> None:
    """Likewise."""
    same(line)


def paths(value: object, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """List the way to every member of a message, at any depth."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for step, member in steps for path in [(*here, step), *paths(member, (*here, step))]]


def replaced(message: Any, path: tuple[str | int, ...], value: object) -> bytes:  # noqa: ANN401 - JSON
    """Write a message with another value at the end of a way."""
    copy = json.loads(json.dumps(message))
    holder = copy
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return body(copy)


def renamed(message: Any, path: tuple[str | int, ...], name: str | None) -> bytes:  # noqa: ANN401 - JSON
    """Write a message with the member at the end of a way under another name, or without it."""
    copy = json.loads(json.dumps(message))
    holder = copy
    for step in path[:-1]:
        holder = holder[step]
    told = holder.pop(path[-1])
    if name is not None and isinstance(holder, dict):
        holder[name] = told
    return body(copy)


@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:12])
def test_every_member_may_be_odd(value: object) -> None:
    """Each in turn, in a notification that is read at once and has all members."""
    fullest = max(USUAL, key=lambda message: len(paths(message)))
    for path in paths(fullest):
        same(replaced(fullest, path, value))


@pytest.mark.parametrize(
    "value", [*ODD, "0015f00000abcdeAAA", "x" * 5_000, "2026-01-01", ["NAME"], "Closed won?", 10**18]
)
def test_every_member_of_the_others_may_be_odd(value: object) -> None:
    """Each in turn, of each that is read at once."""
    for message in USUAL_OTHERS:
        for path in paths(message):
            same(replaced(message, path, value))


@pytest.mark.parametrize("message", USUAL_OTHERS)
def test_a_name_in_other_capitals_or_missing_is_read_the_same(message: dict[str, object]) -> None:
    """In the record, and among the fields that changed; an envelope may be bare."""
    for path in paths(message):
        for name in ("" if isinstance(path[-1], int) else path[-1]).upper(), "Name", "name", "type", "CreatedDate":
            same(renamed(message, path, name))
        same(renamed(message, path, None))


@given(st.sampled_from([*USUAL, *USUAL_OTHERS]), st.data())
def test_two_odd_members_are_no_less_odd(message: dict[str, object], data: st.DataObject) -> None:
    """What one of them hides, the other may show."""
    ways = st.sampled_from(paths(message))
    for _ in range(2):
        message = json.loads(replaced(message, data.draw(ways), data.draw(st.sampled_from(ODD))))
        ways = st.sampled_from(paths(message)) if paths(message) else st.just(("type",))
    same(body(message))


def test_an_unknown_word_is_left_to_the_careful_reader() -> None:
    """It is remarked there."""
    item = {**conversation(), "priority": "sky-high"}
    line = body(notification("conversation.admin.closed", item))
    assert not same(line)
    assert read_message(line, the_intake(), NOW).remarks == ["unknown:conversation.priority=sky-high"]


def test_nothing_of_a_usual_message_is_taken_that_lies_ahead() -> None:
    """Both readers answer to the same clock."""
    for line in TOLD:
        with pytest.raises(UnreadableError, match="more than a day ahead"):
            read_message(line, the_intake(), END - 400 * DAY)


def test_a_fold_reads_what_is_usual_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The careful reader is not asked."""
    monkeypatch.setattr(messages, "message_of", None)
    assert all(read_message(line, the_intake(), END + 365 * DAY).statements for line in TOLD)
