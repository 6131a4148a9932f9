"""Score one account now: live and ad-hoc rescores, and corrections of a closed period."""

from dataclasses import replace

from handlers.jobs.movements import RecordMaker
from handlers.jobs.records import Terms
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.record import Record


def rescore(account: Account, store: Store, close: Terms) -> Record:
    """Score an account and keep its record; where the period's record is final, so is its correction.

    An account that is deleted in the CRM is scored, but gets no record.
    """
    stored = store.record(account.id, close.period)
    status = "provisional" if stored is None else stored.status
    maker = RecordMaker(store)
    record = maker.make(maker.read(account, close.period), replace(close, status=status))
    if "account_deleted" not in record.score.flags:
        store.put_records([record])
    return record
