"""What the tests of the sources share: the intake as it ships, the samples, one message read."""

from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest

from config.intake import Intake
from config.loader import load_config
from handlers.fold import read_message
from handlers.sources.reading import Taken, UnreadableError
from scoring.instants import SECOND, Instant, parse_instant
from scoring.observations import Conversation, Fields, Observation
from scoring.statements import Statement
from tests.messages import Message, body

SAMPLES = Path(__file__).parent / "samples"
NOW = parse_instant("2026-06-01")

S = TypeVar("S", bound=Statement)


@cache
def the_intake() -> Intake:
    """Give the intake of the figures in `config/`."""
    return load_config().intake


@cache
def sample_names() -> tuple[str, ...]:
    """Name the samples that are queue bodies."""
    others = ("intercom_rest_get_conversation.openapi_2_16", "intercom_signature_vectors.derived")
    return tuple(path.stem for path in sorted(SAMPLES.glob("*.json")) if path.stem not in others)


def sample(name: str) -> Message:
    """Give a sample by the name of its file."""
    message: Message = msgspec.json.decode((SAMPLES / f"{name}.json").read_bytes())
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
    """Read one message that makes one snapshot of a conversation."""
    content = observation(message).content
    assert isinstance(content, Conversation)
    return content


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
    return int(seconds * SECOND)
