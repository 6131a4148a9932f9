"""`portfolio`: all accounts of a period at a glance, from their summaries alone."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import click

from config.errors import nearest
from handlers.commands.forms import is_json, noted_form_option
from handlers.commands.portfolio_lines import json_line
from handlers.commands.session import Session
from handlers.jobs.alerts import edges_before, kept_list
from handlers.jobs.portfolio import SORTS, TIERS, Asked, Line, csm_names, in_order, latest_period, lines_of
from handlers.stores.protocol import Store
from scoring.model import SEGMENTS
from scoring.periods import period_start

SHOWN = 50
"""So many accounts a table shows unless asked for more; lines of JSON are for programs, and all there."""
_ANY_CHANGE = 0.1
_AT_ONCE = 500
"""So many lines of JSON are written at once."""


_Read: TypeAlias = Callable[[click.Context, click.Parameter, Any], Any]


def _one_of(what: str, words: Iterable[str]) -> _Read:
    """Read one of a few words, in whatever capitals; a wrong one is answered with the nearest."""
    known = {word.casefold(): word for word in words}

    def read(context: click.Context, option: click.Parameter, value: Any) -> Any:  # noqa: ANN401 - as click gives it
        if value is None or isinstance(value, tuple):
            return None if value is None else tuple(read(context, option, one) for one in value)
        word = " ".join(value.replace("_", " ").replace("-", " ").split()).casefold()
        if word not in known:
            near = nearest(value, known.values())
            hint = f"did you mean {near}? " if near else ""
            raise click.BadParameter(f"{value!r} is no {what}: {hint}There are {', '.join(known.values())}")
        return known[word]

    return read


@click.command("portfolio")
@click.option("--period", metavar="YYYY-MM", help="The month to show. Default: the latest that has records.")
@click.option(
    "--tier", "tiers", callback=_one_of("tier", TIERS), multiple=True, help="Only this tier. May be given again."
)
@click.option("--segment", callback=_one_of("segment", SEGMENTS), help="Only this segment: paid or standard.")
@click.option("--csm", metavar="NAME", help="Only accounts of this CSM: a part of the name or mail, or the id.")
@click.option(
    "--changed",
    type=click.FloatRange(0, 100),
    is_flag=False,
    flag_value=_ANY_CHANGE,
    metavar="[POINTS]",
    help="Only accounts whose tier, or whose score by so many points (any), is not that of the record before.",
)
@click.option("--alerts", is_flag=True, help="Only accounts on the list of alerts: whom to call first, and why.")
@click.option(
    "--sort",
    callback=_one_of("order", SORTS),
    help=f"{', '.join(SORTS)}. Default: risk (worst tier, most ARR); with --changed: moved; with --alerts: alert.",
)
@click.option(
    "--limit", type=click.IntRange(0), metavar="N", help=f"At most so many; 0: all. Default: {SHOWN} in a table."
)
@noted_form_option
@click.pass_obj
def portfolio(
    session: Session,
    /,
    period: str | None,
    *,
    limit: int | None,
    sort: str | None,
    tiers: tuple[str, ...],
    alerts: bool,
    **asked: object,
) -> None:
    """Show the accounts of a period from their summaries: nothing is scored, and no fact is read.

    On a terminal it is a table: tier, score and range, change, the course of four months, what moved
    the score most, ARR, renewal, CSM. Else, or with --json, each account is a line of JSON. While a month
    runs, an account that has no record of it yet is shown with the one of the month before.

    An alert is no tier. A tier says how one account stands; the list of alerts ranks all accounts against
    each other and names as many as the budget of alerts.yaml allows: those whose renewal comes up first,
    then the worst smoothed score. So a Healthy account may be on it and a Critical one not. The list is made
    at a close; a score made since is held against how bad one had to be for it.

    \b
    Example:
      healthscore portfolio
      healthscore portfolio --tier "at risk" --tier critical --sort renewal
      healthscore portfolio --period 2026-10 --changed 5 --csm ana --json
      healthscore portfolio --alerts
    """
    _check(period)
    wanted = Asked(frozenset(tiers), **asked, alerts=alerts)  # type: ignore[arg-type]
    with session.store() as store:
        shown = period or latest_period(store)
        every = [] if shown is None else lines_of(store, shown, session.config().model.currencies)
        _refuse_nothing(store, period, every)
        if alerts and shown is not None:
            _refuse_unlisted(store, shown)
    _refuse_unknown_csm(wanted, every)
    lines = in_order(filter(wanted.fits, every), sort or _usual_order(wanted))
    _show(shown or "", every, lines, limit=limit, alerts=alerts)


def _usual_order(wanted: Asked) -> str:
    if wanted.alerts:
        return "alert"
    return "risk" if wanted.changed is None else "moved"


def _show(period: str, every: Sequence[Line], lines: Sequence[Line], *, limit: int | None, alerts: bool) -> None:
    as_json = is_json()
    most = (len(lines) if as_json else SHOWN) if limit is None else limit or len(lines)
    if as_json:
        _write(lines[:most])
    else:
        from handlers.commands.portfolio_forms import portfolio_table  # noqa: PLC0415  programs do not wait for it
        from handlers.commands.tables import console  # noqa: PLC0415

        portfolio_table(console(), period, every, lines, most, alerts=alerts)


def _write(lines: Sequence[Line]) -> None:
    for start in range(0, len(lines), _AT_ONCE):
        click.echo("\n".join(map(json_line, lines[start : start + _AT_ONCE])))


def _check(period: str | None) -> None:
    try:
        period_start(period or "2026-10")
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--period") from error


def _refuse_nothing(store: Store, period: str | None, every: Sequence[Line]) -> None:
    """Refuse a period without records: an empty list would look like peace."""
    if every:
        return
    known = store.summarised()
    if not known:
        raise click.ClickException("no account has a record yet: run finalise, or rescore one")
    near = nearest(period, known) or known[-1]
    raise click.ClickException(
        f"no account has a record of {period}: did you mean {near}? There are {', '.join(known)}"
    )


def _refuse_unlisted(store: Store, period: str) -> None:
    """Refuse where no close has made a list yet: none on it would look like peace."""
    if kept_list(store, period) is None and edges_before(store, period) is None:
        raise click.ClickException(
            f"no close up to {period} has a list of alerts: one is made when a month is closed (healthscore finalise)"
        )


def _refuse_unknown_csm(wanted: Asked, every: Sequence[Line]) -> None:
    if wanted.csm is None or any(Asked(csm=wanted.csm).fits(line) for line in every):
        return
    names = sorted({name for line in every for name in csm_names(line.summary)})
    near = nearest(wanted.csm, names)
    hint = f"did you mean {near}?" if near else "leave --csm out to see who there is"
    why = hint if names else "no account's record names one (sweep or backfill brings them)"
    raise click.ClickException(f"no account has a CSM {wanted.csm!r}: {why}")
