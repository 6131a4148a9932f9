"""A whole store, read or written row by row.

The rows of a store come in one order, and equal stores give equal rows, whatever keeps the bytes.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol, TypeAlias

import msgspec

from handlers.stores.protocol import RefusedError
from handlers.stores.whole_rows import Row
from scoring.instants import Instant

IMPORTED = "import/store"
"""The cursor under which a store keeps which export it was imported from; it is not exported."""

Tell: TypeAlias = Callable[[int], None]
"""Hears how many rows are done."""


class NotEmptyError(RefusedError):
    """A store that is to be imported into holds something already: nothing was written."""

    def __init__(self, held: Iterable[str]) -> None:
        """Name what it holds."""
        what = ", ".join(held)
        super().__init__(f"the store is not empty (it holds: {what}): name a new one with --store; nothing was changed")


class OtherExportError(RefusedError):
    """A store was imported, or half imported, from another export: nothing was written."""

    def __init__(self, proof: str) -> None:
        """Name that export by the sum of its last line."""
        super().__init__(
            f"the store was imported from another export (sha256 {proof[:12]}…): import that one again, "
            "or name a new store with --store; nothing was changed"
        )


class Imported(msgspec.Struct, frozen=True):
    """Which export a store was imported from, and how many of its rows are surely written while it is not whole."""

    proof: str
    at: int
    is_whole: bool
    rows: int = 0

    def check(self, proof: str) -> None:
        """Raise OtherExportError where another export is to be imported now."""
        if proof != self.proof:
            raise OtherExportError(self.proof)


def imported_of(text: str | None) -> Imported | None:
    """Read what the cursor of an import says; None where nothing was ever imported."""
    return None if text is None else msgspec.json.decode(text, type=Imported)


def imported_text(imported: Imported) -> str:
    """Write it."""
    return msgspec.json.encode(imported).decode()


class Export(Protocol):
    """An export that is read once, from its begin to its end."""

    def rows(self) -> Iterator[Row]:
        """Give its rows; raises StoreError where one cannot be taken, or where the end is missing."""

    @property
    def proof(self) -> str:
        """Give what tells it from every other export; known once all of it is read."""


class WholeStore(Protocol):
    """A store of which everything is read, or into which everything is written."""

    def read(self, now: Instant) -> AbstractContextManager[Iterator[Row]]:
        """Give all that the store holds, in order; lines of journals that are over at `now` are left out."""

    def take_in(self, export: Export, now: Instant, tell: Tell) -> bool:
        """Write all that an export holds; tell whether anything was left to write.

        Raises NotEmptyError where the store holds anything but a part of that export, OtherExportError where it
        has, or has a part of, another one. Stopped at any time, the same call completes it.
        """

    def close(self) -> None:
        """Release files and connections."""
