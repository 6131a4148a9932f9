"""`words backfill`: look back at what customers wrote."""

import os

import click
from rich.progress import Progress, SpinnerColumn, TextColumn

from handlers.clients.intercom.client import IntercomClient, connect
from handlers.commands.letters import beside, bury
from handlers.commands.outputs import output_file
from handlers.commands.replay import instant
from handlers.commands.session import Session
from handlers.commands.totals import Total, finish
from handlers.jobs.words_backfill import LookBack, usual_since
from handlers.settings import load_settings
from scoring.instants import Instant


@click.command()
@click.option("--since", metavar="INSTANT", callback=instant, help="How far back. Default: 100 days.")
@click.pass_obj
def backfill(session: Session, since: Instant | None) -> None:
    """Read the conversations of the last 100 days in full, once, so that there are suggestions from the first day.

    Each conversation is one call of Intercom, within its limits; the text stays in memory. It may be stopped and
    called again at any point: it resumes. Messages older than 45 days give sentiment, and no suggestion. It needs
    detector: rules (or rules_and_model) in words.yaml, and INTERCOM_TOKEN; `healthscore words suggest` comes next.

    \b
    Example:
      healthscore words backfill
      healthscore words backfill --since 2026-10-01
    """
    words = session.words()
    if words is None:
        raise click.ClickException("words.yaml says detector: off: say rules there, then nothing is read in vain")
    client, total = _client(session), Total()
    letters = output_file(session, beside(session.store_url))
    console = session.stderr
    columns = (SpinnerColumn(), TextColumn("{task.completed:,.0f} conversations"))
    with (
        session.store(create=True) as store,
        Progress(*columns, console=console, disable=not console.is_terminal) as bar,
    ):
        task, now = bar.add_task("", total=None), session.clock()
        look = LookBack(client, store, session.config().intake, words, now)
        for tally in look.take_in(usual_since(now) if since is None else since):
            bury(tally.dead_letters, letters, session)
            total.add(tally)
            bar.update(task, advance=tally.messages)
    total.say()
    finish(session, total, letters)


def _client(session: Session) -> IntercomClient:
    settings = load_settings(os.environ).intercom
    if settings is None:
        raise click.ClickException("INTERCOM_TOKEN is not set: conversations are read over Intercom's REST API")
    return connect(settings, session.patience)
