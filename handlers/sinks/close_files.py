"""The files that a close leaves: a CSV for machines, its receipts, a workbook for people."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

from config.loader import Config
from config.receipt import receipt_text
from config.record_map import RecordMap
from handlers.files import OutputFile
from handlers.sinks.csv_file import CsvWriter, line_of
from handlers.sinks.spoken import Models, nothing_known, spoken
from handlers.spool import Spool, packed
from handlers.stores.models import kept_model
from handlers.stores.protocol import Store
from scoring.instants import Instant
from scoring.model import Model
from scoring.record import Record


@dataclass(frozen=True, slots=True)
class CloseFiles:
    """Where the files of a close stand: the CSV, the receipts and the workbook beside it.

    With a `bom` Excel reads the CSV as UTF-8. No workbook is written where `has_workbook` is False, and the
    monthly report only where `has_report` is True.
    """

    csv: Path
    bom: bool = False
    has_workbook: bool = True
    has_report: bool = False

    @property
    def receipts(self) -> Path:
        """Give the file of receipts: JSON lines, one a record."""
        return self._beside(".receipts.jsonl")

    @property
    def workbook(self) -> Path | None:
        """Give the workbook; None where there is none."""
        return self._beside(".xlsx") if self.has_workbook else None

    @property
    def report(self) -> Path | None:
        """Give the monthly report as HTML; None where there is none."""
        return self._beside(".report.html") if self.has_report else None

    def _beside(self, ending: str) -> Path:
        return self.csv.with_name(f"{self.csv.name.removesuffix('.csv')}{ending}")

    def paths(self) -> Iterator[Path]:
        """Name all files."""
        yield self.csv
        yield self.receipts
        yield from (path for path in (self.workbook, self.report) if path is not None)


class CloseLines(NamedTuple):
    """What the files have of one record: its row, its receipt, and the record itself, packed for the workbook."""

    row: bytes
    receipt: bytes
    record: bytes


class CloseLiner(NamedTuple):
    """Gives what makes the lines of records; a model that no config has any more is read from a store."""

    model: Model
    columns: RecordMap
    has_workbook: bool

    def __call__(self, store: Store) -> Callable[[Record], CloseLines]:
        """Give what makes the lines of a record."""
        columns = spoken(self.model, self.columns, partial(kept_model, store))
        return _lines_of(columns, has_workbook=self.has_workbook)


def _lines_of(columns: RecordMap, *, has_workbook: bool) -> Callable[[Record], CloseLines]:
    row = line_of(columns)

    def lines(record: Record) -> CloseLines:
        return CloseLines(row(record), _receipt(record), packed(record) if has_workbook else b"")

    return lines


@dataclass(frozen=True, slots=True)
class CloseWriter:
    """Writes the files of a close, each whole or not at all; `made` is the moment that the workbook says.

    `models` gives the model of a record that was made under another one than the config's.
    """

    files: CloseFiles
    config: Config
    made: Instant
    models: Models = nothing_known

    def write(self, records: Iterable[Record]) -> None:
        """Write all records of a run; what stood in the files before is replaced. Raises OutputError."""
        columns = without_receipts(spoken(self.config.model, self.config.record_map, self.models))
        self.write_lines(map(_lines_of(columns, has_workbook=self.files.has_workbook), records))

    @property
    def liner(self) -> CloseLiner:
        """Give what makes the lines of a record, and can be sent to another process."""
        config = self.config
        return CloseLiner(config.model, without_receipts(config.record_map), self.files.has_workbook)

    def write_lines(self, lines: Iterable[CloseLines]) -> None:
        """Write the lines of all records of a run; what stood in the files before is replaced. Raises OutputError."""
        columns, receipts = without_receipts(self.config.record_map), OutputFile(self.files.receipts)
        with Spool() as every:
            with receipts.replaced() as file:
                table = (_noted(one, file, every) for one in lines)
                CsvWriter(self.files.csv, columns, bom=self.files.bom).write_lines(table)
            if self.files.workbook is not None:
                # A second to import, which a close without it, or a dead one, does not wait for.
                from handlers.sinks.workbook.book import WorkbookWriter  # noqa: PLC0415

                WorkbookWriter(OutputFile(self.files.workbook), self.config.model, self.made).write(every)


def _noted(lines: CloseLines, receipts: BinaryIO, every: Spool) -> bytes:
    """Write what stands beside a row of the table, and give the row."""
    receipts.write(lines.receipt)
    if lines.record:
        every.add(lines.record)
    return lines.row


def without_receipts(record_map: RecordMap) -> RecordMap:
    """Leave the receipt out of a map: it has a file of its own."""
    return tuple(field for field in record_map if field.path != "record.receipt")


def _receipt(record: Record) -> bytes:
    key = f'"account_id":"{record.score.account_id}","period":"{record.period}"'
    return f'{{{key},"receipt":{receipt_text(record)}}}\n'.encode()
