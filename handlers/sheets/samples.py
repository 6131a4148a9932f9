"""What a file's columns hold, by an example of each: as it stands there, and as it is read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from handlers.sheets.cells import Cell, CellError, is_empty, shown
from handlers.sheets.columns import Column, Setting, Value, column_of
from handlers.sheets.grid import Table
from handlers.sheets.money import Amount
from handlers.sheets.plan import Plan
from handlers.sheets.wanted import Form, Wanted
from scoring.instants import HOUR, Instant, format_date, format_instant

_CUT_OFF = frozenset({500, 1000, 2000, 2500, 5000, 10_000, 20_000, 25_000, 50_000, 100_000, 65_535, 1_048_575})
"""Numbers of rows at which tools end an export without a word."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A cell of a column as it stands there; what it is read as, where that may be another thing than it seems."""

    cell: str
    read: str | None


def samples(table: Table, plan: Plan, wanted: Iterable[Wanted], setting: Setting) -> Mapping[str, Sample]:
    """Give an example of each column by our names; none of a column that is empty."""
    columns = [column_of(one, plan, table, setting) for one in wanted if one.name in plan.columns]
    found = ((column, _first(column, table)) for column in columns)
    return {column.wanted.name: _sample(column, cell) for column, cell in found if cell is not None}


def _first(column: Column, table: Table) -> Cell:
    place = table.titles.index(column.titles[0])
    held = (line.cells[place] for line in table.rows if place < len(line.cells))
    return next((cell for cell in held if not is_empty(cell)), None)


def _sample(column: Column, cell: Cell) -> Sample:
    is_day = isinstance(cell, datetime) and cell.time() == time()
    said = shown(cell.date() if is_day and isinstance(cell, datetime) else cell).strip('"')
    try:
        return Sample(said, _said(column.wanted.form, column.read(cell)))
    except CellError:
        return Sample(said, "not understood")


def _said(form: Form, value: Value) -> str | None:
    """Say what a value is read as; None of a form that leaves nothing to be mistaken."""
    if form == "date" and isinstance(value, int):
        return format_date(Instant(value))
    if form in {"instant", "created", "modified"} and isinstance(value, int):
        return f"{format_instant(Instant(value))[:16].replace('T', ' ')} UTC"
    if form == "duration" and isinstance(value, int):
        return f"{value / HOUR:.4g} h"
    if isinstance(value, Amount):
        return " ".join((f"{value.value:,.2f}", *((value.currency,) if value.currency else ())))
    if form in {"number", "score"} and isinstance(value, float):
        return f"{value:.6g}"
    return " + ".join(value) if isinstance(value, tuple) else None


def cut_off(rows: Sequence[object]) -> Iterator[str]:
    """Remark that a table has as many rows as a tool gives that cuts it off."""
    if len(rows) in _CUT_OFF:
        yield f"  exactly {len(rows)} rows: tools cut exports off at such numbers; make sure that none is left out"
