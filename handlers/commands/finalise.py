"""`finalise`: the scores of a period become records."""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from config.loader import Config
from handlers.clients.remote import SourceError
from handlers.commands.close_files import Wanted, close_files_options
from handlers.commands.close_outcome import Outcome
from handlers.commands.close_tables import Seen, show_close
from handlers.commands.forms import is_json, noted_form_option, show
from handlers.commands.session import PARTIAL, Session, accounts_option
from handlers.commands.terms import closing, name_failures
from handlers.jobs.checkpoints import CursorCheckpoints, run_name
from handlers.jobs.closing import Closing
from handlers.jobs.guards import GUARDS, Held
from handlers.jobs.records import Terms
from handlers.jobs.runs import Resumable, Totals, chunk_of
from handlers.jobs.unwritten import Unwritten, due_of
from handlers.jobs.usage import pull_usage
from handlers.settings import HubSpotSettings, SalesforceSettings, load_settings, sink_settings
from handlers.sinks.choice import Sinks, crm_writer
from handlers.sinks.close_files import CloseFiles, CloseWriter
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.summary import Summary


@click.command("finalise")
@click.option("--period", required=True, metavar="YYYY-MM", help="The month to close.")
@click.option("--dry-run", is_flag=True, help="Write CSV alone; nothing is kept.")
@click.option(
    "--yes-close",
    "confirmed",
    metavar="GUARD",
    multiple=True,
    type=click.Choice(GUARDS),
    help=f"Let a held close through by the guard's name: {', '.join(GUARDS)}. May be given again.",
)
@close_files_options
@accounts_option
@noted_form_option
@click.pass_obj
def finalise_command(
    session: Session,
    period: str,
    mapping: Path | None,
    confirmed: tuple[str, ...],
    wanted: Wanted,
    *,
    dry_run: bool,
) -> None:
    """Close a period: score every account as of 00:00 UTC on the 1st of the next month.

    Each record is kept in the store and written as a row of CSV; where the environment names the CRM
    of the config's `sink` (Salesforce or HubSpot), it is written there too. Where it names Looker, the
    reading of that day is pulled first; if that fails, scores go by the last one, which is flagged, or
    missing once it is too old.
    With --dry-run the records go to the CSV alone, and nothing is kept in the store. An account or a
    source that fails does not stop the run: it is named, and the exit code is 3. A record that
    the CRM refused is kept, and written by the next run, whichever period that closes.

    A close that would do harm is held: its records stay provisional, nothing is written outside, the guard and
    what it saw are named, and the exit code is 3. --yes-close GUARD lets it through (limits: guards.yaml).

    Beside the CSV for machines stand its receipts (.receipts.jsonl: all that each score was made
    from) and a workbook for people (.xlsx): a portfolio to forward, metrics, data quality. A terminal gets
    tiers, movers, the list of alerts (whom to call first; no tier), what moved for everybody at once, and
    flags with what to do; else, or with --json, stdout gets a line of JSON.

    \b
    Example:
      healthscore finalise --period 2026-10 --dry-run
      healthscore finalise --period 2026-10 --output october.csv
      healthscore finalise --period 2026-10 --yes-close tier_changes
    """
    config = session.config()
    close = replace(closing(session, config, period, final=not dry_run), confirmed=frozenset(confirmed))
    accounts = session.portfolio(mapping)
    files = wanted.files(session, csv_path(session, f"{period}.dry-run" if dry_run else period), mapping)
    with session.store(fed=True) as store:
        outcome = _close(session, config, accounts, store, close, files)
    _report(session, outcome)


def _close(
    session: Session, config: Config, accounts: tuple[Account, ...], store: Store, close: Terms, files: CloseFiles
) -> Outcome:
    store.put_model(config.model.version, config.model_text)
    writing = _Writing(session, config, accounts, store, close, files)
    checkpoints = CursorCheckpoints(store)
    name, unread = _begin(writing, checkpoints)
    resumable = Resumable(name, checkpoints, lambda: False, close.now, chunk_of(close, len(accounts)))
    closed = Closing(accounts, accounts, store, close, config.guards, config.alerts, resumable, writing.sinks).close()
    checkpoints.forget()
    if not closed.held and close.status == "final":
        writing.write_files(closed.run)
    in_crm = writing.settings is not None
    return Outcome(close, len(accounts), closed, unread, config.sink, in_crm, files, writing.summaries())


def _begin(writing: "_Writing", checkpoints: CursorCheckpoints) -> tuple[str, Mapping[str, str]]:
    """Name the run, and say by source why it could not be read.

    A run that was killed resumes with the usage that it had pulled; every other run pulls it first.
    """
    name = writing.name
    if not checkpoints.is_begun(name):
        unread = _pull_usage(writing.session, writing.config, writing.accounts, writing.store, writing.close)
        name = writing.name
        checkpoints.resume(name)
        for source, why in unread.items():
            checkpoints.finish(f"{name}/usage", source, why, writing.close.now)
    return name, checkpoints.finished(f"{name}/usage")


@dataclass(frozen=True, slots=True)
class _Writing:
    """Where the records of a close go: chunk by chunk to the CRM, and all of them into the files of the close."""

    session: Session
    config: Config
    accounts: tuple[Account, ...]
    store: Store
    close: Terms
    files: CloseFiles
    seen: list[Summary] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Name the run by what is known now."""
        target = "" if self.settings is None else f"{self.config.sink} {self.settings.url}"
        return run_name(self.close, self.accounts, self.store, target)

    @property
    def settings(self) -> SalesforceSettings | HubSpotSettings | None:
        """Say how the CRM is reached, where the environment names it and the records are final."""
        return None if self.close.status == "provisional" else sink_settings(os.environ, self.config.sink)

    def sinks(self, part: str, chunk: Sequence[Account]) -> Sinks:
        """Give the sinks of a chunk; a dry run's records go to the files at once, since nothing keeps them."""
        if self.close.status == "provisional":
            return Sinks(csv=self.writer if is_json() else Seen(self.writer, self.seen))
        if self.settings is None:
            return Sinks()
        may_lose = "unscored" in self.close.confirmed
        crm = crm_writer(self.settings, self.config, self.session.patience, replace_scored=may_lose)
        portfolio = {account.id for account in self.accounts}
        unwritten = Unwritten(self.store, portfolio.intersection, self.config.sink, part)
        return Sinks(crm=crm, due=due_of(unwritten, chunk, self.close.period))

    @property
    def writer(self) -> CloseWriter:
        """Give what writes the files."""
        return CloseWriter(self.files, self.config, self.close.now)

    def summaries(self) -> Sequence[Summary]:
        """Give what people are shown of each record; nothing where JSON is asked for."""
        if is_json() or self.close.status == "provisional":
            return self.seen
        ids = {account.id for account in self.accounts}
        return [one for one in self.store.summaries(self.close.period) if one.account_id in ids]

    def write_files(self, run: Totals) -> None:
        """Write what the store has of every account that was closed."""
        without = {*run.failed, *run.deleted}
        kept = (self.store.record(one.id, self.close.period) for one in self.accounts if one.id not in without)
        self.writer.write(record for record in kept if record is not None)


def _report(session: Session, outcome: Outcome) -> None:
    """Print what came of it, name what is wrong; exit 3 where a guard holds the close or anything failed."""
    closed, dry_run = outcome.closed, outcome.is_dry_run
    show(outcome.told(), lambda console: show_close(console, outcome))
    _name_guards(session, closed.held, dry_run=dry_run)
    name_failures(session, closed.run.all_failed, outcome.unread)
    if closed.held and not dry_run:
        sys.exit(PARTIAL)


def _name_guards(session: Session, held: Iterable[Held], *, dry_run: bool) -> None:
    for guard, seen in held:
        way = f"--yes-close {guard} lets it through"
        if dry_run:
            session.warn(f"the close would be held by {guard}: {seen}; {way}")
        else:
            session.warn(f"the close is held by {guard}: {seen}. Look at it with --dry-run; {way}")


def _pull_usage(
    session: Session, config: Config, accounts: tuple[Account, ...], store: Store, close: Terms
) -> dict[str, str]:
    """Pull the usage of the day that the period ends on; say by source why that could not be."""
    try:
        pull_usage(load_settings(os.environ), config, accounts, store, close, session.patience)
    except SourceError as error:
        return {"looker": str(error)}
    return {}


def csv_path(session: Session, name: str) -> Path:
    """Place a run's CSV beside the store: in its folder, or in `var/` for a remote one."""
    _, _, path = session.store_url.partition("sqlite:///")
    return (Path(path).parent if path else Path("var")) / f"health-scores-{name}.csv"
