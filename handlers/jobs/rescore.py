"""Score one account now: live and ad-hoc rescores, and corrections of a closed period."""

from collections.abc import Callable
from dataclasses import replace

from handlers.jobs.movements import RecordMaker
from handlers.jobs.records import Terms
from handlers.stores.protocol import Store
from scoring.account import Account, AccountFacts
from scoring.instants import NO_TIME, Duration
from scoring.record import Record, correcting, says_the_same


def _unseen(_: AccountFacts) -> None:
    """Look at nothing."""


def rescore(
    account: Account,
    store: Store,
    close: Terms,
    look: Callable[[AccountFacts], None] = _unseen,
    *,
    stands_for: Duration = NO_TIME,
) -> Record:
    """Score an account and keep its record; where the period's record is final, so is its correction.

    What was shown first stays in the correction. A provisional record that says the same stands for so long.
    An account that is deleted in the CRM is scored, but gets no record. `look` is shown what is known of it.
    """
    maker = RecordMaker(store)
    known = maker.read(account, close)
    status = "provisional" if known.same is None else known.same.status
    record = correcting(maker.make(known, replace(close, status=status)), known.same)
    if "account_deleted" not in record.score.flags and not _stands(known.same, record, stands_for):
        store.put_records([record])
    look(known.facts)
    return record


def _stands(stored: Record | None, record: Record, stands_for: Duration) -> bool:
    """Tell whether a stored record need not be written again: it says the same, as of not so long before."""
    if stored is None or record.status == "final":
        return False
    return 0 <= record.score.as_of - stored.score.as_of < stands_for and says_the_same(record, stored)
