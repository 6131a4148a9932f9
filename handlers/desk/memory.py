"""What was read from the store, kept as long as the store says the same."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")
_MOST = 64


class Memory:
    """Keeps what pages read, each under a key; all is forgotten when the store's stamp changes."""

    def __init__(self, stamp: Callable[[], Hashable]) -> None:
        """Keep what is read while `stamp()` gives the same."""
        self._stamp = stamp
        self._stamped: Hashable = None
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Give what is kept under a key, made anew where nothing is; two who ask at once may both make it."""
        stamp = self._stamp()
        with self._lock:
            if stamp != self._stamped:
                self._kept.clear()
                self._stamped = stamp
            if key in self._kept:
                self._kept.move_to_end(key)
                found: T = self._kept[key]
                return found
        made = make()
        with self._lock:
            if stamp == self._stamped:
                self._kept[key] = made
                while len(self._kept) > _MOST:
                    self._kept.popitem(last=False)
        return made
