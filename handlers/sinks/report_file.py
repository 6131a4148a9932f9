"""The monthly report as a file: what a stack on AWS mails, for whoever closes on a laptop."""

from pathlib import Path

from handlers.files import OutputFile
from handlers.jobs.report import MonthReport
from handlers.pages.report import report_html


def write_report(path: Path, report: MonthReport) -> None:
    """Write the report; what stood in the file before is replaced. Raises OutputError."""
    with OutputFile(path).replaced() as file:
        file.write(report_html(report).encode())
