"""What was read from the store, kept as long as the store says the same."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock, RLock
from typing import Any, Generic, TypeVar

from scoring.instants import SECOND, Duration, Instant

T = TypeVar("T")
_MOST = 64
_LONG: Duration = 600 * SECOND
"""What took long to make is kept for so long, whatever the store says."""


@dataclass(frozen=True, slots=True)
class Counted(Generic[T]):
    """What was made at an instant, and how long that took."""

    value: T
    at: Instant
    took: Duration


class Memory:
    """Keeps what pages read, each under a key; all is forgotten when the store's stamp changes."""

    def __init__(self, stamp: Callable[[], Hashable]) -> None:
        """Keep what is read while `stamp()` gives the same."""
        self._stamp = stamp
        self._stamped: Hashable = None
        self._changes = 0
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._making: dict[Hashable, RLock] = {}
        self._slow: dict[Hashable, tuple[Hashable, Counted[Any]]] = {}
        self._lock = Lock()

    def forget_all(self) -> None:
        """Forget all: what was kept has just been changed here."""
        self._changes += 1

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Give what is kept under a key, made anew where nothing is: once, however many ask for it at the same time."""
        stamp = self._stamp(), self._changes
        with self._lock:
            if stamp != self._stamped:
                self._kept.clear()
                self._stamped = stamp
            if key in self._kept:
                found: T = self._found(key)
                return found
            making = self._making.setdefault((stamp, key), RLock())
        with making:
            return self._make(stamp, key, make)

    def _make(self, stamp: Hashable, key: Hashable, make: Callable[[], T]) -> T:
        """Make what is missing, unless somebody else has while this one waited."""
        with self._lock:
            if stamp == self._stamped and key in self._kept:
                found: T = self._found(key)
                return found
        try:
            made = make()
            self._keep(stamp, key, made)
        finally:
            with self._lock:
                self._making.pop((stamp, key), None)
        return made

    def _keep(self, stamp: Hashable, key: Hashable, made: object) -> None:
        with self._lock:
            if stamp == self._stamped:
                self._kept[key] = made
                while len(self._kept) > _MOST:
                    self._kept.popitem(last=False)

    def _found(self, key: Hashable) -> Any:  # noqa: ANN401 - whatever is kept
        self._kept.move_to_end(key)
        return self._kept[key]

    def slowly(self, key: Hashable, make: Callable[[], T], now: Instant) -> Counted[T]:
        """Give what may take long: made anew when the store has changed; what took over a second, after ten minutes.

        So a store that is written to all day does not have its pages count it all day; they say when they counted.
        """
        stamp = self._stamp(), self._changes
        with self._lock:
            known = self._slow.get(key)
        if known is not None and (known[0] == stamp or (known[1].took > SECOND and now - known[1].at < _LONG)):
            return known[1]
        start = time.perf_counter()
        value = make()
        made = Counted(value, now, Duration(int((time.perf_counter() - start) * SECOND)))
        with self._lock:
            self._slow[key] = stamp, made
        return made

    def forget(self, key: Hashable) -> None:
        """Forget what was made slowly."""
        with self._lock:
            self._slow.pop(key, None)
