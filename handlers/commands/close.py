"""`finalise` and `rescore`: scores become records."""

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import click

from config.errors import nearest
from config.keys import account_fault, key_fault
from config.loader import Config
from config.record_map import Sink
from handlers.clients.remote import SourceError
from handlers.commands.lines import score_line
from handlers.commands.outputs import output_file
from handlers.commands.session import PARTIAL, Session, accounts_option, result
from handlers.jobs.closing import Closed, close_period
from handlers.jobs.finalise import Close
from handlers.jobs.guards import GUARDS, Held
from handlers.jobs.rescore import rescore
from handlers.jobs.unwritten import Unwritten
from handlers.jobs.usage import pull_usage
from handlers.settings import load_settings, sink_settings
from handlers.sinks.choice import CRMS, Sinks, crm_writer
from handlers.sinks.csv_file import CsvWriter
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.ids import has_form, to_18
from scoring.instants import format_date
from scoring.periods import period_end, period_of
from scoring.record import Record


@click.command("finalise", short_help="Close a period: score all accounts, write their records.")
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
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The CSV file. Default: health-scores-YYYY-MM.csv beside the store (a dry run: .dry-run.csv).",
)
@accounts_option
@click.pass_obj
def finalise_command(
    session: Session,
    period: str,
    output: Path | None,
    mapping: Path | None,
    confirmed: tuple[str, ...],
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

    A close that would do harm is held: its records stay provisional, nothing is written outside, the
    guard and what it saw are named, and the exit code is 3. Look at it with --dry-run; --yes-close
    GUARD lets it through. The limits are in guards.yaml of the config.

    \b
    Example:
      healthscore finalise --period 2026-10 --dry-run
      healthscore finalise --period 2026-10 --output october.csv
      healthscore finalise --period 2026-10 --yes-close tier_changes
    """
    config = session.config()
    close = replace(closing(session, config, period, final=not dry_run), confirmed=frozenset(confirmed))
    accounts = session.portfolio(mapping)
    path = output or csv_path(session, f"{period}.dry-run" if dry_run else period)
    output_file(session, path, mapping=mapping)
    with session.store(fed=True) as store:
        outcome = _close(session, config, accounts, store, close, path)
    _report(session, outcome, close, path)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a close came to, what was written and to which CRM, and by source why it could not be read."""

    accounts: int
    closed: Closed
    sink: Sink
    sinks: Sinks
    unread: Mapping[str, str]


def _close(
    session: Session, config: Config, accounts: tuple[Account, ...], store: Store, close: Close, path: Path
) -> _Outcome:
    store.put_model(config.model.version, config.model_text)
    unread = _pull_usage(session, config, accounts, store, close)
    sinks = _sinks(session, config, accounts, store, close)
    sinks.csv = CsvWriter(path, config.record_map)
    closed = close_period(accounts, store, sinks, close, config.guards)
    closed.run.failed.update(sinks.failed)
    closed.run.outranked += sinks.outranked
    return _Outcome(len(accounts), closed, config.sink, sinks, unread)


def _report(session: Session, outcome: _Outcome, close: Close, path: Path) -> None:
    """Print the summary, name what is wrong; exit 3 where a guard holds the close or anything failed."""
    closed, dry_run = outcome.closed, close.status == "provisional"
    is_written = dry_run or not closed.held
    sent = {outcome.sink: outcome.sinks.in_crm and is_written, "retried": outcome.sinks.retried}
    held = {"held": {one.guard: one.seen for one in closed.held}, "csv": str(path) if is_written else None}
    result(_summary(closed, close, outcome.accounts) | {"unread": outcome.unread} | sent | held)
    _name_guards(session, closed.held, dry_run=dry_run)
    name_failures(session, closed.run.failed, outcome.unread)
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
    session: Session, config: Config, accounts: tuple[Account, ...], store: Store, close: Close
) -> dict[str, str]:
    """Pull the usage of the day that the period ends on; say by source why that could not be."""
    try:
        pull_usage(load_settings(os.environ), config, accounts, store, close, session.patience)
    except SourceError as error:
        return {"looker": str(error)}
    return {}


def _sinks(session: Session, config: Config, accounts: tuple[Account, ...], store: Store, close: Close) -> Sinks:
    """Give a way to the CRM, where the environment names it and the records are final."""
    settings = sink_settings(os.environ, config.sink)
    if settings is None or close.status != "final":
        return Sinks()
    unwritten = Unwritten(store, {account.id for account in accounts}, close.period, config.sink)
    crm = crm_writer(settings, config, session.patience, replace_scored="unscored" in close.confirmed)
    return Sinks(crm=crm, unwritten=unwritten)


def _summary(closed: Closed, close: Close, accounts: int) -> dict[str, object]:
    run = closed.run
    return {
        "period": close.period,
        "status": "provisional" if closed.held else close.status,
        "model_version": close.model.version,
        "accounts": accounts,
        "scored": run.scored,
        "unscored": run.unscored,
        "deleted": run.deleted,
        "outranked": run.outranked,
        "failed": run.failed,
    }


def name_failures(session: Session, failed: Mapping[str, str], unread: Mapping[str, str]) -> None:
    """Name the accounts that failed and the sources that could not be read; exit 3 where there are any."""
    for account_id, reason in failed.items():
        session.warn(f"{account_id}: {reason}")
    for reason in unread.values():
        session.warn(reason)
    if failed or unread:
        sys.exit(PARTIAL)


def csv_path(session: Session, name: str) -> Path:
    """Place a run's CSV beside the store: in its folder, or in `var/` for a remote one."""
    _, _, path = session.store_url.partition("sqlite:///")
    return (Path(path).parent if path else Path("var")) / f"health-scores-{name}.csv"


def closing(session: Session, config: Config, period: str, *, final: bool) -> Close:
    """Say how to close a period that has ended."""
    now = session.clock()
    as_of = _end(period)
    if as_of > now:
        raise click.ClickException(f"{period} has not ended: it can be closed from {format_date(as_of)} on")
    return Close(period, as_of, config.model, "final" if final else "provisional", now)


def _end(period: str) -> int:
    try:
        return period_end(period)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--period") from error


@click.command("rescore", short_help="Score one account now.")
@click.argument("account")
@click.option("--period", metavar="YYYY-MM", help="The month to score. Default: the present one, as of now.")
@click.option(
    "--replace-final", is_flag=True, help="Let a final record in the CRM give way, even to a provisional one."
)
@accounts_option
@click.pass_obj
def rescore_command(
    session: Session, account: str, period: str | None, mapping: Path | None, *, replace_final: bool
) -> None:
    """Score one account now, keep its record, and print the score as a line of JSON.

    The record of a running month is provisional; a closed month's record is corrected and stays
    final. Where the environment names the CRM of the config's `sink`, the record is written there too,
    unless it has a newer one, or a final one and this is provisional.

    \b
    Example:
      healthscore rescore 001Qy00000AbCdEIAV
      healthscore rescore 001Qy00000AbCdEIAV --period 2026-10
    """
    config = session.config()
    accounts = session.portfolio(mapping)
    found = find(accounts, account)
    close = _present(session, config, period)
    with session.store(fed=True) as store:
        store.put_model(config.model.version, config.model_text)
        record = rescore(found, store, close)
        click.echo(score_line(record.score).decode())
        if "account_deleted" in record.score.flags:
            session.warn(f"{found.id} is deleted in Salesforce: its score is not kept")
        else:
            unwritten = Unwritten(store, {one.id for one in accounts}, record.key, config.sink)
            _hand_on(session, config, record, unwritten, replace_final=replace_final)


def _present(session: Session, config: Config, period: str | None) -> Close:
    """Say how to score a period that may still run."""
    now = session.clock()
    period = period or period_of(now)
    close = Close(period, min(_end(period), now), config.model, "provisional", now)
    if close.as_of == now and period != period_of(now):
        raise click.ClickException(f"{period} has not begun")
    return close


def _hand_on(session: Session, config: Config, record: Record, unwritten: Unwritten, *, replace_final: bool) -> None:
    """Write a record to the CRM, where the environment names it."""
    settings = sink_settings(os.environ, config.sink)
    if settings is None:
        return
    sinks = Sinks(crm=crm_writer(settings, config, session.patience, replace_final=replace_final), unwritten=unwritten)
    sinks.write([record])
    if record.score.account_id in sinks.outranked:
        session.warn(f"{record.score.account_id}: {CRMS[config.sink]} keeps a record that is newer, or final")
    name_failures(session, sinks.failed, {})


def find(accounts: tuple[Account, ...], account_id: str) -> Account:
    """Find an account of the portfolio by its id (15 or 18 characters)."""
    wanted = to_18(account_id.strip())
    found = next((account for account in accounts if account.id == wanted), None)
    if found is not None:
        return found
    fault = account_fault(account_id, None) if has_form(account_id) else key_fault(account_id)
    if fault is not None:
        near = "" if fault.near is None else f"; did you mean {fault.near}?"
        raise click.ClickException(f"{account_id!r} is no id of an account: {fault.said}{near}")
    raise click.ClickException(f"no account {account_id} in the mapping{_hint(account_id, accounts)}")


def _hint(words: str, accounts: tuple[Account, ...]) -> str:
    """Say which account may have been meant, by its id or its name."""
    ids = {word: account.id for account in accounts for word in (account.name, account.id) if word}
    near = nearest(words, ids)
    return (
        ": add a row for it, or name another file with --accounts" if near is None else f": did you mean {ids[near]}?"
    )
