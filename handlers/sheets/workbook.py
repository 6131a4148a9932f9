"""Workbooks (xlsx): the cells of one sheet, row by row, and what a person does not see in them."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import time
from io import BytesIO
from typing import TYPE_CHECKING, Any, Protocol, cast
from warnings import catch_warnings, simplefilter
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.datetime import MAC_EPOCH
from openpyxl.utils.exceptions import InvalidFileException

from config.errors import MappingError, Problem, nearest, one_of, shown_value
from handlers.sheets.cells import UNCOUNTED, Cell, Priced
from handlers.sheets.grid import Grid, Line, has_names
from handlers.sheets.workbook_raw import Raw, fill, join, raw_of

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

_PERCENT = re.compile(r"[0#?](?:\\?[ \u00a0])*%")
_CURRENCY = re.compile(
    r"\[\$([^\]-]+)(?:-[0-9A-Fa-f]+)?\]|\"([^\"]*[^\W\d_$][^\"]*|\s*[$\u20ac\u00a3\u00a5]\s*)\"|(?<!\[)([$\u20ac\u00a3\u00a5])"
)
"""How the format of a number says its currency: [$EUR-407], "EUR" or a bare sign; [$-409] is a language alone."""


_NAMED = 5


class _Sheet(Protocol):
    """A sheet of a workbook that is only read, as far as it is used here; the stubs know it in part."""

    title: str
    sheet_state: str
    _worksheet_path: str

    def reset_dimensions(self) -> None:
        """Forget what the file says of its size, which is often wrong."""

    def iter_rows(self) -> Iterator[tuple[Any, ...]]:
        """Give the rows, those between them that are empty, too."""


def workbook_grid(content: bytes, file: str, sheet: str | None, known: Collection[str] = ()) -> Grid:
    """Read one sheet of a workbook. Raises MappingError where it cannot be.

    By default it is the first that is not hidden and has names of columns that are `known`, else the first.
    What the library warns of, such as styles that it leaves out, says nothing of what the cells hold.
    """
    with catch_warnings():
        simplefilter("ignore")
        book = _book(content, file)
        grids = (_grid(content, file, book, one) for one in _sheets(book, file, sheet))
        first = next(grids)
        return first if has_names(first, known) else next((one for one in grids if has_names(one, known)), first)


def _book(content: bytes, file: str) -> "Workbook":
    try:
        return load_workbook(BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        raise _refused(
            file, "the file", "no workbook that can be read", "open it in a spreadsheet, and save it"
        ) from error


def _grid(content: bytes, file: str, book: "Workbook", of: _Sheet) -> Grid:
    of.reset_dimensions()
    raw = raw_of(content, of._worksheet_path)  # noqa: SLF001  nothing public says where a sheet is kept
    lines = _lines(of, raw)
    remarks = [*_remarks(raw), *_unread(book, of)]
    return Grid(file, lines, of.title, tuple(book.sheetnames), remarks, unclear=book.epoch == MAC_EPOCH)


def _refused(file: str, place: str, found: str, expected: str, near: str | None = None) -> MappingError:
    return MappingError([Problem(file, place, found, f"expected {expected}" if near is None else expected, near)])


def _sheets(book: "Workbook", file: str, sheet: str | None) -> list[_Sheet]:
    """Find the sheet that is asked for, or those that people see."""
    sheets: Sequence[Any] = [one for one in book.worksheets if sheet is not None or one.sheet_state == "visible"]
    found = [one for one in sheets if sheet is None or one.title == sheet]
    if not found:
        titles = book.sheetnames
        expected = f"expected {one_of(titles)}"
        problem = Problem(file, "the sheet", shown_value(sheet), expected, nearest(sheet, titles))
        raise MappingError([problem])
    return cast("list[_Sheet]", found)


def _lines(sheet: _Sheet, raw: Raw) -> list[Line]:
    """Read the rows that say anything, all as wide as the widest; merged cells count for each of their rows."""
    rows = [[_cell(cell) for cell in row] for row in sheet.iter_rows()]
    width = max(map(len, rows), default=0)
    for row in rows:
        row.extend([None] * (width - len(row)))
    for number, place in raw.uncounted():
        if number <= len(rows) and place <= width:
            rows[number - 1][place - 1] = UNCOUNTED
    merged = list(raw.merged())
    for area in merged:
        fill(rows, area)
    for area in merged:
        join(rows, area)
    return [line for number, row in enumerate(rows, 1) if (line := Line(number, tuple(row))).filled]


def _cell(cell: Any) -> Cell:  # noqa: ANN401  cells of several types, with and without a format
    """Give the value of a cell as it is shown: a share as percent, an amount with its currency, 12:30 as a text."""
    value: Cell = cell.value
    shown = "" if value is None or isinstance(value, str) else str(cell.number_format or "")
    if isinstance(value, time) and "s" not in shown.lower():
        return f"{value:%H:%M}"
    if not isinstance(value, int | float) or isinstance(value, bool):
        return value
    if _PERCENT.search(shown):
        return f"{value * 100:.12g}%"
    found = _CURRENCY.search(shown)
    symbol = next((part for part in found.groups() if part), "").strip() if found is not None else ""
    return Priced(value, symbol) if symbol else value


def _remarks(raw: Raw) -> Iterator[str]:
    hidden = raw.hidden()
    if hidden:
        yield f"  {hidden} hidden rows are read like all others"
    names = [area.name for area in raw.merged() if area.top != area.end]
    if names:
        more = ", ..." if len(names) > _NAMED else ""
        yield f"  merged cells ({', '.join(names[:_NAMED])}{more}) count for each of their rows"


def _unread(book: "Workbook", sheet: _Sheet) -> Iterator[str]:
    others = [title for title in book.sheetnames if title != sheet.title]
    if others:
        yield f"  sheets that are not read: {', '.join(others)} (--sheet)"
