"""Which files a close leaves, as the command line says it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path

import click

from handlers.commands.outputs import output_file
from handlers.commands.session import Session
from handlers.sinks.close_files import CloseFiles

_OPTIONS = (
    click.option(
        "--output",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="The CSV file. Default: health-scores-YYYY-MM.csv beside the store (a dry run: .dry-run.csv).",
    ),
    click.option("--bom", is_flag=True, help="Begin the CSV with a byte order mark, by which Excel knows UTF-8."),
    click.option("--no-workbook", is_flag=True, help="Write no workbook for people beside the CSV."),
    click.option(
        "--report",
        "with_report",
        is_flag=True,
        help="Write the monthly report beside the CSV (.report.html): a page for leaders, as a stack on AWS mails it.",
    ),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which files a person wants: the CSV by name, or where it stands by default."""

    output: Path | None
    bom: bool
    no_workbook: bool
    with_report: bool

    def files(self, session: Session, usual: Path, mapping: Path | None) -> CloseFiles:
        """Place the files, each judged before anything is done; `usual` is the CSV by default.

        Raises ClickException where one cannot be written, or the CSV is named as a workbook.
        """
        csv = self.output or usual
        if self.with_report and usual.stem.endswith(".dry-run"):
            told = "--report is of records that are kept, and a dry run keeps none: leave one of them out"
            raise click.UsageError(told)
        if csv.suffix.lower() == ".xlsx":
            raise click.BadParameter("names the CSV: the workbook is written beside it", param_hint="--output")
        files = CloseFiles(csv, self.bom, not self.no_workbook, self.with_report)
        for path in files.paths():
            output_file(session, path, mapping=mapping)
        return files


def close_files_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of its files; it gets them as `wanted`."""

    @wraps(command)
    def with_files(
        *args: object, output: Path | None, bom: bool, no_workbook: bool, with_report: bool, **others: object
    ) -> None:
        command(*args, wanted=Wanted(output, bom, no_workbook, with_report), **others)

    for option in reversed(_OPTIONS):
        with_files = option(with_files)
    return with_files
