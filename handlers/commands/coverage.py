"""`coverage`: since when a source is covered, where what was said of it is wrong."""

import click

from config.source import SOURCES
from handlers.commands.replay import instant
from handlers.commands.session import Session, result
from handlers.jobs.closes import log_deed
from scoring.instants import LAST, Instant, format_instant


@click.command()
@click.argument("source", type=click.Choice(tuple(SOURCES)))
@click.option(
    "--since",
    required=True,
    metavar="INSTANT",
    callback=instant,
    help="Everything of the source is known from then on.",
)
@click.option("--reason", default="", metavar="TEXT", help="Why; kept in the log of deeds that `status` shows.")
@click.pass_obj
def coverage(session: Session, source: str, since: Instant, reason: str) -> None:
    """Say since when a source is covered, whatever was said before.

    Of several `feed.covered` the earliest holds, so a wrong one cannot be taken back by another. This
    takes its place. A later backfill may still move the coverage back. The change is a line in the
    log of deeds.

    \b
    Example:
      healthscore coverage intercom --since 2026-07-01 --reason "a test message said 1999"
    """
    with session.store() as store:
        feed = store.feeds(LAST).get(source)
        if feed is None:
            raise click.ClickException(f"nothing was ever heard of {source} in this store")
        before = None if feed.covered_since is None else format_instant(feed.covered_since)
        log_deed(store, "coverage", f"{source} since {format_instant(since)}", reason, session.clock())
        store.correct_coverage(source, since)
    result({"source": source, "covered_since": format_instant(since), "before": before})
