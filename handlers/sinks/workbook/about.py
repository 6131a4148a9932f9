"""The sheet that says what the others are: the close, its tiers and their money, and each column."""

from collections.abc import Iterator, Sequence

from handlers.sinks.workbook.columns import UNSCORED, Sheet, tier
from handlers.sinks.workbook.portfolio import worth
from scoring.instants import format_instant
from scoring.model import Model
from scoring.record import Record

ABOUT = "About"
WIDTHS = (26, 34, 100, 20)


def about(sheets: Sequence[Sheet], records: Sequence[Record], model: Model) -> Iterator[tuple[str | float, ...]]:
    """Give the rows of the sheet; the first is its heading."""
    yield ("Customer health scores",)
    yield from _close(records)
    yield ()
    yield "Tier", "Accounts", f"ARR ({model.currencies.corporate})", "Accounts whose ARR, or its rate, is not known"
    yield from _tiers(records, model)
    yield ()
    yield "Sheet", "Column", "What it is"
    yield from ((sheet.name, column.title, column.meaning) for sheet in sheets for column in sheet.columns)


def _close(records: Sequence[Record]) -> Iterator[tuple[str, ...]]:
    for title, values in (
        ("Period", (record.period for record in records)),
        ("As of", (format_instant(record.score.as_of) for record in records)),
        ("Model version", (record.score.model_version for record in records)),
        ("Status", (record.status for record in records)),
    ):
        yield title, ", ".join(dict.fromkeys(values)) or "no records"


def _tiers(records: Sequence[Record], model: Model) -> Iterator[tuple[str, float, float | str, float]]:
    for name in (*(name for name, _ in model.tiers), "Unknown", UNSCORED):
        worths = [worth(record, model.currencies) for record in records if tier(record) == name]
        known = [amount for amount in worths if amount is not None]
        yield name, len(worths), sum(known) if known or not worths else "not known", len(worths) - len(known)
