"""Which categories have muted themselves: those that were too often wrong suggest nothing until somebody looks."""

from collections.abc import Iterable

from handlers.stores.protocol import FactStore
from scoring.categories import CATEGORIES

_CURSOR = "words/muted"


def muted_in(store: FactStore) -> frozenset[str]:
    """Name the categories that suggest nothing now."""
    return frozenset((store.cursor(_CURSOR) or "").split()) & frozenset(CATEGORIES)


def keep_muted(store: FactStore, categories: Iterable[str]) -> None:
    """Say which categories suggest nothing from now on; all others speak."""
    store.set_cursor(_CURSOR, " ".join(sorted(categories)))
