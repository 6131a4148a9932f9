"""`ingest` and `replay` with words on: what customers write is read like any other event, and never said."""

import json
import shutil
from pathlib import Path

import pytest

from config.loader import DEFAULT_DIRECTORY
from handlers.cloud.queue import MOST_BYTES, Outgoing, Queue
from handlers.cloud.sending import sending
from handlers.sources.messages import message_of
from tests.calling import Called, call
from tests.messages import body, conversation, notification, reread

LEAVES = "We would like to cancel our subscription, says Ana Schmidt."


def part(text: str, number: int = 7) -> dict[str, object]:
    """Give an answer of a customer."""
    author = {"type": "user", "id": "c"}
    told = {"type": "conversation_part", "id": str(number), "part_type": "comment", "created_at": 1768036000}
    return {**told, "body": text, "author": author, "redacted": False}


def talk(*texts: str) -> dict[str, object]:
    """Give a conversation in which a customer wrote some texts."""
    parts = [part(text, number) for number, text in enumerate(texts)]
    return conversation(conversation_parts={"conversation_parts": parts, "total_count": len(parts)})


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    shutil.copytree(DEFAULT_DIRECTORY, tmp_path / "config")
    words = tmp_path / "config/words.yaml"
    words.write_text(words.read_text().replace("detector: off", "detector: rules"))
    texts = [LEAVES, "Odota hetki, tulostin on rikki edelleen."]
    lines = [body(notification("conversation.user.replied", talk(text))) for text in texts]
    (tmp_path / "events.jsonl").write_bytes(b"\n".join(lines))
    return tmp_path


def ingested(folder: Path, config: str) -> Called:
    """Ingest the events by a folder of figures."""
    store = f"sqlite:///{folder / 'store.db'}"
    return call("--config", config, "--store", store, "ingest", "events.jsonl", folder=folder)


def test_what_no_rules_can_read_is_told_and_no_text_is(folder: Path) -> None:
    """One line on stderr, and in the summary; nothing of what was written."""
    came = ingested(folder, "config")
    assert came.returncode == 0
    summary = json.loads(came.stdout)
    assert summary["remarks"] == {"words:language_unknown": 1}
    assert (summary["messages"], summary["observations"]) == (2, 4)
    assert b"words:language_unknown" in came.stderr
    everywhere = came.stdout + came.stderr + (folder / "store.db").read_bytes()
    assert [word for word in (b"Schmidt", b"tulostin") if word in everywhere] == []


def test_as_it_ships_nothing_is_read(folder: Path) -> None:
    """No message, no remark."""
    summary = json.loads(ingested(folder, str(DEFAULT_DIRECTORY)).stdout)
    assert (summary["observations"], summary["remarks"]) == (2, {})


class Kept(Queue):
    """A queue that keeps what it is sent."""

    def __init__(self) -> None:
        """Begin empty."""
        self.kept: list[Outgoing] = []

    def send_all(self, messages: list[Outgoing]) -> list[Outgoing]:  # type: ignore[override]
        """Take all."""
        self.kept += messages
        return []


@pytest.mark.parametrize("size", [10, MOST_BYTES // 4, MOST_BYTES // 2])
def test_a_conversation_fits_the_queue_with_as_much_as_fits(size: int) -> None:
    """All of it, or what is read of it, or that without what was written: never more than a queue takes."""
    texts = ["a" * size, "b" * size]
    queue, message = Kept(), reread(talk(*texts) | {"custom_attributes": {"x": "y" * MOST_BYTES}})
    (tally,) = sending(queue, with_words=True)([body(message)], "intercom/all")
    (sent,) = queue.kept
    assert tally.messages == 1
    assert sent.size <= MOST_BYTES
    assert ("aaaaaaaaaa" in sent.body) == (size < MOST_BYTES // 2)
    kind, _ = message_of(sent.body.encode())
    assert kind.type == "intercom.conversation"
