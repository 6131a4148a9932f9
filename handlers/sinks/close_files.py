"""The files that a close leaves: a CSV for machines, its receipts, a workbook for people."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from config.loader import Config
from config.receipt import receipt_text
from config.record_map import RecordMap
from handlers.files import OutputFile
from handlers.sinks.csv_file import CsvWriter
from handlers.sinks.spoken import Models, nothing_known, spoken
from scoring.instants import Instant
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
        kept = tuple(records)
        columns = without_receipts(spoken(self.config, self.models))
        CsvWriter(self.files.csv, columns, bom=self.files.bom).write(kept)
        with OutputFile(self.files.receipts).replaced() as file:
            file.writelines(map(_receipt, kept))
        if self.files.workbook is not None:
            # A second to import, which a close without it, or a dead one, does not wait for.
            from handlers.sinks.workbook.book import WorkbookWriter  # noqa: PLC0415

            WorkbookWriter(OutputFile(self.files.workbook), self.config.model, self.made).write(kept)


def without_receipts(record_map: RecordMap) -> RecordMap:
    """Leave the receipt out of a map: it has a file of its own."""
    return tuple(field for field in record_map if field.path != "record.receipt")


def _receipt(record: Record) -> bytes:
    key = f'"account_id":"{record.score.account_id}","period":"{record.period}"'
    return f'{{{key},"receipt":{receipt_text(record)}}}\n'.encode()
