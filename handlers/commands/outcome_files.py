"""Tables of outcomes: what became of accounts at their renewals, as a person's tool saved it."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from config.errors import MappingError, Problem, one_of, shown_value
from config.sheets import ORDINARY_SPACES, Columns, read_sheet
from handlers.words.outcomes import OTHER_FORMS
from scoring.outcomes import KINDS, Outcome, OutcomeRow, Reason, Refusal, bad_dates, read_row

COLUMNS = Columns(
    names=("account_id", "outcome", "notice_date", "effective_date", "arr"),
    needed=("account_id", "outcome", "effective_date"),
    rare=("reason", "treated_date"),
)


class OutcomeTable(NamedTuple):
    """The rows of a table of outcomes; the line on which each stands, the header counted; by row the cells at fault."""

    rows: list[Outcome | Refusal]
    lines: tuple[int, ...]
    faults: dict[int, str]


def read_outcomes(path: Path) -> list[Outcome | Refusal]:
    """Read the rows of a table of outcomes, as `read_table` does."""
    return read_table(path).rows


def read_table(path: Path) -> OutcomeTable:
    """Read a table of outcomes, a row each; one that says no outcome or no date is a refusal, by its row from 1.

    Raises MappingError where the file is no table, lacks a column, or has lines of another width.
    """
    try:
        sheet = read_sheet(path, COLUMNS)
    except MappingError as error:
        raise _hinted(error.problems) from error
    if sheet.problems:
        raise MappingError(sheet.problems)
    cells = [
        OutcomeRow(**{name: row.cells[name].strip(ORDINARY_SPACES) for name in COLUMNS.every}) for row in sheet.rows
    ]
    rows = [_read(place, row) for place, row in enumerate(cells, 1)]
    faults = {one.row: _fault(cells[one.row - 1], one.reason) for one in rows if isinstance(one, Refusal)}
    return OutcomeTable(rows, tuple(row.line for row in sheet.rows), faults)


def _hinted(problems: Iterable[Problem]) -> MappingError:
    return MappingError([replace(one, expected=f"{one.expected}; {OTHER_FORMS}") for one in problems])


def _read(place: int, row: OutcomeRow) -> Outcome | Refusal:
    found = read_row(row)
    return found if isinstance(found, Outcome) else Refusal(place, row.account_id, found)


def _fault(row: OutcomeRow, reason: Reason) -> str:
    """Name the cells that spoil a row, with what stands there."""
    if reason != "bad_date":
        return f"outcome is {shown_value(row.outcome)}: expected {one_of(KINDS)}"
    wrong = "; ".join(f"{name} is {shown_value(getattr(row, name))}" for name in bad_dates(row))
    return f"{wrong}: expected YYYY-MM-DD"
