"""Places for stores under test, by name: a folder, or an engine's tables."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass, field

from handlers.stores.keeping import Holding
from handlers.stores.protocol import Batch, Store
from scoring.instants import Instant, parse_instant
from scoring.statements import Statement

NOW = parse_instant("2026-11-22")


def now() -> Instant:
    """Give the instant at which the tests take place."""
    return NOW


def batch_of(*statements: Statement) -> Batch:
    """Coalesce statements."""
    batch = Batch()
    for statement in statements:
        batch.add(statement)
    return batch


def holdings(store: Store, at: Instant) -> list[Holding]:
    """List every subject of a store that has not expired."""
    return [one for page in store.keeping.holdings(at) for one in page.holdings]


@dataclass
class Place(AbstractContextManager["Place"]):
    """Opens stores by name, and closes them all in the end.

    `examples` is how many a property may take, `many` more than a page or request holds, where
    the engine is quick enough to try.
    """

    opener: Callable[[str], Store]
    examples: int
    many: int
    _stack: ExitStack = field(default_factory=ExitStack)

    def open(self, name: str) -> Store:
        """Open a store; the same name is the same store."""
        return self._stack.enter_context(closing(self.opener(name)))

    def __exit__(self, *_: object) -> None:
        """Close what was opened."""
        self._stack.close()
