"""What somebody says that a spreadsheet holds: asked before anything is taken in, and believed where it can be."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from config.loader import Config
from handlers.commands.import_meaning import Outcome
from handlers.commands.session import Session
from handlers.jobs.sheet_coverage import CoverageError, Held, extended, source_of, until_of
from handlers.sheets.plan import Plan
from handlers.sheets.rows import Read
from handlers.sheets.taken import Taken, first_of, last_of, uncovering
from handlers.sheets.wanted import Kind, Wanted
from handlers.stores.protocol import Store
from scoring.instants import DAY, Instant, format_date, format_instant, start_of_day

_QUIET: Mapping[Kind, int] = {"conversations": 7, "payments": 45, "opportunities": 45}
"""How many days without a row make it likely that a file was exported before it was last changed."""


@dataclass(frozen=True, slots=True)
class Intake:
    """All that a file is taken in by."""

    session: Session
    config: Config
    file: Path
    plan: Plan
    wanted: tuple[Wanted, ...]
    since: Instant | None
    mapping: Path | None
    yes: bool

    @property
    def read_at(self) -> Instant:
        """Say when the file was exported: what it says was so then."""
        return self.plan.exported_at or self.session.clock()


def asked(intake: Intake, read: Read) -> Instant | None:
    """Ask on a terminal whether the file holds everything since its first row, where that can be believed."""
    first = first_of(read.rows, intake.plan.kind)
    if (
        intake.since is not None
        or intake.yes
        or sys.stdin is None
        or not sys.stdin.isatty()
        or source_of(intake.plan.kind) is None
    ):
        return None
    if first is None or read.bad or uncovering(intake.plan, intake.wanted):
        return None
    since = start_of_day(min(first, intake.read_at))
    span = f"from {format_date(since)} until {format_instant(intake.read_at)}, when it was exported"
    question = f"Does {intake.file.name} hold each and every one of the {intake.plan.kind} {span}?"
    return since if click.confirm(question, default=False, err=True) else None


def claimed(intake: Intake, taken: Taken, outcome: Outcome, store: Store) -> Held | None:
    """Say from when on the file holds all there is, if somebody says so, and say why that is not believed."""
    if source_of(intake.plan.kind) is None:
        return None
    since, why = intake.since, _why(intake, taken)
    if since is None or why is not None:
        outcome.uncovered = why if since or not until_of(store, intake.plan.kind) else None
        return None
    if since > intake.read_at:
        exported = f"the export of {intake.file}, {format_instant(intake.read_at)}"
        raise click.ClickException(f"--covered-since {format_date(since)} lies after {exported}: see --exported-at")
    try:
        return extended(store, intake.plan.kind, Held(since, intake.read_at))
    except CoverageError as error:
        raise click.ClickException(str(error)) from error


def _why(intake: Intake, taken: Taken) -> str | None:
    """Say why it is not believed that a file holds all there is; None where it is."""
    if intake.since is None:
        return "nobody said since when the file holds all there is (--covered-since DATE)"
    if taken.bad:
        return "rows of it were not taken in: mend them, and import it again"
    if lacking := uncovering(intake.plan, intake.wanted):
        return f"it has no column of {', '.join(lacking)}: add one, even empty, where there is none of it"
    last = last_of(taken.rows, intake.plan.kind, intake.read_at)
    quiet = _QUIET.get(intake.plan.kind)
    if intake.plan.is_dated or last is None or quiet is None or intake.read_at - last <= quiet * DAY:
        return None
    days = f"its last row is of {format_date(last)}, and it was last changed on {format_date(intake.read_at)}"
    return f"{days}: say when it was exported by --exported-at"
