"""`drift`: each metric at a close beside the closes before it, and what moved for everybody at once."""

from collections.abc import Iterable

import click

from config.errors import nearest
from handlers.commands.forms import noted_form_option, show
from handlers.commands.session import Session
from handlers.jobs.drift import Closes, Drift
from handlers.words.drift import sentences
from scoring.drift import Finding, Spread
from scoring.instants import LAST
from scoring.rounding import shown


@click.command("drift")
@click.option("--period", metavar="YYYY-MM", help="The close to look at. Default: the latest, held or not.")
@noted_form_option
@click.pass_obj
def drift_command(session: Session, period: str | None) -> None:
    """Show what each metric looks like at a close, beside the last twelve closes.

    Of each metric and pillar: the share of the accounts that miss it, the median raw value, and the share at
    green and at red of those that have it, each with the least and the greatest of the last closes. What
    moved for everybody at once is named as its source's change: many accounts lose a metric, turn green or
    red in it, move the same way, or all have one value. It also holds a close (guard `drift`; limits in
    guards.yaml of the config). A season that no earlier close has looks the same.

    Closes note it; of those that an earlier version closed it is made from their records, which takes a while.
    On a terminal it is a table; else, or with --json, one line of JSON.

    \b
    Example:
      healthscore drift
      healthscore drift --period 2026-10 --json
    """
    limits = session.config().guards
    with session.store() as store:
        closes, sources = Closes(store), frozenset(store.feeds(LAST))
        found = closes.drift(_known(period, closes.seen), limits)
    said, needed = sentences(found.findings, sources), int(limits.drift_closes)
    if len(found.earlier) < needed:
        few = f"{found.period} has {len(found.earlier)} closes before it"
        session.warn(f"{few}: nothing can stand out beside fewer than {needed}")

    from handlers.commands.drift_forms import show_drift  # noqa: PLC0415  programs do not wait for it

    show(_told(found, said), lambda console: show_drift(console, found, said))


def _known(period: str | None, closed: list[str]) -> str:
    if not closed:
        raise click.ClickException("no month is closed yet: run finalise")
    if period is None or period in closed:
        return period or closed[-1]
    near = nearest(period, closed) or closed[-1]
    raise click.ClickException(f"{period} is not closed: did you mean {near}? There are {', '.join(closed)}")


def _told(found: Drift, said: list[str]) -> dict[str, object]:
    return {
        "period": found.period,
        "closes_before": [period for period, _ in found.earlier],
        "metrics": {
            name: _spread(now) | {"before": _before(spreads[name] for _, spreads in found.earlier if name in spreads)}
            for name, now in found.spreads.items()
        },
        "findings": [_finding(one) for one in found.findings],
        "said": said,
    }


def _spread(one: Spread) -> dict[str, object]:
    return {
        "accounts": one.accounts,
        "missing_pct": shown(one.missing_pct),
        "median": one.middle,
        "green_pct": None if one.green_pct is None else shown(one.green_pct),
        "red_pct": None if one.red_pct is None else shown(one.red_pct),
    }


def _before(known: Iterable[Spread]) -> dict[str, object]:
    """Give of each share, and of the median, the least and the greatest of the closes before."""
    spreads = [_spread(one) for one in known]
    names = ("missing_pct", "median", "green_pct", "red_pct")
    values = {name: [one[name] for one in spreads if one[name] is not None] for name in names}
    return {name: [min(some), max(some)] if some else None for name, some in values.items()}  # type: ignore[type-var]


def _finding(one: Finding) -> dict[str, object]:
    return {
        "metric": one.metric,
        "kind": one.kind,
        "accounts": one.number,
        "of": one.of,
        "pct": shown(one.pct),
        "known_pct": shown(one.known_pct),
        "typical": one.typical,
    }
