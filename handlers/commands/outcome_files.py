"""Tables of outcomes: what became of accounts at their renewals, as a person's tool saved it."""

from pathlib import Path

from config.errors import MappingError
from config.sheets import ORDINARY_SPACES, Columns, read_sheet
from scoring.outcomes import Outcome, OutcomeRow, Refusal, read_row

COLUMNS = Columns(
    names=("account_id", "outcome", "notice_date", "effective_date", "arr"),
    needed=("account_id", "outcome", "effective_date"),
    rare=("reason", "treated_date"),
)


def read_outcomes(path: Path) -> list[Outcome | Refusal]:
    """Read a table of outcomes, a row each; one that says no outcome or no date is a refusal, by its row from 1.

    Raises MappingError where the file is no table, lacks a column, or has lines of another width.
    """
    sheet = read_sheet(path, COLUMNS)
    if sheet.problems:
        raise MappingError(sheet.problems)
    cells = (
        OutcomeRow(**{name: row.cells[name].strip(ORDINARY_SPACES) for name in COLUMNS.every}) for row in sheet.rows
    )
    return [_read(place, row) for place, row in enumerate(cells, 1)]


def _read(place: int, row: OutcomeRow) -> Outcome | Refusal:
    found = read_row(row)
    return found if isinstance(found, Outcome) else Refusal(place, row.account_id, found)
