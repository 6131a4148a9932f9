"""Scores of the running month, made anew in this process: as the functions on AWS do, into the store alone."""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Thread

from config.loader import Config
from handlers.jobs.faults import FAILURES
from handlers.jobs.records import Terms
from handlers.jobs.rescore import rescore
from handlers.stores.protocol import Store
from handlers.words.figures import count
from scoring.instants import Instant
from scoring.periods import period_of

MOST_AT_ONCE = 20
"""More accounts are scored behind the page, which does not wait for them."""


@dataclass(frozen=True)
class LocalScores:
    """Scores accounts of the store for the running month. The CRM gets records from the command line, and the close."""

    open_store: Callable[[], AbstractContextManager[Store]]
    config: Config
    clock: Callable[[], Instant]

    def rescore(self, accounts: Collection[str]) -> str:
        """Score some accounts; says what was done."""
        if len(accounts) <= MOST_AT_ONCE:
            return self._score(accounts)
        Thread(target=self._score, args=(accounts,), daemon=True).start()
        return f"The live scores of {count(len(accounts), 'account')} are being made."

    def _score(self, accounts: Collection[str]) -> str:
        failed = []
        with self.open_store() as store:
            store.put_model(self.config.model.version, self.config.model_text)
            known = store.portfolio.some(accounts)
            for account in known.values():
                try:
                    rescore(account, store, self._terms())
                except FAILURES as error:
                    failed.append(f"{account.id}: {type(error).__name__}: {error}")
        done = f"{count(len(known) - len(failed), 'live score')} made anew."
        return f"{done} {'; '.join(failed)}" if failed else done

    def _terms(self) -> Terms:
        now, config = self.clock(), self.config
        days, kept = config.alerts.notice_days, config.retention.superseded_observations
        return Terms(period_of(now), now, config.model, "provisional", now, notice_days=days, kept=kept)
