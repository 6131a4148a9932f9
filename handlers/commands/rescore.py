"""`rescore`: one account now."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from config.loader import Config
from handlers.commands.accounts import find, stored_names
from handlers.commands.lines import score_line
from handlers.commands.session import Session, accounts_option
from handlers.commands.terms import name_failures, present
from handlers.jobs.rescore import rescore
from handlers.jobs.unwritten import Due, Unwritten
from handlers.settings import sink_settings
from handlers.sinks.choice import CRMS, Sinks, crm_writer
from handlers.sinks.protocol import CrmWriter
from handlers.stores.models import kept_model
from scoring.record import Record


@click.command("rescore")
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
      healthscore rescore "four seasons lisbon"
      healthscore rescore 001Qy00000AbCdEIAV --period 2026-10
    """
    config = session.config()
    accounts = session.portfolio(mapping)
    found = find(accounts, account, stored_names(session))
    close = present(session, config, period)
    with session.store(fed=True) as store:
        store.put_model(config.model.version, config.model_text)
        record = rescore(found, store, close)
        click.echo(score_line(record.score).decode())
        if "account_deleted" in record.score.flags:
            session.warn(f"{found.id} is deleted in Salesforce: its score is not kept")
        else:
            portfolio = frozenset(one.id for one in accounts)
            due = Due(Unwritten(store, portfolio.intersection, config.sink), portfolio, (record.key,))
            crm = partial(crm_writer, config=config, models=partial(kept_model, store), replace_final=replace_final)
            _hand_on(session, config, record, due, crm)


def _hand_on(session: Session, config: Config, record: Record, due: Due, crm: Callable[..., CrmWriter]) -> None:
    """Write a record to the CRM, where the environment names it."""
    settings = sink_settings(os.environ, config.sink)
    if settings is None:
        return
    sinks = Sinks(crm=crm(settings, patience=session.patience), due=due)
    sinks.write([record])
    if record.score.account_id in sinks.outranked:
        session.warn(f"{record.score.account_id}: {CRMS[config.sink]} keeps a record that is newer, or final")
    name_failures(session, sinks.failed, {})
