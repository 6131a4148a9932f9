"""How a spreadsheet is to be read: by the file of columns beside it, or as it is proposed and a person confirms."""

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypedDict

import click

from handlers.commands.import_columns import Shown, show
from handlers.commands.session import Session
from handlers.files import OutputFile
from handlers.sheets.files import read_grid
from handlers.sheets.grid import Grid, Table, doubtful
from handlers.sheets.plan import Plan, planned, read_plan, written
from handlers.sheets.proposal import Choice, propose, sure
from handlers.sheets.taken import check, find_table, setting_of
from handlers.sheets.wanted import Kind, Wanted, titles_of
from scoring.instants import DAY, SECOND, Instant, format_instant


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


@dataclass(frozen=True, slots=True)
class Plans:
    """Where the plan of a file comes from: from a file beside it, or else from a proposal that a person confirms."""

    session: Session
    kind: Kind
    file: Path
    wanted: tuple[Wanted, ...]
    options: Options

    @property
    def path(self) -> Path:
        """Say where the file of columns is."""
        return self.options["columns"] or self.file.with_name(f"{self.file.name}.columns.yaml")

    def plan(self) -> tuple[Plan, Table, Grid]:
        """Give the plan with what the options say, and the table it is of."""
        standing = read_plan(self.path, self.kind, self.wanted) if self.path.exists() else None
        grid = read_grid(self.file, self._sheet(standing), titles_of(self.wanted))
        table = find_table(grid, self.wanted, None if standing is None else standing.header)
        if standing is not None:
            plan = read_plan(self.path, self.kind, self.wanted, table.titles)
            self._show(plan, table, grid)
        else:
            plan = self._proposed(table, grid)
        plan = self._with_options(plan)
        check(plan, self.wanted, table, str(self.file), plan.date, str(self.path))
        return plan, table, grid

    def _sheet(self, standing: Plan | None) -> str | None:
        said, kept = self.options["sheet"], None if standing is None else standing.sheet
        if said is not None and kept not in {said, None}:
            raise click.ClickException(f"{self.path} is of the sheet {kept}: change it there, or remove that file")
        return said or kept

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
            return f"are these the columns? Say --yes, or change what is wrong in {self.path}, and run this again"
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
        said = self.options["exported_at"] or plan.exported_at
        told = said or _changed(self.file)
        if told > self.session.clock() + DAY:
            ahead = f"{format_instant(told)} lies ahead: say when {self.file} was exported by --exported-at"
            raise click.ClickException(ahead)
        return replace(plan, exported_at=told, is_dated=said is not None, date=self.options["date"] or plan.date)


def _changed(file: Path) -> Instant:
    return Instant(int(file.stat().st_mtime) * SECOND)
