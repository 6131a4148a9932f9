"""The close of a month by one process: into the store, the CRM where the environment names it, and its files."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

from config.loader import Config
from handlers.clients.remote import Patience, SourceError
from handlers.jobs.checkpoints import CursorCheckpoints, run_name
from handlers.jobs.closing import Closed, Closing
from handlers.jobs.crew import Crew, Work, crew_of
from handlers.jobs.records import Terms
from handlers.jobs.runs import Resumable, Totals, chunk_of
from handlers.jobs.unwritten import Unwritten, due_of
from handlers.jobs.usage import pull_usage
from handlers.settings import HubSpotSettings, SalesforceSettings, load_settings, sink_settings
from handlers.sinks.choice import Sinks, crm_writer
from handlers.sinks.close_files import CloseFiles, CloseLiner, CloseLines, CloseWriter
from handlers.sinks.protocol import RecordWriter
from handlers.sinks.spoken import Models
from handlers.stores.models import kept_model
from handlers.stores.protocol import Store
from scoring.account import Account


@dataclass(frozen=True, slots=True)
class Here:
    """What a close here works with; a dry run's records go to `tried`, by default into the files.

    The work is shared among so many `cores`.
    """

    config: Config
    accounts: tuple[Account, ...]
    store: Store
    close: Terms
    files: CloseFiles
    patience: Patience
    tried: Callable[[CloseWriter], RecordWriter] = lambda writer: writer
    cores: int = 1

    @property
    def name(self) -> str:
        """Name the run by what is known now."""
        target = "" if self.settings is None else f"{self.config.sink} {self.settings.url}"
        return run_name(self.close, self.accounts, self.store, target)

    @property
    def settings(self) -> SalesforceSettings | HubSpotSettings | None:
        """Say how the CRM is reached, where the environment names it and the records are final."""
        return None if self.close.status == "provisional" else sink_settings(os.environ, self.config.sink)

    @property
    def models(self) -> Models:
        """Give models by their versions, as the store keeps them."""
        return partial(kept_model, self.store)

    @property
    def writer(self) -> CloseWriter:
        """Give what writes the files."""
        return CloseWriter(self.files, self.config, self.close.now, self.models)

    def sinks(self, part: str, chunk: Sequence[Account]) -> Sinks:
        """Give the sinks of a chunk; a dry run's records go to the files at once, since nothing keeps them."""
        if self.close.status == "provisional":
            return Sinks(csv=self.tried(self.writer))
        if self.settings is None:
            return Sinks()
        may_lose = "unscored" in self.close.confirmed
        crm = crm_writer(self.settings, self.config, self.patience, models=self.models, replace_scored=may_lose)
        portfolio = {account.id for account in self.accounts}
        unwritten = Unwritten(self.store, portfolio.intersection, self.config.sink, part)
        return Sinks(crm=crm, due=due_of(unwritten, chunk, self.close.period))

    def write_files(self, run: Totals, crew: Crew) -> None:
        """Write what the store has of every account that was closed."""
        without = {*run.failed, *run.deleted}
        closed = (one for one in self.accounts if one.id not in without)
        begin = partial(_begin_lines, self.close.period, self.writer.liner)
        self.writer.write_lines(chain.from_iterable(crew.each(begin, closed)))

    def pull_usage(self) -> dict[str, str]:
        """Pull the usage of the day that the period ends on; say by source why that could not be."""
        settings = load_settings(os.environ)
        try:
            pull_usage(settings, self.config, self.accounts, self.store, self.close, self.patience)
        except SourceError as error:
            return {"looker": str(error)}
        return {}


@dataclass(frozen=True, slots=True)
class ClosedHere:
    """What a close came to, why sources could not be read, and whether the CRM was meant to get its records."""

    closed: Closed
    unread: Mapping[str, str]
    in_crm: bool


def close_here(here: Here) -> ClosedHere:
    """Close a month. Raises what keeps a whole run from going on; one account's failure is named in what it came to."""
    close, config = here.close, here.config
    here.store.put_model(config.model.version, config.model_text)
    checkpoints = CursorCheckpoints(here.store)
    name, unread = _begin(here, checkpoints)
    resumable = Resumable(name, checkpoints, lambda: False, close.now, chunk_of(close, len(here.accounts)))
    with crew_of(here.store, here.cores, len(here.accounts)) as crew:
        closed = _closing(here, resumable, crew).close()
        checkpoints.forget()
        if not closed.held and close.status == "final":
            here.write_files(closed.run, crew)
    return ClosedHere(closed, unread, here.settings is not None)


def _closing(here: Here, resumable: Resumable, crew: Crew) -> Closing:
    every, config = here.accounts, here.config
    limits, alerts = config.guards, config.alerts
    return Closing(every, every, here.store, here.close, limits, alerts, resumable, here.sinks, crew=crew)


def _begin_lines(period: str, liner: CloseLiner, store: Store) -> Work[list[CloseLines]]:
    """Begin to make the lines of the records that a store has of accounts."""
    lines = liner(store)

    def make(accounts: Sequence[Account]) -> list[CloseLines]:
        kept = (store.record(account.id, period) for account in accounts)
        return [lines(record) for record in kept if record is not None]

    return make


def _begin(here: Here, checkpoints: CursorCheckpoints) -> tuple[str, Mapping[str, str]]:
    """Name the run, and say by source why it could not be read.

    A run that was killed resumes with the usage that it had pulled; every other run pulls it first.
    """
    name = here.name
    if not checkpoints.is_begun(name):
        unread = here.pull_usage()
        name = here.name
        checkpoints.resume(name)
        for source, why in unread.items():
            checkpoints.finish(f"{name}/usage", source, why, here.close.now)
    return name, checkpoints.finished(f"{name}/usage")
