"""Records of many accounts, read some hundreds at once: one that cannot be read stands in nobody else's way."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from handlers.jobs.faults import FAILURES
from handlers.stores.protocol import RecordStore
from scoring.record import Record

AT_ONCE = 200
"""So many records are read, or written, at once."""

Stored: TypeAlias = Callable[[str], Record | None]
"""Gives the record of an account, by its id; raises where that one cannot be read."""


def stored(store: RecordStore, account_ids: Sequence[str], period: str) -> Stored:
    """Read the records that some accounts have of a period at once; where one cannot be read, each when asked for."""
    try:
        found = store.records_at([(account_id, period) for account_id in account_ids])
    except FAILURES:
        return partial(_one, store, period)
    return lambda account_id: found.get((account_id, period))


def _one(store: RecordStore, period: str, account_id: str) -> Record | None:
    return store.record(account_id, period)
