"""`sweep` and `backfill`: pull what no event brings from the live systems."""

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.progress import Progress, SpinnerColumn, TextColumn

from config.intake import Intake
from handlers.commands.forms import noted_form_option, show
from handlers.commands.letters import beside, bury
from handlers.commands.outputs import output_file
from handlers.commands.pull_tables import Pulled, show_pulled
from handlers.commands.replay import instant
from handlers.commands.retained import let_go
from handlers.commands.session import PARTIAL, Session, accounts_option
from handlers.commands.totals import Total, finish
from handlers.jobs.fold import Tally
from handlers.jobs.pull import Pull
from handlers.jobs.sweep import Sweeper, folding, take_in
from handlers.jobs.systems import clients_of
from handlers.settings import Settings, load_settings
from handlers.stores.protocol import Store
from scoring.instants import Instant

believe_option = click.option(
    "--believe",
    "believed",
    multiple=True,
    metavar="OBJECT",
    help="Believe Salesforce that records of this object are gone, however many. May be given several times.",
)


@contextmanager
def sweeping(
    session: Session, mapping: Path | None, believed: Iterable[str], *, create: bool
) -> Iterator[tuple[Sweeper, Store]]:
    """Give a sweeper of the portfolio (which may still be empty) over the systems that the environment names."""
    settings = load_settings(os.environ)
    if settings == Settings():
        raise click.ClickException("no system is named in the environment: see .env.example for the variables")
    config = session.config()
    objects = _objects(believed, config.intake)
    clients = clients_of(settings, patience=session.patience)
    with session.store(create=create) as store:
        accounts = session.mapping(mapping)
        moment, words = session.clock(), config.words.on
        sweeper = Sweeper(clients, config.intake, config.looker, accounts, store, moment, believed=objects, words=words)
        yield sweeper, store


def _objects(names: Iterable[str], intake: Intake) -> frozenset[str]:
    """Check names of objects."""
    for name in names:
        if intake.object_named(name) is None:
            known = ", ".join(intake.objects)
            raise click.BadParameter(f"{name!r} is no object of config/sources.yaml: {known}", param_hint="--believe")
    return frozenset(names)


@click.command()
@believe_option
@accounts_option
@noted_form_option
@click.pass_obj
def sweep(session: Session, believed: tuple[str, ...], mapping: Path | None) -> None:
    """Pull what is new in every system that the environment names, and what lost events left to be re-read.

    Run it daily at least: it heals outages, and keeps the feeds known to be alive. Once a day it
    also takes a census: what Salesforce has no longer counts as erased, unless so much is missing
    that the API user has rather lost sight of it. Once a week it lets go of what retention.yaml no
    longer keeps, and says so. It may be stopped and run again at any point. A source that fails is
    named, the others go on, and the exit code is 3. Credentials come from the environment: see
    .env.example. What came is a table on a terminal; else, or with --json, one line of JSON.

    \b
    Example:
      healthscore sweep
      healthscore sweep --believe Churn_Signal__c
    """
    with sweeping(session, mapping, believed, create=False) as (sweeper, store):
        if mapping is None:
            let_go(session, store, sweeper.accounts)
        _take_in(session, sweeper, store, sweeper.sweep())


@click.command()
@click.option(
    "--since",
    metavar="INSTANT",
    callback=instant,
    help="How far back. Default: 13 months of CRM, 100 days of conversations.",
)
@believe_option
@accounts_option
@noted_form_option
@click.pass_obj
def backfill(session: Session, since: Instant | None, believed: tuple[str, ...], mapping: Path | None) -> None:
    """Bring history from every system that the environment names, so that every window is covered.

    It may be stopped and run again at any point: nothing is lost, nothing is doubled. A source that
    fails is named, the others go on, and the exit code is 3. What came is a table on a terminal; else,
    or with --json, one line of JSON.

    \b
    Example:
      healthscore backfill
      healthscore backfill --since 2025-09-01
    """
    with sweeping(session, mapping, believed, create=True) as (sweeper, store):
        _take_in(session, sweeper, store, sweeper.backfill(since))


def _take_in(session: Session, sweeper: Sweeper, store: Store, pulls: Iterable[Pull]) -> None:
    total, by_pull, failures = Total(), Counter[str](), dict[str, str]()
    letters = output_file(session, beside(session.store_url))
    folded = take_in(pulls, folding(store, sweeper.intake, sweeper.now, session.words()), store, failures)
    for name, tally in _shown(session, folded):
        bury(tally.dead_letters, letters, session)
        total.add(tally)
        by_pull[name] += tally.messages
    total.remarks.update(sweeper.remarks)
    pulled = Pulled(sweeper.clients.asked, total, by_pull, failures)
    show(pulled.told(), lambda console: show_pulled(console, pulled))
    for reason in failures.values():
        session.warn(reason)
    finish(session, total, letters)
    if failures:
        sys.exit(PARTIAL)


def _shown(session: Session, tallies: Iterable[tuple[str, Tally]]) -> Iterator[tuple[str, Tally]]:
    """Pass tallies on, and show on a terminal what is being pulled."""
    console = session.stderr
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,.0f} messages"))
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("asking", total=None)
        for name, tally in tallies:
            progress.update(task, description=name, advance=tally.messages)
            yield name, tally
