"""Workbooks (xlsx): the cells of one sheet, row by row, and what a person does not see in them."""

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, Protocol, cast
from warnings import catch_warnings, simplefilter
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import MAC_EPOCH
from openpyxl.utils.exceptions import InvalidFileException

from config.errors import MappingError, Problem, nearest, one_of, shown_value
from handlers.sheets.cells import UNCOUNTED, Cell, Priced
from handlers.sheets.grid import Grid, Line

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

_HIDDEN = re.compile(rb'<row\b[^>]*\shidden="(?:1|true)"')
_MERGED = re.compile(rb'<mergeCell\b[^>]*\sref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_UNCOUNTED = re.compile(
    rb'<c\b[^>]*\sr="([A-Z]+)(\d+)"[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
_PERCENT = re.compile(r"0(?:\.0+)?%")
_CURRENCY = re.compile(
    r"\[\$([^\]-]+)(?:-[0-9A-Fa-f]+)?\]|\"([^\"]*[^\W\d_$][^\"]*|\s*[$\u20ac\u00a3\u00a5]\s*)\"|([$\u20ac\u00a3\u00a5])"
)
"""How the format of a number says its currency: [$EUR-407], "EUR" or a bare sign."""


class _Sheet(Protocol):
    """A sheet of a workbook that is only read, as far as it is used here; the stubs know it in part."""

    title: str
    sheet_state: str
    _worksheet_path: str

    def reset_dimensions(self) -> None:
        """Forget what the file says of its size, which is often wrong."""

    def iter_rows(self) -> Iterator[tuple[Any, ...]]:
        """Give the rows, those between them that are empty, too."""


def workbook_grid(content: bytes, file: str, sheet: str | None) -> Grid:
    """Read one sheet of a workbook, by default the first that is not hidden. Raises MappingError where it cannot be.

    What the library warns of, such as styles that it leaves out, says nothing of what the cells hold.
    """
    with catch_warnings():
        simplefilter("ignore")
        return _grid(content, file, sheet)


def _grid(content: bytes, file: str, sheet: str | None) -> Grid:
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        raise _refused(
            file, "the file", "no workbook that can be read", "open it in a spreadsheet, and save it"
        ) from error
    of = _sheet(book, file, sheet)
    of.reset_dimensions()
    raw = _raw(content, of)
    lines = _lines(of, raw)
    remarks = [*_remarks(raw, lines), *_unread(book, of)]
    return Grid(file, lines, of.title, tuple(book.sheetnames), remarks, unclear=book.epoch == MAC_EPOCH)


def _refused(file: str, place: str, found: str, expected: str, near: str | None = None) -> MappingError:
    return MappingError([Problem(file, place, found, f"expected {expected}" if near is None else expected, near)])


def _sheet(book: "Workbook", file: str, sheet: str | None) -> _Sheet:
    """Find the sheet that is asked for, or the first one that people see."""
    sheets: Sequence[Any] = [one for one in book.worksheets if sheet is not None or one.sheet_state == "visible"]
    found = next((one for one in sheets if sheet is None or one.title == sheet), None)
    if found is None:
        titles = book.sheetnames
        expected = f"expected {one_of(titles)}"
        problem = Problem(file, "the sheet", shown_value(sheet), expected, nearest(sheet, titles))
        raise MappingError([problem])
    return cast("_Sheet", found)


def _raw(content: bytes, sheet: _Sheet) -> bytes:
    """Give the text of a sheet as it is kept, in which hidden rows and merged cells can be seen."""
    with ZipFile(BytesIO(content)) as archive:
        return archive.read(sheet._worksheet_path)  # noqa: SLF001  nothing public says where a sheet is kept


def _lines(sheet: _Sheet, raw: bytes) -> list[Line]:
    """Read the rows that say anything, all as wide as the widest."""
    uncounted = {(int(found[2]), column_index_from_string(found[1].decode())) for found in _UNCOUNTED.finditer(raw)}
    rows = [[_cell(cell) for cell in row] for row in sheet.iter_rows()]
    width = max(map(len, rows), default=0)
    for number, place in uncounted:
        if number <= len(rows) and place <= len(rows[number - 1]):
            rows[number - 1][place - 1] = UNCOUNTED
    padded = (Line(number, (*row, *(None for _ in range(width - len(row))))) for number, row in enumerate(rows, 1))
    return [line for line in padded if line.filled]


def _cell(cell: Any) -> Cell:  # noqa: ANN401  cells of several types, with and without a format
    """Give the value of a cell as it is shown: a share as percent, an amount with its currency."""
    value: Cell = cell.value
    if not isinstance(value, int | float) or isinstance(value, bool):
        return value
    shown = str(cell.number_format or "")
    if _PERCENT.search(shown):
        return f"{value * 100:.12g}%"
    found = _CURRENCY.search(shown)
    symbol = next((part for part in found.groups() if part), "").strip() if found is not None else ""
    return Priced(value, symbol) if symbol else value


def _remarks(raw: bytes, lines: Sequence[Line]) -> Iterator[str]:
    hidden = len(_HIDDEN.findall(raw))
    if hidden:
        yield f"  {hidden} hidden rows are read like all others"
    deep = [found for found in _MERGED.finditer(raw) if found[2] != found[4]]
    if deep and lines:
        cells = ", ".join(f"{one[1].decode()}{one[2].decode()}:{one[3].decode()}{one[4].decode()}" for one in deep[:5])
        yield f"  merged cells ({cells}) have their value in their first row alone"


def _unread(book: "Workbook", sheet: _Sheet) -> Iterator[str]:
    others = [title for title in book.sheetnames if title != sheet.title]
    if others:
        yield f"  sheets that are not read: {', '.join(others)} (--sheet)"
