"""Small things kept as JSON under a name in the store: read as what they were, or refused by the name."""

from typing import TypeVar

import msgspec

from handlers.stores.protocol import StoreError

T = TypeVar("T")


def keep(value: object) -> str:
    """Write what is to be kept."""
    return msgspec.json.encode(value).decode()


def read_kept(text: str, kind: type[T], name: str) -> T:
    """Read what was kept under a name; members of a newer version, which say more, are passed over.

    Raises StoreError where it says what this version does not know, or nothing that can be read.
    """
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError as error:
        advice = "use the newer version of the program that wrote it, or restore the store"
        raise StoreError(f"what is kept as {name} cannot be read: {advice} ({error})") from error
