"""Score one account now: live and ad-hoc rescores, and corrections of a closed period."""

from collections.abc import Callable
from dataclasses import replace

from handlers.jobs.movements import RecordMaker
from handlers.jobs.records import Terms
from handlers.stores.protocol import Store
from scoring.account import Account, AccountFacts
from scoring.record import Record, correcting


def _unseen(_: AccountFacts) -> None:
    """Look at nothing."""


def rescore(account: Account, store: Store, close: Terms, look: Callable[[AccountFacts], None] = _unseen) -> Record:
    """Score an account and keep its record; where the period's record is final, so is its correction.

    What was shown first stays in the correction.
    An account that is deleted in the CRM is scored, but gets no record. `look` is shown what is known of it.
    """
    maker = RecordMaker(store)
    known = maker.read(account, close)
    status = "provisional" if known.same is None else known.same.status
    record = correcting(maker.make(known, replace(close, status=status)), known.same)
    if "account_deleted" not in record.score.flags:
        store.put_records([record])
    look(known.facts)
    return record
