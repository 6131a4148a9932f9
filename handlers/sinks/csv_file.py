"""Records as CSV, safe to open in a spreadsheet."""

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable
from functools import partial
from itertools import chain
from pathlib import Path

from config.record_map import RecordMap, columns, reader
from handlers.files import OutputFile, csv_line
from handlers.sinks.protocol import Liner
from handlers.stores.protocol import Store
from scoring.record import Record

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_APART = re.compile(r"([;\t\r\n])(?=[=+@-])")
"""Found by what parts the cells: a pattern that begins with a look behind is tried at every letter of a text."""


class CsvWriter:
    """Writes records as CSV rows, in the columns of the record map; a header even without rows.

    The file takes its place only when all is written; text that a spreadsheet would take for a
    formula is led by an apostrophe. A record is one line of the file: lines of a text are parted by ` | `.
    """

    def __init__(self, path: Path, record_map: RecordMap, *, bom: bool = False) -> None:
        """Write to `path`, whose folder is made, in the columns of `record_map`; Excel knows UTF-8 by a `bom` alone."""
        self._path = path
        self._map = record_map
        self._bom = bom

    def write(self, records: Iterable[Record]) -> None:
        """Write all records of a run; what stood in the file before is replaced."""
        self.write_lines(map(line_of(self._map), records))

    @property
    def liner(self) -> Liner[bytes]:
        """Give what makes the line of a record."""
        return partial(_liner, self._map)

    def write_lines(self, lines: Iterable[bytes]) -> None:
        """Write the lines of all records of a run, in the place of what stood in the file before."""
        head = csv_line(columns(self._map))
        with OutputFile(self._path).replaced() as file:
            file.write(BOM_UTF8 if self._bom else b"")
            file.writelines(chain([head], lines))


def _liner(record_map: RecordMap, _: Store) -> Callable[[Record], bytes]:
    return line_of(record_map)


def line_of(record_map: RecordMap) -> Callable[[Record], bytes]:
    """Give what writes a record as a line of CSV."""
    readers = [reader(field) for field in record_map]
    return lambda record: csv_line([_cell(read(record)) for read in readers])


def _cell(value: object) -> object:
    """Make a cell of a value: a text on one line and safe, all else as it is."""
    if isinstance(value, str):
        return safe(value.replace("\n", " | "))
    return "" if value is None else value


def safe(value: object) -> object:
    """Make a value safe to open in a spreadsheet (OWASP: CSV injection); None is an empty cell.

    Where the comma is for decimals, a spreadsheet parts cells at semicolons, and heeds quotes only where a cell begins:
    what would begin a cell there is led by an apostrophe too.
    """
    return led(_APART.sub(r"\1'", value) if isinstance(value, str) else value)


def led(value: object) -> object:
    """Make a value safe where cells are parted as we part them; it can be read back as it was."""
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        return f"'{value}"
    return "" if value is None else value
