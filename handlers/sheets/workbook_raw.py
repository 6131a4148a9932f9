"""A sheet of a workbook as it is kept: hidden rows, merged cells and stale formulas, which its values do not show."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZipFile

from openpyxl.utils import column_index_from_string

from handlers.sheets.cells import Cell, is_blank

_HIDDEN = re.compile(rb'<(?:\w+:)?row\b[^>]*\shidden="(?:1|true)"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\sref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_FORMULA = re.compile(
    rb'<(?:\w+:)?c\b([^>]*\sr="([A-Z]+)(\d+)"[^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)'
    rb"\s*(<(?:\w+:)?v\s*/>|<(?:\w+:)?v>[^<]*</(?:\w+:)?v>)?"
)
_VALUE = re.compile(rb">[^<]+<")
_STALE = re.compile(rb'<(?:\w+:)?calcPr\b[^>]*\sfullCalcOnLoad="(?:1|true)"')
"""What a program writes that leaves the working out of its formulas to the next spreadsheet: XlsxWriter writes 0."""

_LAST_HEAD = 40
"""The last row in which names of columns are looked for."""


@dataclass(frozen=True, slots=True)
class Area:
    """Cells that are merged: first and last row and column, from 1, and what a spreadsheet calls them."""

    top: int
    end: int
    first: int
    last: int
    name: str


@dataclass(frozen=True, slots=True)
class Raw:
    """The text of a sheet, and whether its formulas are to be worked out anew."""

    text: bytes
    is_stale: bool

    def hidden(self) -> int:
        """Count the rows that nobody sees."""
        return len(_HIDDEN.findall(self.text))

    def uncounted(self) -> Iterator[tuple[int, int]]:
        """Give row and column, from 1, of each formula whose value was never worked out; an empty text is a value."""
        for found in _FORMULA.finditer(self.text):
            kept = found[4] or b""
            is_told = _VALUE.search(kept) or (kept and b't="str"' in found[1])
            if self.is_stale or not is_told:
                yield int(found[3]), column_index_from_string(found[2].decode())

    def merged(self) -> Iterator[Area]:
        """Give the cells that are merged."""
        for found in _MERGED.finditer(self.text):
            first, top, last, end = (part.decode() for part in found.groups())
            columns = column_index_from_string(first), column_index_from_string(last)
            yield Area(int(top), int(end), *columns, f"{first}{top}:{last}{end}")


def raw_of(content: bytes, path: str) -> Raw:
    """Read a sheet of a workbook."""
    with ZipFile(BytesIO(content)) as archive:
        book = next((name for name in archive.namelist() if name.endswith("/workbook.xml")), None)
        is_stale = book is not None and _STALE.search(archive.read(book)) is not None
        return Raw(archive.read(path), is_stale)


def fill(rows: Sequence[list[Cell]], area: Area) -> None:
    """Write the value of merged cells, which their first row has, into their other rows that say anything."""
    for row in rows[area.top : area.end]:
        if not all(map(is_blank, row)):
            row[area.first - 1] = rows[area.top - 1][area.first - 1]


def join(rows: Sequence[list[Cell]], area: Area) -> None:
    """Put a name that stands over several columns before the names that stand below it.

    A title above the whole table stands alone in its row, and is no such name.
    """
    if not area.top == area.end < min(len(rows), _LAST_HEAD) or area.first == area.last:
        return
    above, below = rows[area.top - 1], rows[area.end]
    columns = slice(area.first - 1, area.last)
    others = [cell for place, cell in enumerate(above) if not area.first - 1 <= place < area.last]
    if all(map(is_blank, others)) or not all(isinstance(cell, str) and cell.strip() for cell in below[columns]):
        return
    below[columns] = [f"{above[area.first - 1]} {cell}" for cell in below[columns]]
    above[columns] = [None] * len(below[columns])
