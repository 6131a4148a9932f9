"""The rows of a table as typed values; those that cannot be read are named with their column."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from handlers.sheets.cells import Cell, CellError, is_blank, is_empty, refuse_error, shown
from handlers.sheets.columns import Column, Setting, Value, column_of
from handlers.sheets.grid import Line, Table
from handlers.sheets.money import Amount
from handlers.sheets.plan import Plan
from handlers.sheets.wanted import Wanted
from scoring.instants import Duration, Instant


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its line, and by our names what its cells hold; what is empty is not in it."""

    line: int
    values: Mapping[str, Value]

    def text(self, name: str) -> str | None:
        """Give a text or a key; None where the cell is empty."""
        value = self.values.get(name)
        return value if isinstance(value, str) else None

    def need(self, name: str) -> str:
        """Give a text or a key that every row has."""
        return str(self.values[name])

    def number(self, name: str) -> float | None:
        """Give a number; None where the cell is empty."""
        value = self.values.get(name)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def instant(self, name: str) -> Instant | None:
        """Give an instant or a date; None where the cell is empty."""
        value = self.values.get(name)
        return Instant(value) if isinstance(value, int) else None

    def duration(self, name: str) -> Duration | None:
        """Give a duration; None where the cell is empty."""
        value = self.values.get(name)
        return Duration(value) if isinstance(value, int) else None

    def flag(self, name: str) -> bool | None:
        """Give a yes or no; None where the cell is empty."""
        value = self.values.get(name)
        return value if isinstance(value, bool) else None

    def tags(self, name: str) -> tuple[str, ...]:
        """Give tags; none where the cell is empty."""
        value = self.values.get(name)
        return value if isinstance(value, tuple) else ()

    def amount(self, name: str) -> Amount | None:
        """Give an amount; None where the cell is empty."""
        value = self.values.get(name)
        return value if isinstance(value, Amount) else None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not taken in: its line, the column, what stands there, what was expected."""

    line: int
    column: str
    value: str
    expected: str
    row: tuple[str, ...] = ()


@dataclass(slots=True)
class Read:
    """What came of a table: rows, bad rows, and by column what it was read as."""

    rows: list[Row] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


def read_rows(table: Table, plan: Plan, wanted: Sequence[Wanted], setting: Setting) -> Read:
    """Read all rows of a table by a plan."""
    places = {title: place for place, title in enumerate(table.titles)}
    columns = [column_of(one, plan, table, setting) for one in wanted if one.name in plan.columns]
    widest = max((places[title] for one in columns for title in one.titles), default=0)
    read = Read()
    for line in table.rows:
        said = _fault_of(line, widest, table)
        if said is None:
            _add(line, columns, places, read)
        else:
            read.bad.append(BadRow(line.number, "the row", f"{len(line.cells)} cells", said, _raw(line)))
    return read


def _fault_of(line: Line, widest: int, table: Table) -> str | None:
    """Say why a line is no row: it is cut off, or wider than its table."""
    if len(line.cells) <= widest:
        return f"expected {len(table.titles)} cells"
    if any(not is_blank(cell) for cell in line.cells[len(table.titles) :]):
        return f"expected {len(table.titles)} cells; look for a separator inside a value"
    return None


def _add(line: Line, columns: Iterable[Column], places: Mapping[str, int], read: Read) -> None:
    values: dict[str, Value] = {}
    for column in columns:
        cells = [line.cells[places[title]] for title in column.titles]
        try:
            value = _value(column, cells)
        except CellError as error:
            read.bad.append(BadRow(line.number, column.title, _shown(cells), str(error), _raw(line)))
            return
        if value is not None:
            values[column.wanted.name] = value
    read.rows.append(Row(line.number, values))


def _value(column: Column, cells: Sequence[Cell]) -> Value | None:
    """Read a cell; of a key of several columns each part must be there."""
    for cell in cells:
        refuse_error(cell)
    if all(map(is_empty, cells)) and (column.wanted.blank or not column.wanted.needed):
        return None
    if any(map(is_empty, cells)):
        raise CellError("expected a value; where cells are merged, fill each of them")
    parts = [column.read(cell) for cell in cells]
    return parts[0] if len(parts) == 1 else "|".join(map(str, parts))


def _shown(cells: Sequence[Cell]) -> str:
    return ", ".join(map(shown, cells))


def _raw(line: Line) -> tuple[str, ...]:
    return tuple("" if cell is None else str(cell) for cell in line.cells)
