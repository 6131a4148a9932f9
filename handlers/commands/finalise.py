"""`finalise`: the scores of a period become records."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import click

from config.desk import load_desk
from config.loader import Config
from handlers.commands.close_files import Wanted, close_files_options
from handlers.commands.close_outcome import Outcome
from handlers.commands.close_tables import Seen, show_close
from handlers.commands.forms import is_json, noted_form_option, show
from handlers.commands.retained import let_go
from handlers.commands.session import PARTIAL, Session, accounts_option
from handlers.commands.terms import closing, name_failures
from handlers.jobs.close_here import Here, close_here
from handlers.jobs.guards import GUARDS, Held
from handlers.jobs.records import Terms
from handlers.jobs.report import ReportReader
from handlers.sinks.close_files import CloseFiles, CloseWriter
from handlers.sinks.protocol import RecordWriter
from handlers.sinks.report_file import write_report
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
    seen: list[Summary] = []

    def tried(writer: CloseWriter) -> RecordWriter:
        return writer if is_json() else Seen(writer, seen)

    came = close_here(Here(config, accounts, store, close, files, session.patience, tried, session.cores))
    if files.report is not None and not came.closed.held:
        terms = load_desk(session.config_dir)
        reader = ReportReader(store, config, terms, lambda ids: [one for one in accounts if one.id in ids])
        write_report(files.report, reader.read(close.period, close.now))
    if close.status == "final" and accounts == session.mapping(None):
        let_go(session, store, accounts)
    kept = seen if is_json() or close.status == "provisional" else _kept(store, accounts, close.period)
    return Outcome(close, len(accounts), came.closed, came.unread, config.sink, came.in_crm, files, kept)


def _kept(store: Store, accounts: Iterable[Account], period: str) -> Sequence[Summary]:
    """Give what people are shown of each record that the store keeps."""
    ids = {account.id for account in accounts}
    return [one for one in store.summaries(period) if one.account_id in ids]


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


def csv_path(session: Session, name: str) -> Path:
    """Place a run's CSV beside the store: in its folder, or in `var/` for a remote one."""
    return folder_of(session) / f"health-scores-{name}.csv"


def folder_of(session: Session) -> Path:
    """Give the folder of the store; `var/` for a remote one."""
    _, _, path = session.store_url.partition("sqlite:///")
    return Path(path).parent if path else Path("var")
