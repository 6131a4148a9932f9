"""Month-ends of a portfolio laid out from a store, ready for any draft that measures as the present model does."""

from collections.abc import Iterable, Sequence

from handlers.jobs.faults import FAILURES
from handlers.jobs.what_if import WhatIf
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.model import Model
from scoring.score import Measurements
from scoring.what_if import Comparison, months_of
from scoring.what_if_rows import Rows, rows_of


def read_rows(
    store: Store, accounts: Iterable[Account], periods: Sequence[str], model: Model
) -> tuple[list[Rows], dict[str, str]]:
    """Lay out accounts at the ends of months, as `what-if --recorded` measures them; and why some could not be.

    What final records were made from comes before what is known now.
    """
    months, failed = months_of(periods), dict[str, str]()
    question = WhatIf(store, Comparison(model, model), recorded=True)
    measured: list[list[Measurements]] = [[] for _ in months]
    recorded = [0] * len(months)
    for account in accounts:
        try:
            pairs = question.pairs(account, months)
        except FAILURES as error:
            failed[account.id] = f"{type(error).__name__}: {error}"
            continue
        for place, pair in enumerate(pairs):
            measured[place].append(pair.now)
            recorded[place] += pair.is_recorded
    return [
        Rows(month.period, month.as_of, rows_of(those, model), _deleted(those), count)
        for month, those, count in zip(months, measured, recorded, strict=True)
    ], failed


def _deleted(measured: Iterable[Measurements]) -> tuple[str, ...]:
    return tuple(one.account_id for one in measured if "account_deleted" in one.flags)
