"""Workbooks (xlsx): the cells of one sheet, row by row, and what a person does not see in them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from io import BytesIO
from typing import TYPE_CHECKING, Any, Protocol, cast
from warnings import catch_warnings, simplefilter
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import MAC_EPOCH
from openpyxl.utils.exceptions import InvalidFileException

from config.errors import MappingError, Problem, nearest, one_of, shown_value
from handlers.sheets.cells import UNCOUNTED, Cell, Priced, is_blank
from handlers.sheets.grid import Grid, Line

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

_HIDDEN = re.compile(rb'<(?:\w+:)?row\b[^>]*\shidden="(?:1|true)"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\sref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_FORMULA = re.compile(
    rb'<(?:\w+:)?c\b([^>]*\sr="([A-Z]+)(\d+)"[^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)'
    rb"\s*(<(?:\w+:)?v\s*/>|<(?:\w+:)?v>[^<]*</(?:\w+:)?v>)?"
)
_VALUE = re.compile(rb">[^<]+<")
_STALE = re.compile(rb'<(?:\w+:)?calcPr\b[^>]*\sfullCalcOnLoad="(?:1|true)"')
"""What a program writes that leaves the working out of its formulas to the next spreadsheet: XlsxWriter writes 0."""
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
    remarks = [*_remarks(raw), *_unread(book, of)]
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


@dataclass(frozen=True, slots=True)
class Raw:
    """A sheet as it is kept, in which hidden rows and merged cells can be seen, and whether its formulas are stale."""

    text: bytes
    is_stale: bool

    def uncounted(self) -> Iterator[tuple[int, int]]:
        """Give row and column, from 1, of each formula whose value was never worked out; an empty text is a value."""
        for found in _FORMULA.finditer(self.text):
            kept = found[4] or b""
            is_told = _VALUE.search(kept) or (kept and b't="str"' in found[1])
            if self.is_stale or not is_told:
                yield int(found[3]), column_index_from_string(found[2].decode())

    def merged(self) -> Iterator[tuple[int, int, int, str]]:
        """Give the first row, the last, and the column from 1 of cells that are merged over rows, and their name."""
        for found in _MERGED.finditer(self.text):
            first, top, last, end = (part.decode() for part in found.groups())
            if top != end:
                yield int(top), int(end), column_index_from_string(first), f"{first}{top}:{last}{end}"


def _raw(content: bytes, sheet: _Sheet) -> Raw:
    with ZipFile(BytesIO(content)) as archive:
        book = next((name for name in archive.namelist() if name.endswith("/workbook.xml")), None)
        is_stale = book is not None and _STALE.search(archive.read(book)) is not None
        text = archive.read(sheet._worksheet_path)  # noqa: SLF001  nothing public says where a sheet is kept
    return Raw(text, is_stale)


def _lines(sheet: _Sheet, raw: Raw) -> list[Line]:
    """Read the rows that say anything, all as wide as the widest; merged cells count for each of their rows."""
    rows = [[_cell(cell) for cell in row] for row in sheet.iter_rows()]
    width = max(map(len, rows), default=0)
    for row in rows:
        row.extend([None] * (width - len(row)))
    for number, place in raw.uncounted():
        if number <= len(rows) and place <= width:
            rows[number - 1][place - 1] = UNCOUNTED
    for top, end, place, _ in raw.merged():
        _fill(rows[top - 1 : end], place - 1)
    return [line for number, row in enumerate(rows, 1) if (line := Line(number, tuple(row))).filled]


def _fill(rows: Sequence[list[Cell]], place: int) -> None:
    """Write the value of merged cells, which the first row has, into those of the other rows that say anything."""
    for row in rows[1:]:
        if place < len(row) and not all(map(is_blank, row)):
            row[place] = rows[0][place]


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
    hidden = len(_HIDDEN.findall(raw.text))
    if hidden:
        yield f"  {hidden} hidden rows are read like all others"
    names = [name for _, _, _, name in raw.merged()]
    if names:
        more = ", ..." if len(names) > _NAMED else ""
        yield f"  merged cells ({', '.join(names[:_NAMED])}{more}) count for each of their rows"


def _unread(book: "Workbook", sheet: _Sheet) -> Iterator[str]:
    others = [title for title in book.sheetnames if title != sheet.title]
    if others:
        yield f"  sheets that are not read: {', '.join(others)} (--sheet)"
