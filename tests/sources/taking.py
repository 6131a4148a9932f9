"""What the tests of the sources share: the intake as it ships, the events, one message read."""

from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from msgspec import structs

from config.intake import Intake
from config.loader import load_config
from handlers.jobs.fold import read_message
from handlers.sources.reading import Taken, UnreadableError
from scoring.instants import SECOND, Instant, parse_instant
from scoring.observations import Conversation, Fields, Observation
from scoring.statements import Statement
from tests.messages import Message, body

EVENTS = Path(__file__).parents[2] / "events"
NOT_TAKEN = frozenset({"appflow_opportunity_update", "own_rescore"})
"""Events that the event queue refuses by name."""
NOW = parse_instant("2026-06-01")

S = TypeVar("S", bound=Statement)


@cache
def the_intake() -> Intake:
    """Give the intake of the figures in `config/`."""
    return load_config().intake


@cache
def event_names() -> tuple[str, ...]:
    """Name the events that are taken in."""
    return tuple(path.stem for path in sorted(EVENTS.glob("*.json")) if path.stem not in NOT_TAKEN)


@cache
def event_text(name: str) -> str:
    """Give an event as it stands in its file."""
    return (EVENTS / f"{name}.json").read_text()


def event(name: str) -> Message:
    """Give an event by the name of its file."""
    message: Message = msgspec.json.decode(event_text(name))
    return message


def take_in(message: object, now: Instant = NOW) -> Taken:
    """Read one message."""
    return read_message(body(message), the_intake(), now)


def said(message: object, kind: type[S]) -> list[S]:
    """Read one message, and give its statements of one kind."""
    return [statement for statement in take_in(message).statements if isinstance(statement, kind)]


def observation(message: object) -> Observation:
    """Read one message that makes one observation."""
    (one,) = said(message, Observation)
    return one


def snapshot(message: object) -> Conversation:
    """Read one message that makes one snapshot of a conversation, whenever it was seen."""
    content = observation(message).content
    assert isinstance(content, Conversation)
    return structs.replace(content, known_at=None)


def values(message: object) -> dict[str, object]:
    """Read one message that makes one observation of a CRM record's fields."""
    content = observation(message).content
    assert isinstance(content, Fields)
    return dict(content.values)


def refusal(message: object) -> str:
    """Give the reason for which a message cannot be read."""
    with pytest.raises(UnreadableError) as refused:
        take_in(message)
    return str(refused.value)


def unix(seconds: float) -> Instant:
    """Give the instant of a Unix time."""
    return Instant(seconds * SECOND)


def short(value: object) -> str | None:
    """Name a test's parameter by its first letters where it is long."""
    return f"{str(value)[:20]}..." if len(str(value)) > 60 else None
