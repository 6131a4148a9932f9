"""A spreadsheet into the store: its rows as messages through the intake of every message, and what it covers."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import click
import msgspec
from rich.progress import Progress

from config.loader import Config
from handlers.commands.import_meaning import Outcome
from handlers.commands.mapping_intake import put_accounts
from handlers.commands.session import Session
from handlers.commands.totals import Total
from handlers.jobs.fold import BATCH_SIZE, fold_entries
from handlers.jobs.sheet_coverage import Coverage, CoverageError, Held, covered, extended, source_of, until_of
from handlers.jobs.sheet_exports import Export, exports_of, is_read_anew, placed, remember
from handlers.sheets.accounts import Merged, with_currencies
from handlers.sheets.grid import Grid, Table
from handlers.sheets.plan import Plan
from handlers.sheets.records import Reading, account_records
from handlers.sheets.rows import BadRow, Read
from handlers.sheets.taken import Taken, first_of, last_of, read_table, setting_of, tell, uncovering
from handlers.sheets.telling import Said, Telling
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


def take_in(intake: Intake, table: Table, grid: Grid) -> Outcome:
    """Take in the rows of a table, and say what came of it."""
    read = read_table(table, intake.plan, intake.wanted, setting_of(intake.config, grid))
    if (asked := _asked(intake, read)) is not None:
        intake = replace(intake, since=asked, plan=replace(intake.plan, is_dated=True))
    merged = _merged(intake, read) if intake.plan.kind == "accounts" else None
    with intake.session.store(create=True) as store:
        exports = exports_of(store, intake.plan.kind)
        export = _export(intake, read, exports)
        taken = _taken(intake, read, merged, Reading(export.read_at, intake.since, intake.config.intake))
        outcome = Outcome(str(intake.file), intake.plan.kind, intake.read_at, len(table.rows), taken, table.left_out)
        outcome.since, outcome.is_read_anew = intake.since, is_read_anew(exports, export.file, export.way)
        held = _held(intake, taken, outcome, store)
        outcome.total = _folded(intake, taken.telling.said, taken.bad, store)
        remember(store, intake.plan.kind, export)
        if held is not None and not taken.bad:
            outcome.coverage = _cover(intake, held, store)
    return outcome


def _export(intake: Intake, read: Read, exports: Sequence[Export]) -> Export:
    """Say what export this is: what its rows hold, and how they are read."""
    held = _digest((intake.since, [(row.line, sorted(row.values.items())) for row in read.rows]))
    way = _digest(replace(intake.plan, exported_at=None, is_dated=False, date=None))
    read_at = placed(exports, intake.file.name, intake.read_at, held)
    return Export(intake.file.name, intake.read_at, read_at, held, way)


def _digest(value: object) -> str:
    return sha256(repr(value).encode()).hexdigest()[:16]


def _merged(intake: Intake, read: Read) -> Merged:
    """Put accounts into the mapping; rows without a clear currency are bad."""
    bad: list[BadRow] = []
    rows = with_currencies(read.rows, intake.plan.currency, bad)
    merged = put_accounts(intake.session, intake.mapping, rows, ask=not intake.yes)
    merged.bad.extend(bad)
    return merged


def _taken(intake: Intake, read: Read, merged: Merged | None, reading: Reading) -> Taken:
    if merged is None:
        telling = tell(intake.plan, read, reading, intake.config)
        return Taken(tuple(read.rows), telling, _by_line([*read.bad, *telling.bad]))
    telling = Telling(list(account_records(merged.rows, reading)), merged.bad, merged.remarks)
    return Taken(tuple(merged.rows), telling, _by_line([*read.bad, *merged.bad]))


def _by_line(bad: Iterable[BadRow]) -> list[BadRow]:
    return sorted(bad, key=lambda one: one.line)


def _folded(intake: Intake, said: Sequence[Said], bad: list[BadRow], store: Store) -> Total:
    """Fold messages as `ingest` does; a row whose message is refused is a bad row like any other."""
    total, refused = Total(), dict[int, BadRow]()
    entries = ((one.line, msgspec.json.encode(one.message)) for one in said)
    with _progress(intake, len(said)) as advance:
        for tally in fold_entries(entries, str(intake.file), store, intake.config.intake, intake.session.clock()):
            advance(tally.messages)
            total.add(tally)
            refused |= {letter.line: BadRow(letter.line, "the row", "", letter.reason) for letter in tally.dead_letters}
    bad.extend(refused.values())
    return total


@contextmanager
def _progress(intake: Intake, messages: int) -> Iterator[Callable[[int], None]]:
    """Show on a terminal how far a long file has come."""
    console = intake.session.stderr
    is_shown = console.is_terminal and messages > BATCH_SIZE
    with Progress(console=console, disable=not is_shown, transient=True) as progress:
        task = progress.add_task(intake.file.name, total=messages)
        yield lambda done: progress.advance(task, done)


def _held(intake: Intake, taken: Taken, outcome: Outcome, store: Store) -> Held | None:
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


def _asked(intake: Intake, read: Read) -> Instant | None:
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


def _cover(intake: Intake, held: Held, store: Store) -> Coverage | None:
    coverage = covered(store, intake.plan.kind, held)
    if coverage is not None:
        _folded(intake, [Said(0, message) for message in coverage.messages], [], store)
    return coverage
