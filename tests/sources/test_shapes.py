"""What is decoded of a message is all that is read of it."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given

from handlers.sources.messages import KINDS, kind_of, message_of
from handlers.sources.reading import UnreadableError
from tests.messages import UPDATED, body, conversation, notification
from tests.sources.mutations import BASES, spoiled_trees
from tests.sources.taking import the_intake


def decode(line: bytes) -> dict[str, object]:
    """Decode what is read of a message."""
    return dict(message_of(line)[1])


def narrowed(whole: object, part: object) -> bool:
    """Tell whether a value is another one with members left out."""
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(name in whole and narrowed(whole[name], member) for name, member in part.items())
    if isinstance(whole, list) and isinstance(part, list):
        return len(whole) == len(part) and all(map(narrowed, whole, part))
    return whole == part and type(whole) is type(part)


@pytest.mark.parametrize("message", BASES, ids=lambda message: str(message.get("topic", message.get("type"))))
def test_what_is_decoded_is_a_part_of_the_message(message: dict[str, object]) -> None:
    """Nothing is changed on the way."""
    assert narrowed(message, decode(json.dumps(message).encode()))


@given(spoiled_trees())
def test_a_spoiled_message_is_decoded_in_part_or_whole(line: bytes) -> None:
    """What can be decoded whole can be decoded in part, to the same values."""
    try:
        whole = msgspec.json.decode(line)
        decoded = decode(line)
    except (msgspec.DecodeError, UnreadableError):
        assume(False)
    assert narrowed(whole, decoded)


class Watched(dict[str, object]):
    """A message that knows which of its members were asked for."""

    def __init__(self, members: dict[str, object], path: str, asked: set[str]) -> None:
        """Watch a message and all objects in it."""
        watched = {
            name: Watched(member, f"{path}.{name}", asked) if isinstance(member, dict) else member
            for name, member in members.items()
        }
        super().__init__(watched)
        self.path, self.asked = path, asked

    def get(self, name: str, default: object = None) -> object:
        """Give a member, and note that it was asked for."""
        self.asked.add(f"{self.path}.{name}")
        return super().get(name, default)


@pytest.mark.parametrize("message", [m for m in BASES if "detail" not in m])
def test_every_member_that_a_reader_asks_for_is_decoded(message: dict[str, object]) -> None:
    """A member forgotten in the shapes would be read as absent."""
    asked: set[str] = set()
    with suppress(UnreadableError):
        kind_of(message).read(Watched(message, "", asked), the_intake())
    decoded = decode(json.dumps(message).encode())
    for path in asked:
        whole, part = member(message, path), member(decoded, path)
        assert whole is None or part is not None, path


def member(value: object, path: str) -> object:
    """Give a member by its path; None where there is none."""
    for name in path.split(".")[1:]:
        value = value.get(name) if isinstance(value, dict) else None
    return value


WORLD = sorted((Path(__file__).parents[1] / "cases" / "world").glob("*/events.jsonl"))


@pytest.mark.parametrize("path", WORLD, ids=lambda path: path.parent.name)
def test_what_is_decoded_says_the_same_as_the_whole_message(path: Path) -> None:
    """Members of lists too: the parts of a merge, the customer's first reply."""
    for line in path.read_bytes().splitlines():
        decoded, whole = decode(line), json.loads(line)
        read = kind_of(whole).read
        assert read(decoded, the_intake()) == read(whole, the_intake())


def test_the_members_that_a_conversation_is_read_by_are_decoded() -> None:
    """A merge by its part, or by its attribute; when the customer first wrote; when it was sent."""
    part = {"part_type": "merged_secondary_conversation", "created_at": 5, "body": "x"}
    item = conversation(
        conversation_parts={"conversation_parts": [part]},
        custom_attributes={"Merged": True, "Copilot used": False},
        first_contact_reply={"created_at": 7, "type": "conversation"},
    )
    decoded = decode(body(notification("conversation.user.created", item)))
    assert member(decoded, ".first_sent_at") == UPDATED + 1
    assert member(decoded, ".data.item.conversation_parts.conversation_parts") == [
        {"part_type": "merged_secondary_conversation", "created_at": 5}
    ]
    assert member(decoded, ".data.item.custom_attributes") == {"Merged": True}
    assert member(decoded, ".data.item.first_contact_reply") == {"created_at": 7}
    assert member(decoded, ".data.item.statistics.first_contact_reply_at") is not None


def test_no_member_is_lost_of_a_kind_that_names_none() -> None:
    """A new reader without a shape sees the whole message; one with a shape sees no less than it asks for."""
    for kind in KINDS:
        message = {"type": kind.type or f"{kind.type_begins}x", "source": kind.source_begins or None, "new": [1]}
        line = body({name: value for name, value in message.items() if value})
        assert ("new" in kind.decode(line)) == (kind.shape is Any)  # type: ignore[operator]
