"""What tests of spreadsheets share: workbooks made in memory, and tables read as a person's would be."""

from collections.abc import Callable, Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from config.loader import load_config
from handlers.sheets.grid import Grid, Table, csv_grid
from handlers.sheets.plan import Plan, planned
from handlers.sheets.proposal import propose
from handlers.sheets.rows import Read
from handlers.sheets.taken import find_table, read_table, setting_of, wanted_of
from handlers.sheets.wanted import Kind, titles_of
from handlers.sheets.workbook import workbook_grid

CONFIG = load_config()


def workbook(rows: Sequence[Sequence[object]], change: Callable[[Worksheet], None] | None = None) -> bytes:
    """Make a workbook of one sheet."""
    book, content = Workbook(), BytesIO()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(list(row))
    if change is not None:
        change(sheet)
    book.save(content)
    return content.getvalue()


def grid_of(content: bytes | str, kind: Kind) -> Grid:
    """Read a grid of CSV (text) or of a workbook (bytes)."""
    if isinstance(content, bytes):
        return workbook_grid(content, "file.xlsx", None)
    return csv_grid(content.encode(), "file.csv", titles_of(wanted_of(kind, CONFIG)))


def table_in(content: bytes | str, kind: Kind) -> Table:
    """Find the table in a file."""
    return find_table(grid_of(content, kind), wanted_of(kind, CONFIG), None)


def proposed(content: bytes | str, kind: Kind) -> Plan:
    """Give the plan that is proposed for a file."""
    table = table_in(content, kind)
    return planned(kind, propose(table.titles, wanted_of(kind, CONFIG)), None, table.header)


def read(content: bytes | str, kind: Kind, plan: Plan | None = None) -> Read:
    """Read the rows of a file by a plan, by default the one that is proposed."""
    grid = grid_of(content, kind)
    table = find_table(grid, wanted_of(kind, CONFIG), None)
    return read_table(table, plan or proposed(content, kind), wanted_of(kind, CONFIG), setting_of(CONFIG, grid))
