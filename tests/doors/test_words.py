"""Fold with words on: what customers write is read beside the events, counted, and never said."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handlers.clock import now
from handlers.fold import handler
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.store import DynamoStore
from scoring.instants import format_instant
from scoring.observations import Message, Observation, Subject
from tests.doors.clouds import PREFIX, Cloud, Context, delivered, emf
from tests.messages import CREATED, company, conversation, notification, reread
from tests.messages import Message as Json

LEAVES = "We would like to cancel our subscription, says Ana Schmidt."
Lines = Callable[[], list[dict[str, Any]]]


def talk(text: str, name: str = "1") -> Json:
    """Give a conversation of a hotel in which a customer wrote a text, read again."""
    told = company(id="own-0", company_id="hotel-0", name="Hotel 0")
    source = conversation()["source"] | {"body": f"<p>{text}</p>"}
    return reread(conversation(id=name, company=told, source=source), read_at=format_instant(now()))


def messages(name: str = "1") -> list[Observation]:
    """Give what is stored of customers' messages in a conversation."""
    store = DynamoStore(connect(), PREFIX, now, calls_at_once=1)
    (fact,) = store.facts_of([Subject("intercom", "conversation", name)])
    return [one for one in fact.observations if isinstance(one.content, Message)]


def counted(lines: list[dict[str, Any]]) -> dict[str, float]:
    """Sum the metrics of words."""
    return {name: value for name, _, value in emf(lines) if name.startswith("Words")}


def test_a_message_is_folded_beside_its_event(cloud: Cloud, words_on: Callable[[], None], output: Lines) -> None:
    """With a redacted quote; its text is in no item, line or request."""
    words_on()
    output()
    handler(delivered([talk(LEAVES), talk("Ordem de trabalho", "2")]), Context())
    (one,) = messages()
    assert isinstance(one.content, Message)
    assert one.at == CREATED * 1_000_000
    assert [found.category for found in one.content.findings] == ["cancellation"]
    lines = output()
    assert counted(lines) == {}
    everywhere = json.dumps(lines) + str(cloud.sent("rescores")) + str(one) + str(cloud.items(f"{PREFIX}-facts"))
    assert [word for word in ("Schmidt", "would like to", "Ordem") if word in json.dumps(lines)] == []
    assert "Schmidt" not in everywhere


def test_a_language_without_rules_is_counted(cloud: Cloud, words_on: Callable[[], None], output: Lines) -> None:
    """Nothing is said of it, and that is told."""
    words_on()
    output()
    handler(delivered([talk("Odota hetki, tulostin on rikki edelleen.")]), Context())
    assert [line["language_unknown"] for line in output() if line.get("message") == "folded"] == [1]
    assert cloud.waiting("events-dead") == []
    assert [one.content.language for one in messages() if isinstance(one.content, Message)] == [None]


def test_figures_that_cannot_be_read_stop_no_event(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, restarted: Callable[[], None], output: Lines
) -> None:
    """Without its phrases the detector reads nothing; the event is folded, and each message is counted."""
    (tmp_path / "phrases").mkdir()
    for path in Path("config").glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text().replace("detector: off", "detector: rules"))
    monkeypatch.setenv("HEALTHSCORE_CONFIG", str(tmp_path))
    restarted()
    output()
    assert handler(delivered([talk(LEAVES)]), Context()) == {"batchItemFailures": []}
    assert messages() == []
    assert cloud.waiting("events-dead") == []
    lines = output()
    assert counted(lines)["WordsFailed"] == 1
    told = [line for line in lines if line.get("message") == "what a customer wrote could not be read"]
    assert [line["error"].partition(" ")[0] for line in told] == ["ConfigError"]


def test_off_says_nothing_of_words(cloud: Cloud, output: Lines) -> None:
    """As it ships: no metric of words, no message."""
    output()
    handler(delivered([talk(LEAVES), notification("ping", {})]), Context())
    assert counted(output()) == {}
    assert messages() == []
    assert cloud.waiting("events-dead") == []
