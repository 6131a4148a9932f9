"""Tombstones as a process read them a moment ago: one small query a minute, and none for each batch."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from handlers.stores.tombstones import Remembered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from handlers.stores.tombstones import Tombstones

_KEPT_SECONDS = 45
"""Shorter than an erasure waits for: by then every process has read what was written."""


class KeptTombstones:
    """The tombstones of a table, read anew when they are old."""

    def __init__(self, rows: Callable[[], Mapping[str, str]]) -> None:
        """Read the rows when those that are known are old."""
        self._remembered = Remembered(rows)
        self._until = 0.0
        self._known: Tombstones | None = None

    def clear(self) -> None:
        """Read anew when next asked."""
        self._known = None

    def read(self) -> Tombstones:
        """Give the tombstones."""
        if self._known is None or time.monotonic() >= self._until:
            self._known, self._until = self._remembered.read(), time.monotonic() + _KEPT_SECONDS
        return self._known
