"""The gate on a store: its last 13 month-ends under two models, and its outcomes; both as files for elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from handlers.commands.gate_export import Export, exported
from handlers.commands.session import Session
from handlers.commands.tracking import tracked
from handlers.jobs.gate import Evidence, tried_of
from handlers.jobs.history import last_ended
from handlers.jobs.outcomes import found_outcomes
from handlers.jobs.past_accounts import departed
from handlers.jobs.what_if import Answer, WhatIf
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.drivers import Driver
from scoring.facts import HISTORY_MONTHS
from scoring.outcome_facts import in_turn
from scoring.outcomes import Outcome, Refusal
from scoring.periods import periods_to
from scoring.what_if import Comparison


@dataclass(frozen=True, slots=True)
class OnStore:
    """What is tried on a store: the accounts of a mapping, under two models, with outcomes of a file or its own.

    `export` are the files that scores under the base and outcomes are written to.
    """

    session: Session
    comparison: Comparison
    mapping: Path | None = None
    outcomes: Sequence[Outcome | Refusal] | None = None
    export: Export | None = None

    def evidence(self) -> Evidence:
        """Try the accounts by what final records were made from, and where there is none by what is known now.

        Who left the portfolio counts among the renewals while it was in it, and in no month.
        """
        session, accounts = self.session, self.session.portfolio(self.mapping)
        periods = periods_to(last_ended(session.clock()), HISTORY_MONTHS)
        with session.store(fed=True) as store:
            question = WhatIf(store, self.comparison, recorded=True)
            answer = question.answer(tracked(session, accounts), periods)
            left = [one for name, one in sorted(departed(store.portfolio).items()) if name not in _ids(accounts)]
            past = question.answer([one.account for one in left], periods)
            tried = tried_of(answer, past, left)
            tried.drivers = _drivers(question, answer, accounts)
            failed = answer.failed | past.failed
            everybody = [one for one in (*accounts, *(one.account for one in left)) if one.id not in failed]
            stated = self._stated(store, everybody, failed)
            if self.export is not None:
                self.export.write(exported(question, everybody, answer.months, tried), stated)
        for account_id, reason in failed.items():
            session.warn(f"{account_id}: {reason}")
        if not tried.cases:
            raise click.ClickException(f"no account of the store {session.store_url} could be tried")
        return Evidence(tried, stated or None, is_whole=not failed)

    def _stated(self, store: Store, accounts: Iterable[Account], failed: dict[str, str]) -> Sequence[Outcome | Refusal]:
        if self.outcomes is not None:
            return self.outcomes
        return in_turn(found_outcomes(store, accounts, self.comparison.present, self.session.clock(), failed))


def _ids(accounts: Iterable[Account]) -> set[str]:
    return {account.id for account in accounts}


def _drivers(question: WhatIf, answer: Answer, accounts: Sequence[Account]) -> dict[str, tuple[Driver, ...]]:
    last = answer.months[-1]
    return question.reasons((case for case in last.cases if case.is_of_other_tier), last, accounts)
