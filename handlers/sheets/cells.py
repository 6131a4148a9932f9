"""Cells: what may stand in one, and the error of one that cannot be read."""

import re
from datetime import date, datetime, time, timedelta
from typing import Self, TypeAlias

from config.errors import shown_value

Cell: TypeAlias = str | int | float | bool | datetime | date | time | timedelta | None
"""Text from CSV; from a workbook also numbers, yes and no, dates, times of day and durations."""

_NOTHING = frozenset("- -- \u2013 \u2014 n/a na null none nil nan ∅ (blank) (empty) (none) (null) undefined".split())
"""What exports write where there is nothing."""


UNCOUNTED = "#FORMULA"
"""What stands for a formula whose value was never worked out."""

_ERROR = re.compile(r"#(?:N/A|NV|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|#+)", re.IGNORECASE)


class Priced(float):
    """A number that is shown with the sign of a currency."""

    symbol: str

    def __new__(cls, value: float, symbol: str) -> Self:
        """Keep the sign beside the number."""
        priced = super().__new__(cls, value)
        priced.symbol = symbol
        return priced


class CellError(ValueError):
    """A cell that cannot be read; the text says what was expected."""


def text_of(cell: Cell) -> str:
    """Give what stands in a cell as text, without the blanks around it; a whole number has no decimals."""
    if isinstance(cell, str):
        return cell.replace("\ufeff", "").strip()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def refuse_error(cell: Cell) -> None:
    """Refuse what a spreadsheet writes in the place of a value that it does not have."""
    text = cell.strip() if isinstance(cell, str) else ""
    if text == UNCOUNTED:
        raise CellError(
            "expected a value; this formula was never worked out: open the file in a spreadsheet, and save it"
        )
    if _ERROR.fullmatch(text):
        raise CellError("expected a value; this is a spreadsheet's error")


def is_empty(cell: Cell) -> bool:
    """Tell whether a cell says nothing."""
    if not isinstance(cell, str):
        return cell is None
    text = text_of(cell)
    return not text or text.lower() in _NOTHING


def is_blank(cell: Cell) -> bool:
    """Tell whether nothing at all stands in a cell."""
    return cell is None or (isinstance(cell, str) and not text_of(cell))


def shown(cell: Cell) -> str:
    """Write a cell in one short line."""
    return shown_value(text_of(cell))
