"""Tombstones as a process read them a moment ago: one small query a minute, and none for each batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.stores.tombstones import Remembered
from scoring.instants import SECOND, Instant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from handlers.stores.tombstones import Tombstones

_KEPT = 45 * SECOND
"""Shorter than an erasure waits for: by then every process has read what was written.

It is counted by the clock of the day: that of a process may stand still while a function is frozen.
"""


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
        if self._known is None or not self._at <= now < self._at + _KEPT:
            self._known, self._at = self._remembered.read(), now
        return self._known
