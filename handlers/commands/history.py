"""`history`: an account month by month, as recorded and as known now."""

from collections.abc import Sequence
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from handlers.commands.accounts import find_ever
from handlers.commands.forms import form_option, is_json
from handlers.commands.history_clocks import clocks_line, show_clocks
from handlers.commands.outcomes_shown import in_month
from handlers.commands.session import Session, accounts_option, result
from handlers.commands.tables import coloured, console, table
from handlers.commands.terms import present
from handlers.jobs.history import month_ends
from handlers.jobs.history_lines import month_line
from handlers.jobs.outcomes import outcomes_of
from handlers.jobs.two_clocks import read_clocks, read_since
from handlers.words.history import NOTHING, causes, corrected, figures, reason
from handlers.words.layout import clean
from handlers.words.outcomes import elsewhere, said_in_month
from scoring.account import Account
from scoring.facts import HISTORY_MONTHS
from scoring.history import MonthEnd
from scoring.outcomes import Outcome
from scoring.score import Score


@click.command()
@click.argument("account")
@click.option(
    "--months", type=click.IntRange(1, HISTORY_MONTHS), help=f"How many month-ends to show. Default: {HISTORY_MONTHS}."
)
@click.option(
    "--period", metavar="YYYY-MM", help="One month by two clocks: each figure as shown then and as known now, and why."
)
@accounts_option
@form_option
@click.pass_obj
def history(
    session: Session,
    account: str,
    mapping: Path | None,
    *,
    months: int | None,
    period: str | None,
    as_json: bool | None,
) -> None:
    """Show the last month-ends of an account: as recorded then, and as known now under the present model.

    Each has score, tier, range, coverage and the change since the month before, and says what became of the
    account where notice was given, or a renewal or churn took effect, in that month. Where the two differ,
    it says why; a month that cannot be scored, or whose tier is Unknown, says which sources were blind.
    On a terminal it is a table; else, or with --json, each month is a line of JSON.

    With --period one month is held against its record figure by figure and metric by metric: what was seen
    after the record, another mapping or another model is named as the cause, and what came late is listed.
    What was shown then stays, whatever comes late.

    \b
    Example:
      healthscore history "Grand Hotel"
      healthscore history 001Qy00000AbCdEIAV --months 6 --json
      healthscore history "grand hotel" --period 2026-10
    """
    config = session.config()
    found = find_ever(session, session.portfolio(mapping), account)
    if period is not None:
        _clocks(session, found, period, months, as_json=as_json)
        return
    with session.store(fed=True) as store:
        ends = month_ends(store, found, config.model, session.clock(), months or HISTORY_MONTHS)
        known = outcomes_of(store, found, config.model, session.clock())
    if is_json(as_json):
        for month in ends:
            result({**month_line(found.id, month), "outcomes": in_month(month.period, known)})
    else:
        _show(found, ends, known)


def _clocks(session: Session, account: Account, period: str, months: int | None, *, as_json: bool | None) -> None:
    """Print one month as shown then and as known now."""
    if months is not None:
        raise click.UsageError("give --period for one month by two clocks, or --months for the last so many, not both")
    terms = present(session, session.config(), period)
    with session.store(fed=True) as store:
        clocks = read_clocks(store, account, terms.period, terms.model, terms.now)
        if clocks is None:
            raise click.ClickException(
                f"nothing was shown of {account.id} for {period}: there is no record; "
                f"healthscore explain {account.id} --period {period} says what is known now"
            )
        since = read_since(store, account, clocks, terms.model, terms.now)
    if is_json(as_json):
        result(clocks_line(account, clocks, since))
    else:
        show_clocks(console(), account, clocks, since)


def _show(account: Account, ends: Sequence[MonthEnd], known: Sequence[Outcome]) -> None:
    name = clean(ends[-1].known.account_name or account.name or account.id)
    out = console()
    out.print(f"[bold]{escape(name)}[/] ({account.id}), month by month")
    out.print(_table(ends, known))
    for line in elsewhere({month.period for month in ends}, known):
        out.print(line)
    if any(month.causes for month in ends):
        out.print("Recorded: what was shown then. Now: what is known now, under the present model.")
    if any(map(corrected, ends)):
        out.print(f"Corrected: what was shown first, and why, by healthscore history {account.id} --period YYYY-MM")


def _table(ends: Sequence[MonthEnd], known: Sequence[Outcome]) -> Table:
    made = table("Month", "", ">Score", "Tier", ">Range", ">Covered", ">Change", "Why")
    made.columns[-1].ratio = 1
    made.expand = True
    before = ""
    for month in ends:
        said = reason(month.known, month.blind)
        now, before = ("likewise" if said and said == before else said), said
        now = "; ".join(filter(None, (corrected(month), *said_in_month(month.period, known), now)))
        if month.recorded is None:
            _add(made, month.period, "not recorded", month.known, month.known_change, now)
        elif not month.causes:
            change = month.known_change if month.recorded_change is None else month.recorded_change
            _add(made, month.period, month.recorded.status, month.known, change, now)
        else:
            _add(made, month.period, month.recorded.status, month.recorded.score, month.recorded_change, "")
            _add(made, "", "now", month.known, month.known_change, "; ".join(filter(None, (causes(month), now))))
    return made


def _add(made: Table, month: str, kind: str, score: Score, change: float | None, why: str) -> None:
    final, tier, between, coverage, changed = figures(score, change)
    shown = coloured(tier) if final != NOTHING else f"[dim]{tier}[/]"
    made.add_row(month, kind, final, shown, between, coverage, changed, escape(why))
