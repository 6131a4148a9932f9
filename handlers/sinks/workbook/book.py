"""The workbook itself: sheets as Excel, Numbers and LibreOffice open them."""

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from handlers.files import OutputFile
from handlers.sinks.workbook.about import ABOUT, WIDTHS, about
from handlers.sinks.workbook.columns import Column, Look, Sheet, Value
from handlers.sinks.workbook.metrics import metrics
from handlers.sinks.workbook.portfolio import portfolio
from handlers.sinks.workbook.quality import quality
from handlers.spool import Spool, Spooled
from scoring.instants import Instant
from scoring.model import Model
from scoring.record import Record

LONGEST = 32_000
"""Excel refuses a cell of more than 32,767 characters."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TEXT = {"valign": "top"}
_LOOKS: Mapping[Look, dict[str, Any]] = {
    "text": _TEXT,
    "words": {"valign": "top", "text_wrap": True},
    "tier": {"valign": "top", "bold": True},
    "score": {"valign": "top", "num_format": "0.0"},
    "change": {"valign": "top", "num_format": "+0.0;-0.0;0.0"},
    "percent": {"valign": "top", "num_format": "0%"},
    "number": {"valign": "top", "num_format": "#,##0.##"},
    "money": {"valign": "top", "num_format": "#,##0"},
    "date": {"valign": "top", "num_format": "yyyy-mm-dd"},
    "moment": {"valign": "top", "num_format": "yyyy-mm-dd hh:mm"},
}
_TIERS = {
    "Champion": ("#0B5D33", "#CDEFD9"),
    "Healthy": ("#1E6B2E", "#E3F4E0"),
    "At Risk": ("#7A4B00", "#FFEBC2"),
    "Critical": ("#8E1B1B", "#FBD5D5"),
    "Unknown": ("#3F4650", "#E4E7EB"),
    "Unscored": ("#3F4650", "#F2F3F5"),
}
"""The colours of a tier's word and of what it stands on: dark on light, so that it is read in print too."""

_HEAD = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#F2F3F5"}
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


class WorkbookWriter:
    """Writes the records of a close as one workbook; it takes its place only when all is written."""

    def __init__(self, file: OutputFile, model: Model, made: Instant) -> None:
        """Write to a file, in the words of a model; `made` is the moment that the workbook says it was made."""
        self._file = file
        self._model = model
        self._made = made

    def write(self, records: Iterable[Record]) -> None:
        """Write all records of a run. Raises OutputError where the file cannot be written."""
        if isinstance(records, Spooled):
            self._write(records)
            return
        with Spool() as every:
            deque(every.take(records), maxlen=0)
            self._write(every)

    def _write(self, records: Spooled) -> None:
        first = portfolio(records, self._model)
        sheets = (first, metrics(first.records, self._model), quality(first.records, self._model))
        with self._file.replaced() as file, Workbook(file, _OPTIONS) as book:
            book.set_properties({"title": "Customer health scores", "created": _moment(self._made)})
            drawn = _Book(book)
            for sheet in sheets:
                drawn.add(sheet)
            drawn.add_about(about(sheets, first.records, self._model))


class _Book:
    """A workbook that is being written, and the formats of its cells."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._looks: Mapping[Look, Format] = {look: book.add_format(form) for look, form in _LOOKS.items()}
        self._head = book.add_format(_HEAD)
        self._tiers = {
            tier: book.add_format({"valign": "top", "bold": True, "font_color": ink, "bg_color": paper})
            for tier, (ink, paper) in _TIERS.items()
        }

    def add(self, sheet: Sheet) -> None:
        """Add a sheet of records: its head stays in sight, is filtered by, and is printed on each page."""
        page = self._book.add_worksheet(sheet.name)
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width)
            page.write_string(0, place, column.title, self._head)
        for line, record in enumerate(sheet.records, 1):
            for place, column in enumerate(sheet.columns):
                self._write(page, line, place, column, column.get(record))
        page.freeze_panes(1, sheet.frozen)
        page.autofilter(0, 0, max(1, len(sheet.records)), len(sheet.columns) - 1)
        _for_print(page)

    def add_about(self, rows: Iterable[tuple[str | float, ...]]) -> None:
        """Add the sheet that says what the others are."""
        page = self._book.add_worksheet(ABOUT)
        for place, width in enumerate(WIDTHS):
            page.set_column(place, place, width)
        for line, row in enumerate(rows):
            for place, value in enumerate(row):
                is_head = line == 0 or row[0] in {"Tier", "Sheet"}
                self._put(page, line, place, value, self._head if is_head else self._looks["words"])
        _for_print(page)

    def _write(self, page: Worksheet, line: int, place: int, column: Column, value: Value) -> None:
        look = self._looks[column.look]
        if column.look == "tier" and isinstance(value, str):
            look = self._tiers.get(value, look)
        if value is not None and column.look in ("date", "moment") and not isinstance(value, str):
            page.write_datetime(line, place, _moment(Instant(int(value))), look)
        elif value is not None:
            self._put(page, line, place, value, look)

    @staticmethod
    def _put(page: Worksheet, line: int, place: int, value: str | float, look: Format) -> None:
        """Write a cell; text from outside stays text, whatever it begins with."""
        if isinstance(value, str):
            page.write_string(line, place, _clean(value), look)
        else:
            page.write_number(line, place, value, look)


def _for_print(page: Worksheet) -> None:
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _clean(text: str) -> str:
    """Leave out what no XML may hold, and what no cell has room for."""
    readable = "".join(one if one.isprintable() or one in "\n\t" else " " for one in text)
    return readable if len(readable) <= LONGEST else f"{readable[:LONGEST]}..."


def _moment(instant: Instant) -> datetime:
    return (_EPOCH + timedelta(microseconds=instant)).replace(tzinfo=None)
