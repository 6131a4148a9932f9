"""A held close let through in this process, behind the page: as `healthscore finalise --yes-close` does it."""

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread

from config.errors import ConfigError
from config.loader import Config
from handlers.clients.remote import Patience, SourceError
from handlers.desk.visit import Refused
from handlers.environment import SettingsError
from handlers.files import OutputError
from handlers.jobs.close_here import ClosedHere, Here, close_here
from handlers.jobs.closes import Note
from handlers.jobs.faults import place
from handlers.jobs.guards import Guard
from handlers.jobs.records import Terms
from handlers.settings import sink_settings
from handlers.sinks.choice import CRMS
from handlers.sinks.close_files import CloseFiles
from handlers.stores.protocol import Store, StoreError
from handlers.words.figures import count
from scoring.account import Account
from scoring.instants import Instant
from scoring.periods import period_end

_SAID = (ConfigError, OutputError, SettingsError, SourceError, StoreError)
"""What says itself, in one sentence, what is wrong and what to do."""

_MOST_NAMED = 3


@dataclass
class LocalCloses:
    """Closes months one at a time; `folder` is where the files of a close stand."""

    open_store: Callable[[], AbstractContextManager[Store]]
    accounts: Callable[[], Sequence[Account]]
    config: Config
    clock: Callable[[], Instant]
    folder: Path
    patience: Patience = field(default_factory=Patience)
    _running: str | None = None
    _outcomes: dict[str, str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def where(self) -> str:
        """Say where the records of the close go."""
        files = f"and into files (CSV, receipts, workbook) in {self.folder}"
        try:
            settings = sink_settings(os.environ, self.config.sink)
        except SettingsError as error:
            return f"It cannot be closed here before the environment is put right: {error}."
        if settings is None:
            return f"Its records become final in the store {files}. The environment names no CRM: none is written to."
        crm = CRMS[self.config.sink]
        return f"Its records become final in the store, are written to {crm} ({settings.url}), {files}."

    def begin(self, period: str, guards: Sequence[Guard]) -> None:
        """Begin the close of a month behind the page."""
        with self._lock:
            if self._running is not None:
                raise Refused(f"The close of {self._running} runs: wait until it has ended.")
            self._running = period
            self._outcomes.pop(period, None)
        Thread(target=self._run, args=(period, guards), name=f"close of {period}").start()

    def is_running(self, period: str, note: Note, asked_at: Instant | None) -> bool:  # noqa: ARG002  it knows itself
        """Tell whether the close of a month runs now."""
        return self._running == period

    def outcome(self, period: str) -> str | None:
        """Say what the last close of a month in this process came to."""
        return self._outcomes.get(period)

    def _run(self, period: str, guards: Sequence[Guard]) -> None:
        try:
            said = told(self._close(period, guards), self.config)
        except _SAID as error:
            said = f"It stopped: {error} Let it through again: it resumes where it stopped."
        except Exception as error:  # noqa: BLE001 - nobody else hears of it: the page says where it came from
            said = f"It stopped by an error of the program ({place(error)}). Nothing is written twice: try once more."
        with self._lock:
            self._outcomes[period], self._running = said, None

    def _close(self, period: str, guards: Sequence[Guard]) -> ClosedHere:
        days, now = self.config.alerts.notice_days, self.clock()
        kept = self.config.retention.superseded_observations
        terms = Terms(period, period_end(period), self.config.model, "final", now, frozenset(guards), days, kept)
        files = CloseFiles(self.folder / f"health-scores-{period}.csv")
        with self.open_store() as store:
            return close_here(Here(self.config, tuple(self.accounts()), store, terms, files, self.patience))


def told(came: ClosedHere, config: Config) -> str:
    """Say in sentences what a close came to."""
    closed = came.closed
    unread = " ".join(f"{source} could not be read: {why}" for source, why in came.unread.items())
    if closed.held:
        held = "; ".join(f"{one.guard}: {one.seen}" for one in closed.held)
        return f"It is held again, and nothing was written outside: {held}. {unread}".strip()
    failed = closed.run.all_failed
    where = f"the store and {CRMS[config.sink]}" if came.in_crm else "the store"
    done = f"Closed: {count(closed.run.scored, 'account')} have a final score in {where}."
    named = "; ".join(f"{one}: {why}" for one, why in list(failed.items())[:_MOST_NAMED])
    wrong = f"{count(len(failed), 'account')} failed: {named}." if failed else ""
    return " ".join(part for part in (done, wrong, unread) if part)
