"""The gate on a store: its last 13 month-ends under two models, and its outcomes."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from handlers.commands.session import Session
from handlers.commands.what_if import tracked
from handlers.jobs.gate import MONTHS, Evidence, Tried
from handlers.jobs.history import last_ended
from handlers.jobs.outcomes import stored_outcomes
from handlers.jobs.past_accounts import Departed, departed
from handlers.jobs.what_if import Answer, WhatIf
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.drivers import Driver
from scoring.outcomes import Outcome, Refusal
from scoring.periods import periods_to
from scoring.what_if import Comparison


def tried_store(
    session: Session,
    mapping: Path | None,
    comparison: Comparison,
    outcomes: Sequence[Outcome | Refusal] | None,
) -> Evidence:
    """Try the accounts of a store by what final records were made from, and where there is none by what is known now.

    Who left the portfolio counts among the renewals while it was in it, and in no month.
    """
    accounts, periods = session.portfolio(mapping), periods_to(last_ended(session.clock()), MONTHS)
    with session.store(fed=True) as store:
        question = WhatIf(store, comparison, recorded=True)
        answer = question.answer(tracked(session, accounts), periods)
        left = [one for name, one in sorted(departed(store.portfolio).items()) if name not in _ids(accounts)]
        past = question.answer([one.account for one in left], periods)
        tried = _tried(answer, past, left)
        tried.drivers = _drivers(question, answer, accounts)
        stated = _stated(session, store, comparison, (*accounts, *(one.account for one in left)), outcomes)
    failed = answer.failed | past.failed
    for account_id, reason in failed.items():
        session.warn(f"{account_id}: {reason}")
    return Evidence(tried, stated or None, is_whole=not failed)


def _ids(accounts: Iterable[Account]) -> set[str]:
    return {account.id for account in accounts}


def _stated(
    session: Session,
    store: Store,
    comparison: Comparison,
    accounts: Sequence[Account],
    outcomes: Sequence[Outcome | Refusal] | None,
) -> Sequence[Outcome | Refusal]:
    if outcomes is not None:
        return outcomes
    return stored_outcomes(store, accounts, comparison.present, session.clock())


def _tried(answer: Answer, past: Answer, left: Iterable[Departed]) -> Tried:
    until = {one.account.id: one.at for one in left}
    tried = Tried(answer.months)
    for month in (*answer.months, *past.months):
        for case in month.cases:
            if month.as_of <= until.get(case.account_id, month.as_of):
                tried.add(month.as_of, case)
    return tried


def _drivers(question: WhatIf, answer: Answer, accounts: Sequence[Account]) -> dict[str, tuple[Driver, ...]]:
    last = answer.months[-1]
    return question.reasons((case for case in last.cases if case.is_of_other_tier), last, accounts)
