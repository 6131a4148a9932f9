"""How one column is read: by its form, by what the plan says, and by what all its cells show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from zoneinfo import ZoneInfo

from handlers.sheets.cells import Cell, CellError, is_empty, text_of
from handlers.sheets.date_columns import is_half_turned, order_of, without_times, zone_of
from handlers.sheets.dates import DateStyle, last_of_day, read_date, read_instant
from handlers.sheets.durations import clock_of, read_duration, unit_of
from handlers.sheets.grid import Table
from handlers.sheets.keys import keeps_capitals, read_account_id, read_key, read_record_id
from handlers.sheets.money import Amount, amount_mark, currency_of, read_amount, refuse_scale, without_currency
from handlers.sheets.numbers import Mark, mark_of, read_count, read_number
from handlers.sheets.plan import Plan
from handlers.sheets.wanted import Form, Wanted
from handlers.sheets.words import UNRATED, between_of, ratings_of, read_tags, read_yes_no
from scoring.words import folded

Value: TypeAlias = str | float | bool | tuple[str, ...] | Amount
Read: TypeAlias = Callable[[Cell], Value]


_LOW = 10
"""Scores of a hundred of which none is above it may be of less."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for all files: what ids of accounts begin with, and the corporate currency.

    Where numbers of this file count days from another day than usual they are `unclear`.
    """

    prefix: str | None
    corporate: str
    unclear: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of ours, its titles in the file, and how a cell of it is read."""

    wanted: Wanted
    titles: tuple[str, ...]
    read: Read

    @property
    def title(self) -> str:
        """Name the column as the file does."""
        return ", ".join(self.titles)


@dataclass(frozen=True, slots=True)
class _Look:
    """All that a column is read by."""

    wanted: Wanted
    title: str
    cells: Sequence[Cell]
    plan: Plan
    setting: Setting

    def dated(self) -> DateStyle:
        said = self.plan.dates.get(self.wanted.name)
        if said is None and is_half_turned(self.cells):
            return _refuse_half_turned()
        zone = zone_of(self.title) or ZoneInfo(self.plan.time_zone)
        return DateStyle(said or order_of(self.cells), said is not None, zone, self.setting.unclear)


def column_of(wanted: Wanted, plan: Plan, table: Table, setting: Setting) -> Column:
    """Say how a column is read."""
    titles = plan.columns[wanted.name]
    places = [table.titles.index(title) for title in titles]
    cells = [line.cells[place] for line in table.rows for place in places if place < len(line.cells)]
    told = [cell for cell in cells if not is_empty(cell)]
    look = _Look(wanted, titles[0], told, plan, setting)
    try:
        read = _READERS[wanted.form](look)
    except CellError as error:
        read = _refusing(str(error))
    return Column(wanted, titles, read)


def _refusing(said: str) -> Read:
    def read(_: Cell) -> Value:
        raise CellError(said)

    return read


def _refuse_half_turned() -> DateStyle:
    raise CellError(
        "a spreadsheet made dates of some cells of this column and left others as text: it may have turned days and "
        "months round; export the file anew, or say dates: day_first or month_first in the file of columns"
    )


def _date(look: _Look) -> Read:
    style = look.dated()
    return lambda cell: read_date(cell, style)


def _instant(look: _Look) -> Read:
    style = look.dated()
    if without_times(look.cells):
        raise CellError("expected times of day; this column has days alone")
    return lambda cell: read_instant(cell, style)


def _created(look: _Look) -> Read:
    style = look.dated()
    return lambda cell: read_instant(cell, style, needs_time=False)


def _modified(look: _Look) -> Read:
    style = look.dated()
    return lambda cell: last_of_day(cell, style)


def _number(look: _Look) -> Read:
    mark = look.plan.decimal.get(look.wanted.name) or mark_of(look.cells)
    return lambda cell: read_number(cell, mark)


def _count(look: _Look) -> Read:
    mark = look.plan.decimal.get(look.wanted.name) or mark_of(look.cells)
    return lambda cell: read_count(cell, mark)


def _rating(look: _Look) -> Read:
    """Read ratings from 1 to 5, or in words; one of 1 to 5 may say of how many it is."""
    ratings = ratings_of(look.cells)

    def read(cell: Cell) -> Value:
        word = folded(text_of(cell))
        return "" if word in UNRATED else ratings.get(word) or _stars(cell)

    return read


def _stars(cell: Cell) -> int:
    stars = read_count(text_of(cell).removesuffix("/5").strip() if isinstance(cell, str) else cell)
    if not 1 <= stars <= 5:
        raise CellError("expected a rating from 1 to 5")
    return stars


def _times(look: _Look) -> Read:
    """Read how often something happened; yes is once at least."""
    count = _count(look)

    def read(cell: Cell) -> Value:
        word = text_of(cell)
        return int(read_yes_no(cell)) if isinstance(cell, bool) or word.isalpha() else count(cell)

    return read


def _score(look: _Look) -> Read:
    """Read scores of 100, or of what the plan says; where all are small, which of both is unclear."""
    mark = look.plan.decimal.get(look.wanted.name) or mark_of(map(_without_percent, look.cells))
    of = look.plan.scores.get(look.wanted.name)
    sizes = [size for cell in look.cells if not str(cell).strip().endswith("%") and (size := _size(cell, mark))]
    most = max(sizes, default=100)
    if of is None and 0 < most <= _LOW:
        low = "of 1" if most <= 1 else "of 5, of 10"
        raise CellError(f"it may be a score of 100, or {low}: say scores in the file of columns")
    return lambda cell: _of_100(cell, read_number(_without_percent(cell), mark), of)


def _of_100(cell: Cell, number: float, of: float | None) -> float:
    is_percent = isinstance(cell, str) and cell.strip().endswith("%")
    score = number if is_percent or of is None else number * 100 / of
    if not 0 <= score <= 100:
        raise CellError("expected a score from 0 to 100")
    return score


def _without_percent(cell: Cell) -> Cell:
    return text_of(cell).removesuffix("%").strip() if isinstance(cell, str) else cell


def _size(cell: Cell, mark: Mark | None) -> float | None:
    try:
        return read_number(cell, mark)
    except CellError:
        return None


def _duration(look: _Look) -> Read:
    mark = look.plan.decimal.get(look.wanted.name) or mark_of(look.cells)
    unit = look.plan.units.get(look.wanted.name) or unit_of(look.title)
    return lambda cell: read_duration(cell, unit, mark, clock_of(look.title))


def _amount(look: _Look) -> Read:
    """Read amounts in the currency that each says, else in that of the column's name."""
    refuse_scale(look.title)
    mark = look.plan.decimal.get(look.wanted.name) or amount_mark(look.cells)
    corporate, said = look.setting.corporate, without_currency(look.title)[1]
    named = None if said is None else currency_of(said, corporate)

    def read(cell: Cell) -> Value:
        amount = read_amount(cell, mark, corporate)
        if named is not None and amount.currency not in {named, None}:
            raise CellError(f"expected {named}, which the column's name says; the amount says {amount.currency}")
        return Amount(amount.value, amount.currency or named)

    return read


def _currency(look: _Look) -> Read:
    return lambda cell: currency_of(text_of(cell), look.setting.corporate)


def _account_id(look: _Look) -> Read:
    kept, prefix = keeps_capitals(look.cells), look.setting.prefix
    return lambda cell: read_account_id(cell, prefix, capitals_kept=kept)


def _tags(look: _Look) -> Read:
    between = look.plan.tags or between_of(look.cells)
    return lambda cell: read_tags(cell, between)


def _text(cell: Cell) -> Value:
    return text_of(cell)


_READERS: Mapping[Form, Callable[[_Look], Read]] = {
    "key": lambda _: read_key,
    "record_id": lambda _: read_record_id,
    "account_id": _account_id,
    "text": lambda _: _text,
    "word": lambda _: _text,
    "date": _date,
    "instant": _instant,
    "created": _created,
    "modified": _modified,
    "duration": _duration,
    "number": _number,
    "count": _count,
    "score": _score,
    "times": _times,
    "rating": _rating,
    "amount": _amount,
    "currency": _currency,
    "yes_no": lambda _: read_yes_no,
    "tags": _tags,
}
