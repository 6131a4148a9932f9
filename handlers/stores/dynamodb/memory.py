"""What a process remembers of a table, so that it need not read or write it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable


class Clearable(Protocol):
    """Anything that can be emptied."""

    def clear(self) -> None:
        """Forget all that is in it."""


_C = TypeVar("_C", bound=Clearable)


class Memory:
    """Holds what was read from or written to one table, and forgets it once another table bears its name.

    A table that is restored in place lacks what was written since its backup: a process that went on
    believing its memory would leave that unwritten.
    """

    def __init__(self, identify: Callable[[], str]) -> None:
        """Ask `identify` which table bears the name now."""
        self._identify = identify
        self._identity: str | None = None
        self._kept: list[Clearable] = []

    def keep(self, thing: _C) -> _C:
        """Let a thing be emptied with the rest; gives it back."""
        self._kept.append(thing)
        return thing

    def check(self) -> None:
        """Forget all if the table is not the one that it was."""
        identity = self._identify()
        if identity != self._identity:
            for thing in self._kept:
                thing.clear()
        self._identity = identity
