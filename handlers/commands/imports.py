"""`import`: take in a spreadsheet."""

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypedDict, Unpack

import click

from config.source import SOURCES
from handlers.commands.import_columns import Shown, show
from handlers.commands.imported import finish
from handlers.commands.replay import instant
from handlers.commands.session import Session
from handlers.commands.sheet_intake import Intake, take_in
from handlers.commands.tables import form_option, is_json
from handlers.files import OutputFile
from handlers.sheets.files import read_grid
from handlers.sheets.grid import Grid, Table, doubtful
from handlers.sheets.plan import Plan, planned, read_plan, written
from handlers.sheets.proposal import Choice, propose, sure
from handlers.sheets.taken import check, find_table, setting_of, wanted_of
from handlers.sheets.wanted import KINDS, Kind, Wanted, titles_of
from scoring.instants import DAY, SECOND, Instant, format_instant

_SOURCES = {"conversations": "intercom", "usage": "looker"}


class Options(TypedDict):
    """What may be said beside the kind and the file."""

    sheet: str | None
    columns: Path | None
    exported_at: Instant | None
    covered_since: Instant | None
    date: Instant | None
    mapping: Path | None
    yes: bool
    as_json: bool | None


@click.command("import", short_help="Take in a spreadsheet: accounts, usage, conversations and the like.")
@click.argument("kind", type=click.Choice(tuple(KINDS)))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--sheet", metavar="NAME", help="The sheet of a workbook. Default: the first.")
@click.option(
    "--columns",
    metavar="YAML",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file that says which column is which. Default: FILE.columns.yaml.",
)
@click.option(
    "--exported-at",
    metavar="INSTANT",
    callback=instant,
    help="When the file was exported. Default: when it was last changed.",
)
@click.option(
    "--covered-since",
    metavar="DATE",
    callback=instant,
    help="The file holds all there is from then until its export; of accounts: they are known since then.",
)
@click.option(
    "--date", metavar="DATE", callback=instant, help="Usage: the day that windows end on, where no column says it."
)
@click.option(
    "--accounts",
    "mapping",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The account mapping that accounts are put into. Default: account_mapping.csv of the config.",
)
@click.option("--yes", is_flag=True, help="Ask nothing: take columns by names that are known, and write the mapping.")
@form_option
@click.pass_obj
def import_command(session: Session, kind: Kind, file: Path, **options: Unpack[Options]) -> None:
    """Take in a spreadsheet (CSV, or xlsx) of one KIND of rows: a pilot without any access to live systems.

    Columns are found by their names; what is found is shown, and kept in FILE.columns.yaml, which a
    person may change and which then decides. Nothing is guessed in silence: without a terminal the
    first call writes that file and stops, unless --yes is given and every column has a name that is known.

    Rows that cannot be read are named on stderr, and kept beside the store (.bad-rows.jsonl); the rest
    goes in, and the exit code is 3. The same file taken in again changes nothing; a later export of it
    says what has become of the same rows.

    Only --covered-since, or an answer on the terminal, says that a file holds all there is: without it
    metrics that would need to know that nothing happened are missing.

    \b
    Example:
      healthscore import accounts accounts.xlsx
      healthscore import conversations support.csv --covered-since 2025-09-01
      healthscore import payments payments.csv --exported-at 2026-11-05 --yes
    """
    config = session.config()
    source = _SOURCES.get(kind, "salesforce")
    if source not in config.model.roles:
        raise click.ClickException(f"{SOURCES[source].label} is not in use: name it under limits in sources.yaml")
    wanted = wanted_of(kind, config)
    made = _Plans(session, kind, file, wanted, options)
    plan, table, grid = made.plan()
    check(plan, wanted, table, str(file), plan.date, str(made.path))
    if plan.exported_at is not None and plan.exported_at > session.clock() + DAY:
        ahead = f"{format_instant(plan.exported_at)} lies ahead: say when {file} was exported by --exported-at"
        raise click.ClickException(ahead)
    intake = Intake(session, config, file, plan, wanted, options["covered_since"], options["mapping"], options["yes"])
    outcome = take_in(intake, table, grid)
    outcome.columns = str(made.path)
    finish(session, outcome, plan, config, as_json=is_json(options["as_json"]))


@dataclass(frozen=True, slots=True)
class _Plans:
    """Where the plan of a file comes from: from a file beside it, or else from a proposal that a person confirms."""

    session: Session
    kind: Kind
    file: Path
    wanted: tuple[Wanted, ...]
    options: Options

    @property
    def path(self) -> Path:
        return self.options["columns"] or self.file.with_name(f"{self.file.name}.columns.yaml")

    def plan(self) -> tuple[Plan, Table, Grid]:
        """Give the plan with what the options say, and the table it is of."""
        standing = read_plan(self.path, self.kind, self.wanted) if self.path.exists() else None
        sheet = self.options["sheet"] or (None if standing is None else standing.sheet)
        grid = read_grid(self.file, sheet, titles_of(self.wanted))
        table = find_table(grid, self.wanted, None if standing is None else standing.header)
        if standing is not None:
            plan = read_plan(self.path, self.kind, self.wanted, table.titles)
            self._show(plan, table, grid)
        else:
            plan = self._proposed(table, grid)
        return self._with_options(plan), table, grid

    def _proposed(self, table: Table, grid: Grid) -> Plan:
        """Propose which column is which. A likeness is taken only where a person says so on a terminal."""
        choices = propose(table.titles, self.wanted, doubtful(table))
        whole = planned(self.kind, choices, grid.sheet, table.header)
        unsure = {one.wanted.name: one.title for one in choices if not one.sure}
        self._show(whole, table, grid, choices)
        self._write(planned(self.kind, sure(choices), grid.sheet, table.header), choices)
        check(whole, self.wanted, table, str(self.file), self.options["date"], str(self.path))
        if self._is_confirmed(unsure):
            self._write(whole, choices)
        elif unsure or not self.options["yes"]:
            raise click.ClickException(self._to_look_at(unsure))
        return whole

    def _write(self, plan: Plan, choices: Sequence[Choice]) -> None:
        with OutputFile(self.path).replaced() as out:
            out.write(written(plan, choices, self.file.name).encode())

    def _to_look_at(self, unsure: Mapping[str, str | None]) -> str:
        if not unsure:
            return f"are these the columns? Change what is wrong in {self.path}, and run this again"
        what = ", ".join(f'{name} ("{title}"?)' for name, title in unsure.items())
        return f"nobody can be sure of {what}: write the right column into {self.path}, and run this again"

    def _show(self, plan: Plan, table: Table, grid: Grid, choices: Sequence[Choice] = ()) -> None:
        shown = Shown(self.file, plan, self.wanted, table, grid, setting_of(self.session.config(), grid), choices)
        show(self.session, shown)

    def _is_confirmed(self, unsure: Collection[str]) -> bool:
        if self.options["yes"] or sys.stdin is None or not sys.stdin.isatty():
            return False
        return click.confirm("Are these the columns?", default=not unsure, err=True)

    def _with_options(self, plan: Plan) -> Plan:
        """Put what the call says in the place of what the plan says; without either, the file's own last change."""
        told = self.options["exported_at"] or plan.exported_at or _changed(self.file)
        return replace(plan, exported_at=told, date=self.options["date"] or plan.date)


def _changed(file: Path) -> Instant:
    return Instant(int(file.stat().st_mtime) * SECOND)
