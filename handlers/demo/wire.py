"""What goes over the wire: vendors' JSON, when it was sent, and the vendors' ways of writing things."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import NamedTuple, TypeAlias

import msgspec

from scoring.ids import to_18
from scoring.instants import SECOND, Instant

Json: TypeAlias = dict[str, object]
"""A vendor's object, key by key as it sends it."""

_ENCODER = msgspec.json.Encoder()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BASE_62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Sent(NamedTuple):
    """One queue body, and the instant at which its source sent it."""

    at: Instant
    body: bytes


def sent(at: Instant, message: Json) -> Sent:
    """Serialise a message as its source would: one line of UTF-8 JSON."""
    return Sent(at, _ENCODER.encode(message))


def compact(message: Json) -> str:
    """Serialise an object as vendors do: without blanks."""
    return _ENCODER.encode(message).decode()


def generator(seed: int) -> Random:
    """Give the source of chance of one seed."""
    return Random(seed)  # noqa: S311 - made-up data, no secrets


def seconds(at: Instant) -> int:
    """Write an instant as Unix seconds."""
    return at // SECOND


@lru_cache(maxsize=4096)
def iso(at: Instant) -> str:
    """Write an instant with milliseconds, e.g. `2026-01-10T07:56:29.000Z`."""
    moment = _EPOCH + timedelta(microseconds=at)
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"


def maybe(write: Callable[[Instant], str | int], at: Instant | None) -> str | int | None:
    """Write an instant where there is one."""
    return None if at is None else write(at)


def hex_id(rng: Random) -> str:
    """Make up one of Intercom's own ids: 24 hex digits."""
    return f"{rng.getrandbits(96):024x}"


def uuid(rng: Random) -> str:
    """Make up a UUID."""
    digits = f"{rng.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def salesforce_id(prefix: str, rng: Random) -> str:
    """Make up a record id of 18 characters, its last three the checksum of the first 15."""
    return to_18(f"{prefix}5f000" + "".join(rng.choices(_BASE_62, k=7)))
