"""Close a period: score every account of the portfolio, keep the records, hand them to the writer."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

from handlers.adapters.store import FactStore, Store, StoreError
from handlers.adapters.writer import RecordWriter
from scoring.account import SOURCES, Account, AccountFacts
from scoring.compaction import compact
from scoring.facts import HISTORY, Fact, merge
from scoring.instants import Instant
from scoring.measurement import measure
from scoring.model import Model
from scoring.record import Record, Status
from scoring.score import grade

BATCH_SIZE = 200


@dataclass(slots=True)
class Run:
    """What became of a run: records made, and by account why there is none."""

    scored: int = 0
    unscored: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    outranked: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    def count(self, record: Record) -> None:
        """Count a record that was written."""
        self.scored += record.score.final_score is not None
        if record.score.final_score is None:
            self.unscored.append(record.score.account_id)


class Reader:
    """Reads what is known of accounts from a store; feeds and gaps once for all of them."""

    def __init__(self, store: FactStore) -> None:
        """Read the feeds and gaps of a store."""
        self._store = store
        self._feeds = store.feeds()
        self._gaps = store.gaps()

    def read(self, account: Account) -> AccountFacts:
        """Read what is known of one account: its owners by all their ids, their facts."""
        owners = [self._store.owner(source, key) for source in SOURCES for key in account.owners.get(source, ())]
        facts: list[Fact] = []
        for source in SOURCES:
            keys = {key for owner in owners if owner.source == source for key in owner.ids}
            facts += self._store.facts(source, sorted(keys)) if keys else []
        return AccountFacts(account, merge(facts), tuple(owners), self._feeds, self._gaps)


@dataclass(frozen=True, slots=True)
class Close:
    """How to close: the period, its as-of instant, the model, the status, the moment of the run."""

    period: str
    as_of: Instant
    model: Model
    status: Status
    now: Instant


def make_record(facts: AccountFacts, close: Close) -> Record:
    """Score one account into a record."""
    measurements = measure(facts, close.as_of, close.model)
    return Record(close.period, close.status, close.now, measurements, grade(measurements, close.model))


def finalise(
    accounts: Iterable[Account], store: Store, writer: RecordWriter, close: Close, *, reads_at_once: int = 1
) -> Run:
    """Score the accounts, keep each record where it outranks the stored one, and write what was kept.

    From a store that is far away, the facts of several accounts are read at once.
    Provisional records are written all the same: a dry run shows what it would come to, and never
    takes the place of a final record. An account that fails, or is deleted in the CRM, gets no
    record and is named in the run.
    """
    run = Run()
    writer.write(_kept(_records(_read(accounts, Reader(store), reads_at_once), store, close, run), store, run))
    return run


FAILURES = (StoreError, ArithmeticError, LookupError, ValueError)
"""What may be wrong with one account; the others go on."""

_Reading: TypeAlias = tuple[Account, "AccountFacts | Exception"]


def _read(accounts: Iterable[Account], reader: Reader, at_once: int) -> Iterator[_Reading]:
    """Read the facts of accounts, some at once, in the order of the accounts."""

    def read(account: Account) -> _Reading:
        try:
            return account, reader.read(account)
        except FAILURES as error:
            return account, error

    if at_once == 1:
        yield from map(read, accounts)
        return
    remaining = iter(accounts)
    with ThreadPoolExecutor(at_once) as pool:
        while some := list(islice(remaining, BATCH_SIZE)):
            yield from pool.map(read, some)


def _records(readings: Iterable[_Reading], store: Store, close: Close, run: Run) -> Iterator[Record]:
    for account, facts in readings:
        try:
            if isinstance(facts, Exception):
                raise facts
            record = make_record(facts, close)
            _compact(facts.facts, store, close.as_of - HISTORY)
        except FAILURES as error:
            run.failed[account.id] = f"{type(error).__name__}: {error}"
            continue
        if "account_deleted" in record.score.flags:
            run.deleted.append(account.id)
        else:
            yield record


def _compact(facts: Iterable[Fact], store: FactStore, horizon: Instant) -> None:
    for fact in facts:
        said = fact.observations
        if any(observation.at < horizon for observation in said) or len({(o.at, o.owner) for o in said}) < len(said):
            dropped = fact.observations - compact(fact, horizon).observations
            if dropped:
                store.discard(fact.subject, dropped)


def _kept(records: Iterable[Record], store: Store, run: Run) -> Iterator[Record]:
    """Keep records in the store, 200 at a time, and pass on those that took their place there."""
    waiting: list[Record] = []
    for record in records:
        waiting.append(record)
        if len(waiting) == BATCH_SIZE:
            yield from _keep(waiting, store, run)
            waiting = []
    yield from _keep(waiting, store, run)


def _keep(records: list[Record], store: Store, run: Run) -> Iterator[Record]:
    outranked = {record.key for record in store.put_records(records)}
    for record in records:
        if record.key in outranked:
            run.outranked.append(record.score.account_id)
        if record.key not in outranked or record.status == "provisional":
            run.count(record)
            yield record
