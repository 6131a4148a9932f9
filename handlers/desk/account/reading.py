"""What the page of an account is made of: its facts, read once, and what others share with it, kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from handlers.desk.account.finding import Found, find
from handlers.desk.account.shelf import Shelf
from handlers.desk.seen import all_lines
from handlers.desk.visit import NotThere, Visit
from handlers.jobs.explained import Given, as_of_of
from handlers.jobs.outcomes import outcomes_of
from handlers.jobs.peers import read_peers
from handlers.jobs.records import AccountReader, Common, common_of
from handlers.stores.models import kept_model
from handlers.stores.protocol import Store
from scoring.facts import HISTORY_MONTHS
from scoring.model import Model
from scoring.outcomes import Outcome
from scoring.periods import period_of, periods_to
from scoring.record import Record
from scoring.summary import Summary
from scoring.timeline import Timeline


@dataclass(frozen=True)
class Read:
    """An account, what it is explained from, what became of it, and the period that is asked for.

    `periods` are those that may be asked for, the latest first. `shelf` keeps what is made of it while the
    store stays as it is.
    """

    shelf: Shelf
    found: Found
    given: Given
    outcomes: Sequence[Outcome]
    period: str
    periods: Sequence[str]


def read_account(visit: Visit, account_id: str) -> Read:
    """Read an account that a person sees; raises NotThere for no such account, and for a month that has nothing."""
    with visit.store() as store:
        found = find(visit, store, account_id)
        given = _given(visit, store, found)
        outcomes = outcomes_of(store, found.account, visit.desk.config.model, visit.now)
    periods = _periods(visit, given)
    return Read(
        visit.desk.memory.get("shelf of accounts", Shelf),
        found,
        given,
        outcomes,
        _asked(visit, given, periods),
        periods,
    )


def _periods(visit: Visit, given: Given) -> Sequence[str]:
    """List the months of which something is kept: the last that facts are kept for, and any with a record."""
    running = period_of(visit.now)
    return sorted({*periods_to(running, HISTORY_MONTHS + 1), *(one.period for one in given.records)}, reverse=True)


def _asked(visit: Visit, given: Given, periods: Sequence[str]) -> str:
    asked = visit.period() or given.latest_period or period_of(visit.now)
    if asked not in periods:
        raise NotThere(f"Nothing is kept of {asked} for this account. Months: {periods[-1]} to {periods[0]}.")
    try:
        as_of_of(asked, visit.now)
    except ValueError as error:
        raise NotThere(f"{error}.") from error
    return asked


def _given(visit: Visit, store: Store, found: Found) -> Given:
    common: Common = visit.desk.memory.get("common", lambda: common_of(store))
    timeline = Timeline(AccountReader(store, common).read(found.account))
    peers = partial(read_peers, KeptBook(visit), found.account.id)
    return Given(timeline, store.records_of(found.account.id), partial(_model, visit), peers)


def _model(visit: Visit, version: str) -> Model | None:
    """Give a model that the store keeps, read once; the present one is at hand."""
    present = visit.desk.config.model
    if version == present.version:
        return present

    def read() -> Model | None:
        with visit.store() as store:
            return kept_model(store, version)

    return visit.desk.memory.get(("model", version), read)


@dataclass(frozen=True, slots=True)
class KeptBook:
    """The closes as peers are read from them, kept while the store stays as it is."""

    visit: Visit

    def summarised(self) -> Sequence[str]:
        """List the periods that have summaries, the earliest first."""
        return tuple(reversed(self.visit.desk.periods()))

    def summaries(self, period: str) -> Iterable[Summary]:
        """List the summaries of a period."""

        def own() -> Sequence[Summary]:
            return [line.summary for line in all_lines(self.visit, period) if line.summary.period == period]

        return self.visit.desk.memory.get(("summaries of", period), own)

    def record(self, account_id: str, period: str) -> Record | None:
        """Give a record, read once."""
        records: dict[str, Record | None] = self.visit.desk.memory.get(("records of peers", period), dict)
        if account_id not in records:
            with self.visit.store() as store:
                records[account_id] = store.record(account_id, period)
        return records[account_id]
