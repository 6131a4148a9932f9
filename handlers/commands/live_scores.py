"""`live`: the scores of the running month, into Salesforce, once a day."""

import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from config.loader import Config
from handlers.commands.session import PARTIAL, Session, accounts_option, result
from handlers.commands.terms import present
from handlers.jobs.crew import crew_of
from handlers.jobs.guards import GUARDS
from handlers.jobs.live import Live, Lived
from handlers.jobs.live_sent import Sent
from handlers.jobs.runs import scoring
from handlers.settings import SalesforceSettings, sink_settings
from handlers.sinks.choice import crm_writer
from handlers.stores.models import kept_model


@click.command("live")
@click.option(
    "--yes-live",
    "confirmed",
    metavar="GUARD",
    multiple=True,
    type=click.Choice(GUARDS),
    help=f"Let held scores through by the guard's name: {', '.join(GUARDS)}. May be given again.",
)
@accounts_option
@click.pass_obj
def live_command(session: Session, mapping: Path | None, confirmed: tuple[str, ...]) -> None:
    """Score the running month as of now, and write to Salesforce the accounts that look different.

    Run it once a day, after `healthscore sweep`, if accounts in Salesforce shall not be a month old. An
    account is written where its score (with one decimal), its tier or the flags of its coverage differ from what
    Salesforce was last sent; where none does, Salesforce is not called at all. The records are provisional:
    none takes the place of a final one, and an account that has lost its score keeps the last one until the close.

    A month begins in Salesforce once the month before is closed. What would hold a close holds this too
    (limits: guards.yaml): nothing is written, the guard is named, and the exit code is 3. What Salesforce refuses
    is named, and tried again the next time.

    \b
    Example:
      healthscore live
      healthscore live --yes-live tier_changes
    """
    config = session.config()
    settings = _salesforce(config)
    terms = replace(present(session, config, None), status="final", confirmed=frozenset(confirmed))
    accounts = session.portfolio(mapping)
    with session.store(fed=True) as store:
        store.put_model(config.model.version, config.model_text)
        crm = crm_writer(settings, config, session.patience, models=partial(kept_model, store))
        live = Live(accounts, store, terms, config.guards, crm, Sent(store, terms.now, config.sink))
        waits = live.waits()
        lived = Lived(terms.period, len(accounts), waits=waits)
        if not waits:
            with crew_of(store, session.cores, len(accounts)) as crew:
                scored = scoring(crew, terms)("", accounts)
            lived = live.write(scored)
    _report(session, lived)


def _salesforce(config: Config) -> SalesforceSettings:
    """Read how Salesforce is reached; HubSpot shows one record of a company, and a final one stays."""
    if config.sink != "salesforce":
        raise click.ClickException("live scores go to Salesforce alone: the config's sink is another (record.yaml)")
    settings = sink_settings(os.environ, config.sink)
    if not isinstance(settings, SalesforceSettings):
        raise click.ClickException("SALESFORCE_URL is not set: there is nowhere to write scores to; see .env.example")
    return settings


def _report(session: Session, lived: Lived) -> None:
    """Print what came of it as a line of JSON, name what is wrong; exit 3 where anything is."""
    result(lived)
    said = [f"nothing was written: {lived.waits}"] if lived.waits else []
    said += [
        f"nothing was written, held by {guard}: {seen}. --yes-live {guard} lets it through"
        for guard, seen in lived.held
    ]
    said += [f"{account_id}: it has no score any more; Salesforce keeps the last one" for account_id in lived.lost]
    said += [f"{account_id}: {reason}" for account_id, reason in lived.failed.items()]
    for one in said:
        session.warn(one)
    if said:
        sys.exit(PARTIAL)
