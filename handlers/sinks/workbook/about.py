"""The sheet that says what the others are: the close, its tiers and their money, and each column."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from handlers.sinks.workbook.columns import UNSCORED, Sheet, tier
from handlers.sinks.workbook.portfolio import worth
from scoring.instants import format_instant
from scoring.model import Model
from scoring.record import Record

ABOUT = "About"
WIDTHS = (26, 34, 100, 20)


def about(sheets: Sequence[Sheet], records: Iterable[Record], model: Model) -> Iterator[tuple[str | float, ...]]:
    """Give the rows of the sheet; the first is its heading."""
    names, worths = _gathered(records, model)
    yield ("Customer health scores",)
    yield from ((title, ", ".join(values) or "no records") for title, values in names.items())
    yield ()
    yield "Tier", "Accounts", f"ARR ({model.currencies.corporate})", "Accounts whose ARR, or its rate, is not known"
    yield from _tiers(worths, model)
    yield ()
    yield "Sheet", "Column", "What it is"
    yield from ((sheet.name, column.title, column.meaning) for sheet in sheets for column in sheet.columns)


_CLOSE: Mapping[str, Callable[[Record], str]] = {
    "Period": lambda record: record.period,
    "As of": lambda record: format_instant(record.score.as_of),
    "Model version": lambda record: record.score.model_version,
    "Status": lambda record: record.status,
}
_Names: TypeAlias = Mapping[str, dict[str, None]]
_Worths: TypeAlias = Mapping[str, list[float | None]]


def _gathered(records: Iterable[Record], model: Model) -> tuple[_Names, _Worths]:
    """Give what the records name, and by tier what each account is worth."""
    names: _Names = {title: {} for title in _CLOSE}
    worths: defaultdict[str, list[float | None]] = defaultdict(list)
    for record in records:
        worths[tier(record)].append(worth(record, model.currencies))
        for title, read in _CLOSE.items():
            names[title].setdefault(read(record))
    return names, worths


def _tiers(worths: _Worths, model: Model) -> Iterator[tuple[str, float, float | str, float]]:
    for name in (*(name for name, _ in model.tiers), "Unknown", UNSCORED):
        every = worths.get(name, [])
        known = [amount for amount in every if amount is not None]
        yield name, len(every), sum(known) if known or not every else "not known", len(every) - len(known)
