"""`outcomes`: what became of accounts at their renewals, and what cannot be counted."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click

from handlers.commands.accounts import stored_names
from handlers.commands.forms import form_option, is_json
from handlers.commands.outcome_files import read_table
from handlers.commands.outcomes_shown import Listing, in_json, show_outcomes
from handlers.commands.questions import notice_days_option, usual_terms
from handlers.commands.replay import date_or_instant
from handlers.commands.score_files import ScoreFile
from handlers.commands.session import PARTIAL, Session, accounts_option, result
from handlers.commands.tracking import tracked
from handlers.jobs.outcomes import found_outcomes, told_strangers
from handlers.jobs.past_accounts import recorded, with_departed
from handlers.words.outcomes import NONE_KNOWN
from scoring.account import Account
from scoring.ids import to_18
from scoring.instants import Instant
from scoring.outcome_facts import in_turn
from scoring.outcomes import Terms, sort_out


@click.command("outcomes")
@click.argument("file", required=False, metavar="[FILE]", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--scores",
    metavar="SCORES",
    help="With FILE: check it against the accounts and the last date of these scores (JSON lines; - for stdin).",
)
@notice_days_option
@click.option(
    "--until",
    metavar="DATE",
    callback=date_or_instant,
    help="How far outcomes are known; later ones are refused. Default: the last score of SCORES, else now.",
)
@accounts_option
@form_option
@click.pass_obj
def outcomes_command(  # noqa: PLR0913 - an option each
    session: Session,
    file: Path | None,
    scores: str | None,
    notice_days: int | None,
    until: Instant | None,
    mapping: Path | None,
    *,
    as_json: bool | None,
) -> None:
    """List what became of accounts at their renewals, count it, and name each row that cannot be counted.

    With FILE (CSV: account_id,outcome,notice_date,effective_date,arr[,reason][,treated_date]) that file is
    read and checked, and nothing is kept: `healthscore import outcomes FILE` takes it in. Without it, what the
    store knows is listed: renewal opportunities that were won or lost, the churn dates of accounts, and
    what was taken in, which corrects the CRM's.

    A renewal whose date has passed and that nobody closed has no outcome; such are counted as unknown. On a
    terminal it prints tables; else, or with --json, one line of JSON.

    \b
    Example:
      healthscore outcomes
      healthscore outcomes churn.csv --scores scores.jsonl
    """
    if file is None and scores is not None:
        raise click.UsageError("--scores is what FILE is checked against: name a file of outcomes, too.")
    days = usual_terms(session, file).notice_days if notice_days is None else notice_days
    found = _in_store(session, mapping, days, until) if file is None else _in_file(session, file, scores, (days, until))
    if is_json(as_json):
        result(in_json(found))
    else:
        show_outcomes(found)
    if found.is_empty:
        session.stderr.print(NONE_KNOWN, markup=False)
    if found.unread:
        sys.exit(PARTIAL)


def _in_store(session: Session, mapping: Path | None, notice_days: int, until: Instant | None) -> Listing:
    """List what a store knows of the accounts of its portfolio, and of those that were taken out of it."""
    config, now = session.config(), session.clock()
    portfolio, failed = session.portfolio(mapping), dict[str, str]()
    with session.store() as store:
        accounts = with_departed(store, portfolio)
        nobody = told_strangers(store, accounts)
        accounts += recorded(store, nobody)
        known = list(found_outcomes(store, tracked(session, accounts, "outcomes"), config.model, now, failed))
        ids = frozenset(one.id for one in accounts)
        strange = found_outcomes(store, (one for one in nobody if one.id not in ids), config.model, now, failed)
        rows = in_turn([*known, *strange])
    for account_id, why in failed.items():
        session.warn(f"{account_id}: {why}")
    terms = Terms(ids, now if until is None else until, notice_days)
    return Listing(
        sort_out(rows, terms),
        terms,
        days=tuple(one.effective for one in rows),
        undecided=tuple(one for found in known for one in found.undecided),
        silent=sum(not found.outcomes and not found.undecided for found in known),
        flags=frozenset(flag for found in known for flag in found.flags),
        names=_names(session, portfolio),
        unread=len(failed),
    )


def _names(session: Session, accounts: Sequence[Account]) -> dict[str, str]:
    return {**stored_names(session)(), **{one.id: one.name for one in accounts if one.name}}


def _in_file(session: Session, file: Path, scores: str | None, said: tuple[int, Instant | None]) -> Listing:
    """List what a file says, held against scores where there are any; else against each other and the present day."""
    rows, lines, faults = read_table(file)
    notice_days, until = said
    if scores is None:
        checked = _Checked(frozenset(to_18(row.account_id) for row in rows), session.clock())
    else:
        checked = _scored(session, scores)
    terms = Terms(checked.accounts, checked.last if until is None else until, notice_days)
    return Listing(
        sort_out(rows, terms), terms, lines=lines, faults=faults, is_checked=scores is not None, unread=checked.bad
    )


class _Checked(NamedTuple):
    """What a file is held against: accounts and a last date, and how many lines of scores could not be read."""

    accounts: frozenset[str]
    last: Instant
    bad: int = 0


def _scored(session: Session, scores: str) -> _Checked:
    """Give the accounts of a file of scores, and its last date."""
    found = ScoreFile(session, scores)
    seen = {(score.account_id, score.as_of) for score in found}
    if not seen:
        raise click.ClickException(f"{scores} has no score: nothing can be held against it")
    return _Checked(frozenset(account for account, _ in seen), max(as_of for _, as_of in seen), found.bad)
