"""Close a period: score every account of the portfolio, keep the records, hand them to the writer."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TypeAlias, TypeVar

from handlers.jobs.alerts import kept_list
from handlers.jobs.crew import BATCH_SIZE, Crew, Work
from handlers.jobs.faults import FAILURES
from handlers.jobs.finals import finals
from handlers.jobs.movements import Known, RecordMaker
from handlers.jobs.parcels import Parcel
from handlers.jobs.records import Terms
from handlers.jobs.run import Run
from handlers.parts import in_parts
from handlers.sinks.protocol import Liner, LineWriter, RecordWriter
from handlers.stores.protocol import FactStore, Store
from scoring.account import Account
from scoring.compaction import compact, may_forget
from scoring.facts import Fact
from scoring.instants import Instant
from scoring.record import Record
from scoring.scope import scope_of

T = TypeVar("T")


def finalise(
    accounts: Iterable[Account],
    store: Store,
    writer: RecordWriter,
    close: Terms,
    *,
    reads_at_once: int = 1,
    crew: Crew | None = None,
) -> Run:
    """Score the accounts and hand their records on, without any guard; a `crew` shares the work.

    A dry run (provisional) keeps nothing: its records go to the writer alone. Else each account is
    scored, its provisional record kept, made final and handed on. An account that fails, or is
    deleted in the CRM, gets no record and is named in the run.
    """
    every, does, run = tuple(accounts), crew or Crew(store), Run()
    if close.status == "provisional":
        writer.write(tried(every, does, close, run, reads_at_once=reads_at_once))
        return run
    for scored in does.each(partial(begin_scoring, close, reads_at_once), every):
        run.add(scored)
    return run.then(hand_on(run.remaining(every), does, writer, close))


def begin_scoring(close: Terms, reads_at_once: int, store: Store) -> Work[Run]:
    """Begin to score accounts of a store, and to keep their records as provisional ones."""
    maker = RecordMaker(store)

    def score(accounts: Sequence[Account]) -> Run:
        run = Run()
        deque(score_all(accounts, store, close, run, reads_at_once=reads_at_once, maker=maker), maxlen=0)
        return run

    return score


def tried(
    accounts: Iterable[Account], crew: Crew, close: Terms, run: Run, *, reads_at_once: int = 1
) -> Iterator[Record]:
    """Score accounts for a dry run, and count them; nothing is kept."""
    for made, records in crew.each(partial(_begin_trying, close, reads_at_once), accounts):
        run.add(made)
        yield from records


def _begin_trying(close: Terms, reads_at_once: int, store: Store) -> Work[tuple[Run, Parcel]]:
    maker = RecordMaker(store)

    def attempt(accounts: Sequence[Account]) -> tuple[Run, Parcel]:
        run = Run()
        return run, Parcel(score_all(accounts, store, close, run, reads_at_once=reads_at_once, maker=maker))

    return attempt


def score_all(
    accounts: Iterable[Account],
    store: Store,
    close: Terms,
    run: Run,
    *,
    reads_at_once: int = 1,
    maker: RecordMaker | None = None,
) -> Iterator[Record]:
    """Score accounts, count them, and keep their records as provisional ones; a dry run keeps nothing.

    From a store that is far away, the facts of several accounts are read at once. A final record
    that is there stays until the close hands its successor on.
    """
    makes = maker or RecordMaker(store)
    records = _records(_read(accounts, makes, close, reads_at_once), makes, store, close, run)
    for some in in_parts(records, BATCH_SIZE):
        if close.status == "final":
            store.put_records([replace(record, status="provisional") for record in some])
        for record in some:
            run.count(record)
            yield record


def hand_on(accounts: Iterable[Account], crew: Crew, writer: RecordWriter, close: Terms) -> Run:
    """Make the records of accounts final, and give the writer what the store then has of each.

    So what the CRM gets does not hang on who won in the store: where a correction of the same month
    came in between, it is that which is handed on. Each record has the alert that the list of the close
    has for it.
    """
    run = Run()
    if isinstance(writer, LineWriter):
        writer.write_lines(_handed(crew.each(partial(begin_lines, close, writer.liner), accounts), run))
    else:
        writer.write(_handed(crew.each(partial(begin_finals, close), accounts), run))
    return run


def _handed(pages: Iterable[tuple[Run, Iterable[T]]], run: Run) -> Iterator[T]:
    for made, some in pages:
        run.add(made)
        yield from some


def begin_finals(close: Terms, store: Store) -> Work[tuple[Run, Parcel]]:
    """Begin to make records final, and to give them."""
    maker, alerts = RecordMaker(store), kept_list(store, close.period)

    def make(accounts: Sequence[Account]) -> tuple[Run, Parcel]:
        run = Run()
        return run, Parcel(finals(accounts, store, maker, close, run, alerts))

    return make


def begin_lines(close: Terms, liner: Liner[T], store: Store) -> Work[tuple[Run, list[T]]]:
    """Begin to make records final, and to give each as the line that a writer writes."""
    make, line = begin_finals(close, store), liner(store)

    def write(accounts: Sequence[Account]) -> tuple[Run, list[T]]:
        run, records = make(accounts)
        return run, [line(record) for record in records]

    return write


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
    with ThreadPoolExecutor(at_once) as pool:
        for some in in_parts(accounts, BATCH_SIZE):
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
            if close.status == "final":
                store.keeping.put_away(known.facts, scope_of(close.as_of, close.model), close.kept)
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
