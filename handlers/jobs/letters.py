"""Dead letters: messages that could not be read, wherever they are kept; and how a message says what it is."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from config.source import SOURCES
from scoring.instants import SECOND, Instant, parse_instant

_STAMPS = ("read_at", "pulled_at", "at", "time", "created_at", "date")
_LATEST_SECONDS = 32_503_680_000
_BY_TYPE = {"notification_event": "intercom", "zen": "zendesk"}


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter: `place` says where it stands, `at` when it was sent; `source` is None where nothing tells it.

    One that cannot be retried is a report, and no message.
    """

    id: str
    place: str
    reason: str
    body: str
    source: str | None = None
    at: Instant | None = None
    can_retry: bool = True


@dataclass(frozen=True, slots=True)
class Box:
    """Dead letters as they stand; there may be more than are given."""

    letters: Sequence[Letter]
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class Retried:
    """What came of a retry: so many were taken in, or sent on (`is_sent`) to be taken in; so many stay."""

    done: int
    stays: int = 0
    is_sent: bool = False
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Purged:
    """So many letters of somebody went, or would go; `trouble` says what to do where there may be more."""

    gone: int
    trouble: str | None = None


class DeadLetters(Protocol):
    """Where dead letters are kept."""

    @property
    def place(self) -> str:
        """Say where they are."""

    def count(self) -> int:
        """Count them, as nearly as the place can tell without reading them."""

    def box(self) -> Box:
        """Give the letters."""

    def retry(self, wanted: Collection[str] | None) -> Retried:
        """Take letters in again by their ids (None: all of them); what fails again stays, with its new reason."""

    def drop(self, wanted: Collection[str]) -> Sequence[Letter]:
        """Take letters out for good; gives those that were."""

    def purge(self, is_theirs: Callable[[Letter], bool], *, write: bool) -> Purged:
        """Take the letters of somebody out for good, or without `write` only count them."""


def told_by(body: str) -> tuple[str | None, Instant | None]:
    """Say which source a message is of, and of which instant, as far as it tells."""
    try:
        read = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return None, None
    return (_source(read), _instant(read)) if isinstance(read, dict) else (None, None)


def error_of(body: str) -> str:
    """Say why a call failed, by the report that AWS makes of it; empty where the body is none."""
    try:
        said = msgspec.json.decode(body, type=_Report).said
    except (msgspec.DecodeError, RecursionError):
        return ""
    return ": ".join(part for part in (said.kind, said.message) if part)[:_LONGEST_ERROR]


class _Said(msgspec.Struct):
    kind: str = msgspec.field(name="errorType", default="")
    message: str = msgspec.field(name="errorMessage", default="")


class _Report(msgspec.Struct):
    said: _Said = msgspec.field(name="responsePayload")


_LONGEST_ERROR = 500


def _source(message: Mapping[str, Any]) -> str | None:
    said = [str(message.get(name, "")) for name in ("source", "type")]
    words = {word for text in said for word in text.replace(":", ".").replace("/", ".").split(".")}
    known = [name for name in SOURCES if name in words]
    return known[0] if known else next((name for word, name in _BY_TYPE.items() if word in words), None)


def _instant(message: Mapping[str, Any]) -> Instant | None:
    for name in _STAMPS:
        value = message.get(name)
        if isinstance(value, int) and 0 < value < _LATEST_SECONDS:
            return Instant(value * SECOND)
        if isinstance(value, str):
            try:
                return parse_instant(value)
            except ValueError:
                continue
    return None
