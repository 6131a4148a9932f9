"""`words suggest`: what messages suggest becomes suggested signals, of which a person decides."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handlers.commands.forms import noted_form_option, show
from handlers.commands.session import PARTIAL, Session, accounts_option
from handlers.jobs.learning import learn_daily
from handlers.jobs.suggestions import Suggested, Suggesting
from handlers.settings import load_settings
from handlers.sinks.conversation_links import conversation_links
from handlers.sinks.suggested_choice import suggestion_sink
from handlers.words.suggestions import CATEGORY_WORDS
from scoring.instants import format_date

if TYPE_CHECKING:
    from rich.console import Console


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be suggested, and write nothing.")
@click.option("--store-only", is_flag=True, help="Write into the store alone, even where Salesforce is set up.")
@accounts_option
@noted_form_option
@click.pass_obj
def suggest(session: Session, mapping: Path | None, *, dry_run: bool, store_only: bool) -> None:
    """Put what customers wrote before their CSMs: one suggestion an account, category and 30 days.

    Into Salesforce, as Churn Signals of status Suggested, where SALESFORCE_URL and its client are set; else into
    the store alone, for the desk. It counts nowhere until somebody accepts it. Called again, nothing doubles, and
    nothing that a person changed is touched. After a dismissal the account and category are quiet for 90 days. What
    Salesforce refuses is named, due again the next time, and the exit code is 3. It needs detector: rules (or
    rules_and_model) in words.yaml. Run it after ingest or sweep.

    \b
    Example:
      healthscore words suggest --dry-run
      healthscore words suggest
    """
    config = session.config()
    if not config.words.on:
        raise click.ClickException("words.yaml says detector: off, so no message is read and nothing is suggested")
    settings = None if store_only else load_settings(os.environ, ("salesforce",)).salesforce
    accounts, now = session.portfolio(mapping), session.clock()
    with session.store() as store:
        if not dry_run:
            learn_daily(store, config, now)
        sink = None if dry_run else suggestion_sink(settings, config, store, now, session.patience)
        told = Suggesting(store, config, conversation_links(os.environ), now).suggest(accounts, sink)
    into = "nowhere" if dry_run else "store" if settings is None else "salesforce"
    show(_counted(told, into), lambda console: _print(console, told, into))
    for key, reason in told.failed.items():
        session.warn(f"{key} was not written: {reason}")
    if told.failed:
        click.get_current_context().exit(PARTIAL)


def _counted(told: Suggested, into: str) -> dict[str, object]:
    suggestions = [
        {
            "account_id": one.account_id,
            "key": one.suggestion.key,
            "category": one.suggestion.category,
            "date": format_date(one.suggestion.at),
            "quote": one.suggestion.quote,
            "rule": one.suggestion.rule,
            "link": one.link,
        }
        for one in told.due
    ]
    numbers = {"accounts": told.accounts, "written": len(told.written), "there": len(told.there)}
    return {**numbers, "into": into, "failed": told.failed, "suggestions": suggestions}


def _print(console: "Console", told: Suggested, into: str) -> None:
    from rich.markup import escape  # noqa: PLC0415  programs do not wait for what tables need

    from handlers.commands.tables import table  # noqa: PLC0415  as above

    if told.due:
        shown = table("Account", "Category", "Written", "Quote")
        for one in told.due:
            found = one.suggestion
            category = CATEGORY_WORDS.get(found.category, found.category)
            shown.add_row(one.account_id, category, format_date(found.at), escape(found.quote))
        console.print(shown)
    console.print(_sentence(told, into), markup=False)


def _sentence(told: Suggested, into: str) -> str:
    """Say what became of it."""
    what = f"Suggestions due: {len(told.due)}, of {told.accounts} accounts"
    if into == "nowhere":
        return f"{what}; nothing was written."
    where = "Salesforce" if into == "salesforce" else "the store"
    already = f", {len(told.there)} waited there already" if told.there else ""
    return f"{what}. Written: {len(told.written)}, into {where}{already}."
