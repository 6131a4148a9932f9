"""From a store to a record: what is known of an account, scored on some terms."""

from dataclasses import dataclass

from handlers.stores.protocol import FactStore
from scoring.account import Account, AccountFacts
from scoring.facts import Fact, merge
from scoring.instants import Instant
from scoring.measurement import measure
from scoring.model import Model
from scoring.record import Record, Status
from scoring.score import grade


class AccountReader:
    """Reads what is known of accounts from a store; feeds and gaps once for all of them."""

    def __init__(self, store: FactStore) -> None:
        """Read the feeds and gaps of a store."""
        self._store = store
        self._feeds = store.feeds()
        self._gaps = store.gaps()

    def read(self, account: Account) -> AccountFacts:
        """Read what is known of one account: its owners by all their ids, their facts."""
        sources = sorted(account.owners)
        owners = [self._store.owner(source, key) for source in sources for key in account.owners[source]]
        facts: list[Fact] = []
        for source in sources:
            keys = {key for owner in owners if owner.source == source for key in owner.ids}
            facts += self._store.facts(source, sorted(keys)) if keys else []
        return AccountFacts(account, merge(facts), tuple(owners), self._feeds, self._gaps)


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms accounts are scored: for which period, as of when, under which model, into which status, now.

    `confirmed` are the guards that a person has let a close through.
    """

    period: str
    as_of: Instant
    model: Model
    status: Status
    now: Instant
    confirmed: frozenset[str] = frozenset()


def record_of(facts: AccountFacts, terms: Terms) -> Record:
    """Score one account into a record."""
    measurements = measure(facts, terms.as_of, terms.model)
    return Record(terms.period, terms.status, terms.now, measurements, grade(measurements, terms.model))
