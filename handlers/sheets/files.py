"""Spreadsheets in files: CSV, or a workbook."""

from collections.abc import Collection
from pathlib import Path

from config.errors import MappingError, Problem
from config.formats import LOOKED_AT, other_than_text
from handlers.sheets.grid import Grid, csv_grid

_WORKBOOK = "an Excel workbook (xlsx)"


def read_grid(path: Path, sheet: str | None, known: Collection[str]) -> Grid:
    """Read the cells of a file. Raises MappingError where it is no spreadsheet."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MappingError([Problem(str(path), "the file", "not readable", error.strerror or str(error))]) from error
    if other_than_text(content[:LOOKED_AT]) == _WORKBOOK:
        from handlers.sheets.workbook import workbook_grid  # noqa: PLC0415  seldom needed, and slow to load

        return workbook_grid(content, str(path), sheet, known)
    if sheet is not None:
        raise MappingError([Problem(str(path), "the file", "no workbook", "expected xlsx where a sheet is named")])
    return csv_grid(content, str(path), known)
