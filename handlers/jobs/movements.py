"""Records that say how they moved: an account's facts are scored, and held against its record before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.jobs.alerts import edges_before, standing_alert
from handlers.jobs.outcomes import told_facts
from handlers.jobs.records import AccountReader, Terms, departure, record_of
from handlers.stores.models import kept_model
from handlers.stores.protocol import Store
from scoring.account import Account, AccountFacts
from scoring.alert_list import Edges
from scoring.facts import Fact
from scoring.model import Model
from scoring.record import Moved, Record, steady_before
from scoring.scope import scope_of
from scoring.summary import moved_by, moved_from


@dataclass(frozen=True, slots=True)
class Known:
    """What a record is made of: an account's facts, its record of an earlier period, and that of the `same`.

    `told` is what somebody told of its outcomes.
    """

    facts: AccountFacts
    told: Sequence[Fact]
    previous: Record | None
    same: Record | None


class RecordMaker:
    """Makes records from a store: reading and scoring are two steps, so that several may be read at once."""

    def __init__(self, store: Store) -> None:
        """Read facts and earlier records from a store."""
        self._store = store
        self._reader = AccountReader(store)
        self._models: dict[str, Model | None] = {}
        self._edges: dict[str, Edges | None] = {}

    def read(self, account: Account, terms: Terms) -> Known:
        """Read all that the record of an account on some terms is made of, and not what no score then can use."""
        period, scope = terms.period, scope_of(terms.as_of, terms.model)
        same, previous = self._store.record_and_before(account.id, period)
        return Known(self._reader.read(account, scope), told_facts(self._store, account, scope), previous, same)

    def make(self, known: Known, terms: Terms) -> Record:
        """Make a record; the first of an account does not say how it moved."""
        record, previous = record_of(known.facts, terms), known.previous
        record = replace(record, left=departure(known.facts, known.told, terms))
        if previous is not None:
            moved = self.moved(previous, record, terms.model)
            record = replace(record, moved=moved, steady_before=steady_before(previous))
        return standing_alert(record, self._edges_before(terms.period), (known.same, previous))

    def moved(self, previous: Record, record: Record, model: Model) -> Moved:
        """Say how a record that was made under a model came from the one before."""
        earlier = model if previous.score.model_version == model.version else self._model_of(previous)
        return moved_from(previous) if earlier is None else moved_by(previous, record, earlier, model)

    def _edges_before(self, period: str) -> Edges | None:
        """Give the edges of the last list before a period, read once."""
        if period not in self._edges:
            self._edges[period] = edges_before(self._store, period)
        return self._edges[period]

    def _model_of(self, record: Record) -> Model | None:
        """Give the model a record was made under, read once; None where the store has none that can be read."""
        version = record.score.model_version
        if version not in self._models:
            self._models[version] = kept_model(self._store, version)
        return self._models[version]
