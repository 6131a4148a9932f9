"""Records that say how they moved: an account's facts are scored, and held against its record before."""

from dataclasses import dataclass, replace

from handlers.jobs.records import AccountReader, Terms, record_of
from handlers.stores.protocol import Store
from scoring.account import Account, AccountFacts
from scoring.record import Record
from scoring.summary import moved_from


@dataclass(frozen=True, slots=True)
class Known:
    """What a record is made of: an account's facts, and its record of an earlier period."""

    facts: AccountFacts
    previous: Record | None


class RecordMaker:
    """Makes records from a store: reading and scoring are two steps, so that several may be read at once."""

    def __init__(self, store: Store) -> None:
        """Read facts and earlier records from a store."""
        self._store = store
        self._reader = AccountReader(store)

    def read(self, account: Account, period: str) -> Known:
        """Read all that the record of an account and period is made of."""
        return Known(self._reader.read(account), self._store.record_before(account.id, period))

    def make(self, known: Known, terms: Terms) -> Record:
        """Make a record; the first of an account does not say how it moved."""
        record, previous = record_of(known.facts, terms), known.previous
        return record if previous is None else replace(record, moved=moved_from(previous))
