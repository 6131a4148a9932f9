"""Close many months that are over: the facts of an account are read and sorted once for all of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from handlers.jobs.alerts import keep_list, listed, make_list
from handlers.jobs.movements import RecordMaker
from handlers.jobs.outcomes import told_facts
from handlers.jobs.records import AccountReader, Terms, departure
from handlers.jobs.run import Run
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.alerts import AlertTerms
from scoring.facts import Fact
from scoring.measurement import measure_at
from scoring.record import Record, steady_before
from scoring.score import grade
from scoring.timeline import Timeline


def close_months(accounts: Iterable[Account], store: Store, closes: Sequence[Terms], alerts: AlertTerms) -> Run:
    """Close several periods, the earliest first; say what became of the last one.

    The records are those that as many calls of `finalise` would make, one after the other.
    """
    reader, maker, run, every = AccountReader(store), RecordMaker(store), Run(), tuple(accounts)
    for account in every:
        timeline, told = Timeline(reader.read(account)), told_facts(store, account)
        made = [_record(timeline, told, terms) for terms in closes]
        previous = store.record_before(account.id, closes[0].period)
        records = list(_records(made, previous, maker, closes))
        store.put_records(records)
        if records and records[-1].period == closes[-1].period:
            run.count(records[-1])
        else:
            run.deleted.append(account.id)
    for terms in closes:
        _alert(every, store, terms, alerts)
    return run


def _alert(accounts: Iterable[Account], store: Store, close: Terms, terms: AlertTerms) -> None:
    """Make the list of alerts of a close that is over, and give each record the alert that it has there."""
    kept = (store.record(account.id, close.period) for account in accounts)
    records = [record for record in kept if record is not None]
    made, edges = make_list(store, close.period, close.as_of, terms, records)
    keep_list(store, made, edges)
    store.put_records(listed(record, made) for record in records if made.alert(record.score.account_id) is not None)


def _records(
    made: Iterable[Record], previous: Record | None, maker: RecordMaker, closes: Sequence[Terms]
) -> Iterator[Record]:
    for record, terms in zip(made, closes, strict=True):
        if "account_deleted" not in record.score.flags:
            moved = None if previous is None else maker.moved(previous, record, terms.model)
            previous = replace(record, moved=moved, steady_before=steady_before(previous))
            yield previous


def _record(timeline: Timeline, told: Sequence[Fact], terms: Terms) -> Record:
    measurements = measure_at(timeline, terms.as_of, terms.model)
    made = Record(terms.period, terms.status, terms.now, measurements, grade(measurements, terms.model))
    return replace(made, left=departure(timeline.known, told, terms))
