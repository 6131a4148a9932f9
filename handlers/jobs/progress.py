"""How far a backfill has come, so that it can resume after a stop."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from scoring.instants import Instant, format_instant

_M = TypeVar("_M", bound=Mapping[str, object])


@dataclass(slots=True)
class Progress:
    """How far a backfill has come, which reads what is longest unchanged first; it began `since` an instant."""

    since: Instant
    reached: Instant | None

    def noting(self, messages: Iterable[_M], at: Callable[[_M], Instant | None]) -> Iterator[_M]:
        """Pass messages on, and note how far they come."""
        for message in messages:
            come = at(message)
            if come is not None:
                self.reached = come if self.reached is None else max(come, self.reached)
            yield message

    def mark(self) -> str:
        """Write it down; empty before the first message that says how far."""
        return "" if self.reached is None else f"{format_instant(self.since)} {format_instant(self.reached)}"
