"""`withdraw`: a period's records are taken back, in the store and in the CRM."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from handlers.clients.remote import SourceError
from handlers.commands.accounts import find, stored_names
from handlers.commands.session import PARTIAL, Session, accounts_option, result
from handlers.jobs.alerts import forget_list
from handlers.jobs.checkpoints import CursorCheckpoints
from handlers.jobs.closes import Note, log_deed, note
from handlers.settings import sink_settings
from handlers.sinks.choice import CRMS, crm_writer
from handlers.stores.protocol import Store
from handlers.words.figures import count
from scoring.account import Account
from scoring.periods import period_end


@click.command()
@click.option("--period", required=True, metavar="YYYY-MM", help="The month whose records are taken back.")
@click.argument("account", required=False)
@click.option("--reason", default="", metavar="TEXT", help="Why; kept in the log of deeds that `status` shows.")
@click.option("--yes", is_flag=True, help="Do it. Without it, what would be done is shown.")
@accounts_option
@click.pass_obj
def withdraw(
    session: Session, period: str, account: str | None, reason: str, mapping: Path | None, *, yes: bool
) -> None:
    """Take the records of a wrong period back: of one account, or of all.

    They are removed from the store, and in the CRM where the environment names it: deleted in
    Salesforce, emptied on the company in HubSpot. The facts stay: the period can be closed again. It
    shows what it will do, and does it with --yes, or after a yes on a terminal. A record that the CRM
    does not let go is named and stays; run it again. Each withdrawal is a line in the log of deeds.

    \b
    Example:
      healthscore withdraw --period 2026-10 --reason "closed before the backfill was whole"
      healthscore withdraw --period 2026-10 001Qy00000AbCdEIAV --yes
    """
    _check(period)
    accounts = session.portfolio(mapping)
    wanted = None if account is None else find(accounts, account, stored_names(session)).id
    with session.store() as store:
        kept = [key for key in store.record_keys() if key[1] == period and wanted in (None, key[0])]
        _show(session, f"{period} of {wanted}" if wanted else period, len(kept))
        if not yes and not _asked():
            raise click.ClickException("nothing was withdrawn: add --yes to do it")
        log_deed(store, "withdraw", f"{period} {wanted or 'all accounts'}", reason, session.clock())
        refused = _delete(session, period, kept, [one for one in accounts if wanted in (None, one.id)])
        gone = [account_id for account_id, _ in kept if f"{account_id}_{period}" not in refused]
        _remove(session, store, period, gone, whole=wanted is None)
    _report(session, period, gone, refused)


def _report(session: Session, period: str, gone: Sequence[str], refused: Mapping[str, str]) -> None:
    sink = session.config().sink
    in_crm = sink_settings(os.environ, sink) is not None
    result({"period": period, "withdrawn": gone, "refused": refused, sink: in_crm})
    for key, why in refused.items():
        session.warn(f"{key}: {why}")
    if refused:
        sys.exit(PARTIAL)


def _check(period: str) -> None:
    try:
        period_end(period)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--period") from error


def _show(session: Session, what: str, records: int) -> None:
    sink = session.config().sink
    settings = sink_settings(os.environ, sink)
    alone = f"the store alone: the environment names no {CRMS[sink]}"
    where = alone if settings is None else f"the store and {settings.url}"
    click.echo(f"healthscore: {count(records, 'record')} of {what} would be taken back from {where}", err=True)


def _asked() -> bool:
    return sys.stdin.isatty() and click.confirm("Take them back?", err=True)


def _delete(
    session: Session, period: str, kept: Sequence[tuple[str, str]], accounts: Sequence[Account]
) -> dict[str, str]:
    """Take records out of the CRM, also those that the store has lost; give by key why one is still there."""
    config = session.config()
    settings = sink_settings(os.environ, config.sink)
    if settings is None:
        return {}
    ids = {account_id for account_id, _ in kept} | {account.id for account in accounts}
    keys = [f"{account_id}_{period}" for account_id in sorted(ids)]
    try:
        return crm_writer(settings, config, session.patience).remove(keys)
    except SourceError as error:
        return dict.fromkeys(keys, str(error))


def _remove(session: Session, store: Store, period: str, gone: Sequence[str], *, whole: bool) -> None:
    CursorCheckpoints(store).forget()
    for account_id in gone:
        store.remove_record(account_id, period)
    if whole:
        forget_list(store, period)
        note(store, period, Note("withdrawn", session.clock()))
