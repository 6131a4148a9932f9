"""Where records go when a period is closed."""

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

from scoring.record import Record

Row: TypeAlias = Sequence[tuple[str, object]]
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


class RecordWriter(Protocol):
    """A sink of records, written once each by their external key."""

    def write(self, records: Iterable[Record]) -> None:
        """Write records; a later one of the same key takes the place of an earlier."""


class CsvWriter:
    """Writes records as CSV rows, in the columns of the record map; a header even without rows.

    The file takes its place only when all is written; text that a spreadsheet would take for a
    formula is led by an apostrophe.
    """

    def __init__(self, path: Path, columns: Sequence[str], row: Callable[[Record], Row]) -> None:
        """Write to `path`, whose folder is made; `row` gives the cells of a record in order of `columns`."""
        self._path = path
        self._columns = columns
        self._row = row

    def write(self, records: Iterable[Record]) -> None:
        """Write all records of a run; what stood in the file before is replaced."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._path.with_name(self._path.name + ".part")
        with unfinished.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(self._columns)
            writer.writerows([cell(value) for _, value in self._row(record)] for record in records)
        unfinished.replace(self._path)


def cell(value: object) -> object:
    """Make a value safe to open in a spreadsheet (OWASP: CSV injection); None is an empty cell."""
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        return f"'{value}"
    return "" if value is None else value
