"""`what-if`: how accounts would stand under another model, month by month."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from config.draft import load_draft
from config.loader import Config
from config.portfolio import MAPPING
from config.source import label_of
from handlers.commands.forms import form_option, is_json
from handlers.commands.session import Session, accounts_option
from handlers.commands.tables import console
from handlers.commands.terms import closing, name_failures
from handlers.commands.tracking import tracked
from handlers.commands.what_if_forms import Drivers, json_line, named, show
from handlers.commands.what_if_impact import AskedImpact, impact_options
from handlers.jobs.history import last_ended
from handlers.jobs.what_if import WhatIf
from scoring.account import Account
from scoring.facts import HISTORY, HISTORY_MONTHS
from scoring.instants import format_date
from scoring.model import Model
from scoring.periods import periods_to
from scoring.what_if import Comparison, Month


@click.command("what-if")
@click.option(
    "--draft",
    required=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with the files of figures that are to change; what it lacks stays as it is.",
)
@click.option("--period", metavar="YYYY-MM", help="The month-end to compare. Default: the last.")
@click.option(
    "--months", type=click.IntRange(1, HISTORY_MONTHS), help=f"The last so many month-ends, at most {HISTORY_MONTHS}."
)
@click.option(
    "--recorded", is_flag=True, help="From what final records were made from, not from what is known now; quicker."
)
@impact_options
@accounts_option
@form_option
@click.pass_obj
def what_if_command(
    session: Session,
    /,
    draft: Path,
    mapping: Path | None,
    *,
    recorded: bool,
    as_json: bool | None,
    impact: AskedImpact,
    **asked: object,
) -> None:
    """Show how accounts would stand under a draft of the config: nothing is kept, and nothing is written.

    A draft is a folder with weights.yaml, thresholds.yaml or sources.yaml as they would be (a whole copy
    of the config will do). Both sides are scored from what is known now, so that only the model differs;
    with --recorded, from what the final records of closed months were made from: quicker, since no facts
    are read, and without what became known later. Where the draft has other windows, rules, words,
    limits, currencies or bounds of segments, everything is measured anew under it from what is known now.

    On a terminal: accounts and ARR by tier, money at risk, who changes tier and why, the greatest changes
    of others; of several months a line for each, and the rest of the last. Money at risk is the ARR of
    accounts that are At Risk, Critical, Unknown or unscored. Else, or with --json, each month is a line
    of JSON that names every account with another figure. With --check-impact exit code 4 says that the
    counts of a file are not those that are found.

    \b
    Example:
      healthscore what-if --draft draft
      healthscore what-if --draft draft --months 13 --json
    """
    present, other = session.config(), load_draft(draft, session.config_dir)
    refuse_new_sources(present.model, other.model)
    comparison = Comparison(present.model, other.model)
    if impact.is_asked:
        impact.settle(session, comparison, mapping, **asked)  # type: ignore[arg-type]
        return
    periods, accounts = _periods(session, present, **asked), session.portfolio(mapping)  # type: ignore[arg-type]
    failed = _compare(session, comparison, accounts, periods, recorded=recorded, as_json=is_json(as_json))
    _warn(session, draft, present, other)
    name_failures(session, failed, {})


def _compare(
    session: Session,
    comparison: Comparison,
    accounts: Sequence[Account],
    periods: Sequence[str],
    *,
    recorded: bool,
    as_json: bool,
) -> Mapping[str, str]:
    """Print how accounts would stand; gives why some could not be scored."""
    with session.store(fed=True) as store:
        question = WhatIf(store, comparison, recorded)
        answer = question.answer(tracked(session, accounts), periods)
        why = question.reasons(named(answer.months[-1]).cases, answer.months[-1], accounts)
    _print(answer.months, comparison, why, as_json=as_json)
    return answer.failed


def _print(months: Sequence[Month], comparison: Comparison, why: Drivers, *, as_json: bool) -> None:
    if not as_json:
        show(console(), months, comparison, why)
        return
    for month in months:
        click.echo(json_line(month, comparison, why if month is months[-1] else {}))


def refuse_new_sources(present: Model, draft: Model) -> None:
    """Refuse a draft that uses a source whose owners are in no mapping: all of its metrics would be missing."""
    new = sorted(draft.roles.keys() - present.roles.keys())
    if new:
        names = ", ".join(map(label_of, new))
        raise click.ClickException(
            f"the draft uses {names}, which the config does not: no account is mapped there, and nothing is known. "
            "Add it to the config, map the accounts and backfill; or take it out of limits in the draft's sources.yaml"
        )


def _warn(session: Session, folder: Path, present: Config, draft: Config) -> None:
    """Say what a draft would change besides the model, and what is not tried here."""
    if (present.intake.objects, present.looker) != (draft.intake.objects, draft.looker):
        session.warn(
            "the draft reads other objects or fields (sources.yaml): the store holds what the config reads now, "
            "and both sides are scored from that"
        )
    mapping, own = folder / MAPPING, session.config_dir / MAPPING
    if mapping.exists() and not (own.exists() and own.read_bytes() == mapping.read_bytes()):
        session.warn(f"{mapping} is not read: both sides have the accounts of the config, or of --accounts")


def _periods(session: Session, config: Config, period: str | None, months: int | None) -> Sequence[str]:
    """Name the months that are asked for; one of which observations may be forgotten is refused."""
    if period is None:
        return periods_to(last_ended(session.clock()), months or 1)
    if months is not None:
        raise click.UsageError("give --period for one month-end, or --months for the last so many, not both")
    terms, kept = closing(session, config, period, final=False), session.clock() - HISTORY
    if terms.as_of < kept:
        raise click.ClickException(
            f"{period} is too long ago: observations that were superseded before {format_date(kept)} may be forgotten"
        )
    return (period,)
