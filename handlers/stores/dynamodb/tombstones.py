"""Tombstones as a process read them a moment ago: one small query a minute, and none for each batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.stores.tombstones import Remembered
from scoring.instants import SECOND, Instant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from handlers.stores.tombstones import Tombstones

KNOWN_FOR = 45 * SECOND
"""For so long a process goes by what it read, by the clock of the day: its own may stand still while it is frozen."""

SETTLES = KNOWN_FOR + 15 * SECOND
"""An erasure waits for so long: by then every process has read what it wrote, also one whose clock differs."""


class KeptTombstones:
    """The tombstones of a table, read anew when they are old."""

    def __init__(self, rows: Callable[[], Mapping[str, str]], now: Callable[[], Instant]) -> None:
        """Read the rows when those that are known are old."""
        self._remembered = Remembered(rows)
        self._now = now
        self._at = Instant(0)
        self._known: Tombstones | None = None

    def clear(self) -> None:
        """Read anew when next asked."""
        self._known = None

    def read(self) -> Tombstones:
        """Give the tombstones."""
        now = self._now()
        if self._known is None or not self._at <= now < self._at + KNOWN_FOR:
            self._known, self._at = self._remembered.read(), now
        return self._known
