"""Final records: what a close makes of the records that it scored, and what stands in the store afterwards."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from handlers.jobs.alerts import listed
from handlers.jobs.faults import FAILURES
from handlers.jobs.guards import UNSCORED
from handlers.jobs.movements import RecordMaker
from handlers.jobs.records import Terms
from handlers.jobs.run import Run
from handlers.jobs.stored import AT_ONCE, Stored, stored
from handlers.parts import in_parts
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.alert_list import AlertList
from scoring.record import Record, correcting


def standing(accounts: Iterable[Account], store: Store, maker: RecordMaker, close: Terms) -> Iterator[Record]:
    """Give what a close would make final of each account; those that fail are left out."""
    run, terms = Run(), replace(close, confirmed=frozenset({"unscored"}))
    for some in in_parts(accounts, AT_ONCE):
        known = stored(store, [account.id for account in some], close.period)
        made = (_final(account, known, maker, terms, run) for account in some)
        yield from (record for record in made if record is not None)


def finals(
    accounts: Iterable[Account],
    store: Store,
    maker: RecordMaker,
    close: Terms,
    run: Run,
    alerts: AlertList | None,
) -> Iterator[Record]:
    """Make the records of accounts final, and give what the store then has of each; `alerts` is the close's list."""
    for some in in_parts(accounts, AT_ONCE):
        known = stored(store, [account.id for account in some], close.period)
        finals = (_final(account, known, maker, close, run) for account in some)
        made = [listed(final, alerts) for final in finals if final is not None]
        outranked = {record.key for record in store.put_records(made)}
        for record in made:
            run.count(record)
            yield _winner(record, store, run, alerts) if record.key in outranked else record


def _final(account: Account, known: Stored, maker: RecordMaker, close: Terms, run: Run) -> Record | None:
    """Make the final record of an account: of what was just scored, else of its facts."""
    try:
        there = known(account.id)
        made = _promoted(there, close) or maker.make(maker.read(account, close), close)
        record = correcting(made, there)
    except FAILURES as error:
        run.failed[account.id] = f"{type(error).__name__}: {error}"
        return None
    if "account_deleted" in record.score.flags:
        run.deleted.append(account.id)
        return None
    if _loses_score(record, there) and "unscored" not in close.confirmed:
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
