"""Close a period: score every account of the portfolio, keep the records, hand them to the writer."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeAlias

from handlers.jobs.alerts import kept_list, listed
from handlers.jobs.faults import FAILURES
from handlers.jobs.guards import UNSCORED
from handlers.jobs.movements import Known, RecordMaker
from handlers.jobs.records import Terms
from handlers.sinks.protocol import RecordWriter
from handlers.stores.protocol import FactStore, Store
from scoring.account import Account
from scoring.alert_list import AlertList
from scoring.compaction import compact, may_forget
from scoring.facts import Fact
from scoring.instants import Instant
from scoring.record import Record, correcting

BATCH_SIZE = 200


@dataclass(slots=True)
class Run:
    """What became of a run: records made, by account why there is none, and why the CRM refused one.

    So many records that were due to the CRM from before were `retried`. `waits` names the refused accounts that
    waiting may mend, each with the seconds that the CRM asks for.
    """

    scored: int = 0
    unscored: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    outranked: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    retried: int = 0
    waits: dict[str, float] = field(default_factory=dict)

    @property
    def all_failed(self) -> dict[str, str]:
        """Say by account what went wrong, be it with its record or with the CRM."""
        return {**self.failed, **self.refused}

    def count(self, record: Record) -> None:
        """Count a record that was written."""
        self.scored += record.score.final_score is not None
        if record.score.final_score is None:
            self.unscored.append(record.score.account_id)

    def remaining(self, accounts: Iterable[Account]) -> list[Account]:
        """Give the accounts that have a record to be handed on."""
        without = {*self.deleted, *self.failed}
        return [account for account in accounts if account.id not in without]

    def then(self, handed_on: "Run") -> "Run":
        """Add what became of the records when they were handed on."""
        handed_on.deleted = [*self.deleted, *handed_on.deleted]
        handed_on.failed = {**self.failed, **handed_on.failed}
        return handed_on


def finalise(
    accounts: Iterable[Account], store: Store, writer: RecordWriter, close: Terms, *, reads_at_once: int = 1
) -> Run:
    """Score the accounts and hand their records on, without any guard.

    A dry run (provisional) keeps nothing: its records go to the writer alone. Else each account is
    scored, its provisional record kept, made final and handed on. An account that fails, or is
    deleted in the CRM, gets no record and is named in the run.
    """
    run, every = Run(), tuple(accounts)
    scored = score_all(every, store, close, run, reads_at_once=reads_at_once)
    if close.status == "provisional":
        writer.write(scored)
        return run
    for _ in scored:
        pass
    return run.then(hand_on(run.remaining(every), store, writer, close))


def score_all(
    accounts: Iterable[Account], store: Store, close: Terms, run: Run, *, reads_at_once: int = 1
) -> Iterator[Record]:
    """Score accounts, count them, and keep their records as provisional ones; a dry run keeps nothing.

    From a store that is far away, the facts of several accounts are read at once. A final record
    that is there stays until the close hands its successor on.
    """
    maker = RecordMaker(store)
    records = _records(_read(accounts, maker, close, reads_at_once), maker, store, close, run)
    while some := list(islice(records, BATCH_SIZE)):
        if close.status == "final":
            store.put_records([replace(record, status="provisional") for record in some])
        for record in some:
            run.count(record)
            yield record


def hand_on(accounts: Iterable[Account], store: Store, writer: RecordWriter, close: Terms) -> Run:
    """Make the records of accounts final, and give the writer what the store then has of each.

    So what the CRM gets does not hang on who won in the store: where a correction of the same month
    came in between, it is that which is handed on. Each record has the alert that the list of the close
    has for it.
    """
    run, made = Run(), kept_list(store, close.period)
    writer.write(_finals(accounts, store, close, run, made))
    return run


def standing(accounts: Iterable[Account], store: Store, close: Terms) -> Iterator[Record]:
    """Give what a close would make final of each account; those that fail are left out."""
    maker, run = RecordMaker(store), Run()
    for account in accounts:
        record = _final(account, store, maker, replace(close, confirmed=frozenset({"unscored"})), run)
        if record is not None:
            yield record


def _finals(
    accounts: Iterable[Account], store: Store, close: Terms, run: Run, alerts: AlertList | None
) -> Iterator[Record]:
    maker = RecordMaker(store)
    remaining = iter(accounts)
    while some := list(islice(remaining, BATCH_SIZE)):
        finals = (_final(account, store, maker, close, run) for account in some)
        made = [listed(final, alerts) for final in finals if final is not None]
        outranked = {record.key for record in store.put_records(made)}
        for record in made:
            run.count(record)
            yield _winner(record, store, run, alerts) if record.key in outranked else record


def _final(account: Account, store: Store, maker: RecordMaker, close: Terms, run: Run) -> Record | None:
    """Make the final record of an account: of what was just scored, else of its facts."""
    try:
        stored = store.record(account.id, close.period)
        made = _promoted(stored, close) or maker.make(maker.read(account, close), close)
        record = correcting(made, stored)
    except FAILURES as error:
        run.failed[account.id] = f"{type(error).__name__}: {error}"
        return None
    if "account_deleted" in record.score.flags:
        run.deleted.append(account.id)
        return None
    if _loses_score(record, stored) and "unscored" not in close.confirmed:
        run.failed[account.id] = UNSCORED
        return None
    return record


def _promoted(stored: Record | None, close: Terms) -> Record | None:
    """Make a provisional record final that was scored for this close, or later."""
    if stored is None or stored.status == "final" or stored.score.as_of != close.as_of:
        return None
    began = close.now if close.began is None else close.began
    is_ours = stored.score.model_version == close.model.version and stored.scored_at >= began
    return replace(stored, status="final") if is_ours else None


def _loses_score(record: Record, stored: Record | None) -> bool:
    was_scored = stored is not None and stored.status == "final" and stored.score.final_score is not None
    return was_scored and record.score.final_score is None


def _winner(record: Record, store: Store, run: Run, alerts: AlertList | None) -> Record:
    """Give the record that stands in the place of one; the list of the close holds for it, too."""
    run.outranked.append(record.score.account_id)
    winner = store.record(record.score.account_id, record.period) or record
    said = listed(winner, alerts)
    if said != winner:
        store.put_records([said])
    return said


_Reading: TypeAlias = tuple[Account, "Known | Exception"]


def _read(accounts: Iterable[Account], maker: RecordMaker, close: Terms, at_once: int) -> Iterator[_Reading]:
    """Read what is known of accounts, some at once, in the order of the accounts."""

    def read(account: Account) -> _Reading:
        try:
            return account, maker.read(account, close)
        except FAILURES as error:
            return account, error

    if at_once == 1:
        yield from map(read, accounts)
        return
    remaining = iter(accounts)
    with ThreadPoolExecutor(at_once) as pool:
        while some := list(islice(remaining, BATCH_SIZE)):
            yield from pool.map(read, some)


def _records(
    readings: Iterable[_Reading], maker: RecordMaker, store: Store, close: Terms, run: Run
) -> Iterator[Record]:
    for account, known in readings:
        try:
            if isinstance(known, Exception):
                raise known
            record = maker.make(known, close)
            if close.kept is not None:
                _compact(known.facts.facts, store, Instant(close.as_of - close.kept))
        except FAILURES as error:
            run.failed[account.id] = f"{type(error).__name__}: {error}"
            continue
        if "account_deleted" in record.score.flags:
            run.deleted.append(account.id)
        else:
            yield record


def _compact(facts: Iterable[Fact], store: FactStore, horizon: Instant) -> None:
    for fact in facts:
        if may_forget(fact, horizon):
            dropped = fact.observations - compact(fact, horizon).observations
            if dropped:
                store.discard(fact.subject, dropped)
