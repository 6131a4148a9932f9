"""The terms on which a command scores, and how it names what failed."""

import sys
from collections.abc import Mapping

import click

from config.loader import Config
from handlers.commands.session import PARTIAL, Session
from handlers.jobs.records import Terms
from scoring.instants import Instant, format_date
from scoring.periods import period_end, period_of


def closing(session: Session, config: Config, period: str, *, final: bool) -> Terms:
    """Say how to close a period that has ended."""
    now = session.clock()
    as_of = _end(period)
    if as_of > now:
        raise click.ClickException(f"{period} has not ended: it can be closed from {format_date(as_of)} on")
    days, kept = config.alerts.notice_days, config.retention.superseded_observations
    return Terms(period, as_of, config.model, "final" if final else "provisional", now, notice_days=days, kept=kept)


def present(session: Session, config: Config, period: str | None) -> Terms:
    """Say how to score a period that may still run."""
    now = session.clock()
    period = period or period_of(now)
    days, kept = config.alerts.notice_days, config.retention.superseded_observations
    as_of = min(_end(period), now)
    close = Terms(period, as_of, config.model, "provisional", now, notice_days=days, kept=kept)
    if close.as_of == now and period != period_of(now):
        raise click.ClickException(f"{period} has not begun")
    return close


def _end(period: str) -> Instant:
    try:
        return period_end(period)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--period") from error


def name_failures(session: Session, failed: Mapping[str, str], unread: Mapping[str, str]) -> None:
    """Name the accounts that failed and the sources that could not be read; exit 3 where there are any."""
    for account_id, reason in failed.items():
        session.warn(f"{account_id}: {reason}")
    for reason in unread.values():
        session.warn(reason)
    if failed or unread:
        sys.exit(PARTIAL)
