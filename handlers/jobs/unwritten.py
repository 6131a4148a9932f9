"""Records that the CRM has not taken yet: named in the store until it has."""

from collections.abc import Collection, Iterable, Iterator

from config.record_map import Sink
from handlers.jobs.kept import keep, read_kept
from handlers.stores.protocol import Store
from scoring.record import Record

MOST_NAMED = 1_000
"""So many records are named one by one; beyond, their periods are, and all that is final in them is due."""


class Unwritten:
    """What is due to the CRM: from before a write, so that a run that is killed leaves it due."""

    def __init__(self, store: Store, account_ids: Collection[str], name: str, sink: Sink = "salesforce") -> None:
        """Keep the names in a store, which has the records of these accounts; each sink has its own.

        `name` says what is to be written now: a record by its key, or a period, of which the final ones are meant.
        """
        self._store, self._account_ids, self._name = store, account_ids, name
        self._cursor = f"{sink}/unwritten"

    def begin(self) -> list[Record]:
        """Give the records that were due before; from now on what is to be written is due too."""
        due = self._due()
        late = list(self._records(due))
        self._keep(due | {self._name})
        return late

    def end(self, refused: Iterable[Record]) -> None:
        """Say that all is written but these records."""
        self._keep(_names(list(refused)))

    def _records(self, due: set[str]) -> Iterator[Record]:
        for account_id, period in self._store.record_keys() if due else ():
            if account_id in self._account_ids:
                record = self._store.record(account_id, period)
                if record is not None and (record.key in due or (period in due and record.status == "final")):
                    yield record

    def _due(self) -> set[str]:
        kept = self._store.cursor(self._cursor)
        return set() if kept is None else set(read_kept(kept, list[str], self._cursor))

    def _keep(self, due: set[str]) -> None:
        if due != self._due():
            self._store.set_cursor(self._cursor, keep(sorted(due)))


def _names(records: Collection[Record]) -> set[str]:
    many = len(records) > MOST_NAMED
    return {record.period if many and record.status == "final" else record.key for record in records}
