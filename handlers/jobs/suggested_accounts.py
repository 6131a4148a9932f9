"""Which accounts have had suggestions, and when last: so nobody reads all others to find what waits."""

from collections.abc import Iterable

from handlers.stores.protocol import FactStore
from scoring.instants import Instant, format_instant, parse_instant

_SUGGESTED = "words/suggested/"


def note_suggested(store: FactStore, account_ids: Iterable[str], now: Instant) -> None:
    """Note accounts, by the id that the CRM has them by."""
    for account_id in sorted(set(account_ids)):
        store.set_cursor(f"{_SUGGESTED}{account_id}", format_instant(now))


def suggested_since(store: FactStore, since: Instant) -> frozenset[str]:
    """Name the accounts that had a suggestion since an instant."""
    noted = store.cursors(_SUGGESTED)
    return frozenset(name.removeprefix(_SUGGESTED) for name, at in noted.items() if parse_instant(at) > since)
