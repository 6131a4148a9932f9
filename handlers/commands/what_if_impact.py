"""The impact of a draft as a file: written with a proposal, and computed again where the proposal is reviewed."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path

import click

from handlers.commands.outputs import output_file
from handlers.commands.score_files import ScoreFile
from handlers.commands.session import PARTIAL, Session, result
from handlers.commands.tracking import tracked
from handlers.jobs.gate import tried_scores
from handlers.jobs.gate_limits import measured_by_lines
from handlers.jobs.history import last_ended
from handlers.jobs.impact_file import differences, impact_words, read_impact, stated, written_impact
from handlers.jobs.what_if import WhatIf
from scoring.periods import period_start
from scoring.what_if import Comparison, Month

DIFFERS = 4
"""The exit code where a file states another impact than is found."""

_FILE = click.Path(dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class AskedImpact:
    """What is asked about an impact: to write it, or to see whether a file states it; from a file of scores, or not."""

    write: Path | None = None
    check: Path | None = None
    scores: str | None = None

    @property
    def is_asked(self) -> bool:
        """Tell whether anything is; scores alone are of no use."""
        if self.write is not None and self.check is not None:
            raise click.UsageError("give --write-impact or --check-impact, not both")
        if self.scores is not None and self.check is None and self.write is None:
            raise click.UsageError("--scores is for --write-impact and --check-impact: gate judges a draft by scores")
        return self.write is not None or self.check is not None

    def settle(
        self, session: Session, comparison: Comparison, mapping: Path | None, *, period: str | None, months: int | None
    ) -> None:
        """Write the impact, or check the one that is stated; exits with 4 where it differs."""
        if months is not None:
            raise click.UsageError("an impact is of one month-end: name it with --period, not --months")
        said = None if self.check is None else read_impact(self.check.read_text(encoding="utf-8"), str(self.check))
        wanted = period or (last_ended(session.clock()) if said is None else said.period)
        month = self._month(session, comparison, mapping, _month_name(wanted))
        found = stated(month, comparison)
        if self.write is not None:
            with output_file(session, self.write, mapping=mapping).replaced() as out:
                out.write(written_impact(found).encode())
        result(found)
        session.stderr.print(f"{impact_words(found)}.", markup=False)
        if said is not None:
            _tell(session, differences(said, found))

    def _month(self, session: Session, comparison: Comparison, mapping: Path | None, period: str) -> Month:
        if self.scores is not None:
            return _of_scores(session, self.scores, comparison, period)
        accounts = session.portfolio(mapping)
        with session.store(fed=True) as store:
            answer = WhatIf(store, comparison, recorded=True).answer(tracked(session, accounts), [period])
        for account_id, reason in answer.failed.items():
            session.warn(f"{account_id}: {reason}")
        if answer.failed:
            session.stderr.print("Accounts that could not be read are in no count.", markup=False)
            sys.exit(PARTIAL)
        return answer.months[0]


def _month_name(said: str) -> str:
    try:
        period_start(said)
    except ValueError as error:
        raise click.UsageError(f"the month of the impact is {said!r}: {error}") from error
    return said


def _of_scores(session: Session, scores: str, comparison: Comparison, period: str) -> Month:
    if not measured_by_lines(comparison.present, comparison.draft):
        raise _unknown("the draft measures otherwise, or signals expire otherwise: scores of a file cannot show that")
    file = ScoreFile(session, scores)
    months = {month.period: month for month in tried_scores(file, comparison, {}).months}
    if file.bad:
        raise _unknown(f"{scores} has lines that cannot be read")
    if period not in months:
        known = ", ".join(sorted(months)) or "none"
        raise _unknown(f"{scores} has no month {period}: it has {known}; export it anew by gate --export")
    return months[period]


class Uncheckable(click.ClickException):
    """What a file states of an impact cannot be computed again."""

    exit_code = DIFFERS


def _unknown(said: str) -> Uncheckable:
    return Uncheckable(f"the impact cannot be computed again: {said}")


def _tell(session: Session, found: Iterable[str]) -> None:
    said = list(found)
    if not said:
        session.stderr.print("The stated impact is the one that is found.", markup=False)
        return
    for one in said:
        session.stderr.print(f"The stated impact differs: {one}.", markup=False)
    sys.exit(DIFFERS)


def impact_options(command: Callable[..., object]) -> Callable[..., object]:
    """Give a command the options of the impact, as its one parameter `impact`."""

    @wraps(command)
    def called(
        *args: object, write_impact: Path | None, check_impact: Path | None, scores: str | None, **options: object
    ) -> object:
        return command(*args, impact=AskedImpact(write_impact, check_impact, scores), **options)

    for option in reversed(_OPTIONS):
        called = option(called)
    return called


_OPTIONS = (
    click.option("--write-impact", metavar="FILE", type=_FILE, help="Write the counts of the month to a file."),
    click.option(
        "--check-impact",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="See whether a file states the counts that are found.",
    ),
    click.option(
        "--scores",
        metavar="FILE",
        help="Compute them from scores that gate --export wrote, without a store; - for stdin.",
    ),
)
