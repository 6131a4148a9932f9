"""A spreadsheet as a grid of cells: where its table begins, and what stands below it."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from config.errors import MappingError, Problem, shown_value
from config.sheets import COMMA, SEPARATORS, decoded, lines_of, said_separator
from handlers.sheets.cells import Cell, is_blank, shown, text_of
from handlers.sheets.durations import without_unit
from handlers.sheets.wanted import plain
from scoring.ids import has_form

_LOOKED_AT = 40
_TOTAL = re.compile(
    r"(?:grand |sub-?)?totals?(?: general)?|sum|average|count|record count|gesamt(?:summe)?|summe|total general",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"[\s:]*(?:\(\s*[\d.,\s]*\s*(?:records?|rows?)?\s*\))?[\s:]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it stands in the file: its number from 1, and its cells."""

    number: int
    cells: tuple[Cell, ...]

    @property
    def filled(self) -> int:
        """Count the cells that say anything."""
        return sum(not is_blank(cell) for cell in self.cells)


@dataclass(slots=True)
class Grid:
    """All rows of a spreadsheet that say anything, and what is to be known of it.

    `sheet` is the sheet of a workbook, which has the `sheets`. Where numbers count days from another
    day than usual they are `unclear`.
    """

    file: str
    lines: list[Line]
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    remarks: list[str] = field(default_factory=list)
    unclear: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The table in a grid: the line of its titles, these, its rows, and the rows that belong to no table."""

    header: int
    titles: tuple[str, ...]
    rows: tuple[Line, ...]
    left_out: tuple[tuple[Line, str], ...] = ()


def csv_grid(content: bytes, file: str, known: Collection[str]) -> Grid:
    """Read the grid of a text. Raises MappingError where it is none."""
    text = decoded(content, file)
    lines = lines_of(text, file, _separator(text, file, known))
    return Grid(file, [Line(number, tuple(cells)) for number, cells in lines])


def _separator(text: str, file: str, known: Collection[str]) -> str:
    """Give the separator that shows most names of columns in one of the first lines."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    said = said_separator(first)
    if said is not None:
        return said
    head = "\n".join(text.split("\n")[:_LOOKED_AT]).replace('"', "")
    told = {
        mark: max((_score(cells, known) for _, cells in lines_of(head, file, mark)), default=0) for mark in SEPARATORS
    }
    return max(told, key=lambda mark: told[mark]) if any(told.values()) else COMMA


def _score(cells: Iterable[Cell], known: Collection[str]) -> int:
    """Count the cells that are names of columns."""
    names = {plain(cell) for cell in cells if isinstance(cell, str)}
    return sum(name in known or without_unit(name) in known for name in names)


def table_of(grid: Grid, known: Collection[str], header: int | None = None) -> Table:
    """Find the table: its titles are the line that has most names of columns, or the one that a person says.

    Raises MappingError where there is none.
    """
    place = _place_of(grid, known, header)
    if place is None:
        first = shown_value([text_of(cell) for cell in grid.lines[0].cells][:_LOOKED_AT]) if grid.lines else "empty"
        where = "the first line" if grid.lines else "the file"
        expected = "expected a line with the names of columns: say header: N in the file of columns"
        raise MappingError([Problem(grid.file, where, first, expected)])
    top = grid.lines[place]
    titles = _titles(top.cells)
    kept, left_out = _without_ends(grid.lines[place + 1 :], top)
    return Table(top.number, titles, tuple(kept), tuple(left_out))


def _place_of(grid: Grid, known: Collection[str], header: int | None) -> int | None:
    if header is not None:
        return next((place for place, line in enumerate(grid.lines) if line.number == header), None)
    scores = [_score(line.cells, known) for line in grid.lines[:_LOOKED_AT]]
    best = max(scores, default=0)
    return scores.index(best) if best else None


def _has_id(line: Line) -> bool:
    """Tell whether a Salesforce id stands in a line: an account may be called Total."""
    words = map(text_of, line.cells)
    return any(has_form(word) and any(map(str.isdigit, word)) for word in words)


def _titles(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Give each column a name of its own: of two that are called alike the second is `Status (2)`."""
    titles: list[str] = []
    for place, cell in enumerate(cells, 1):
        name = " ".join(text_of(cell).split()) or f"column {place}"
        again = 1 + sum(other == name or other.startswith(f"{name} (") for other in titles)
        titles.append(name if name not in titles else f"{name} ({again})")
    while titles and is_blank(cells[len(titles) - 1]):
        titles.pop()
    return tuple(titles)


def _without_ends(lines: Sequence[Line], top: Line) -> tuple[list[Line], list[tuple[Line, str]]]:
    """Part the rows from what is none: totals, titles that are repeated, and what a report writes at its end."""
    end = len(lines)
    while end and _is_footer(lines[end - 1], top):
        end -= 1
    kept, left_out = [], []
    for line in lines[:end]:
        said = _no_row(line, top)
        if said is None:
            kept.append(line)
        else:
            left_out.append((line, said))
    return kept, left_out + [(line, "no row but the end of a report") for line in lines[end:]]


def _is_footer(line: Line, top: Line) -> bool:
    """Tell whether a line at the end is a sentence, not a row: one cell of several words, in a wider table."""
    first = text_of(line.cells[0]) if line.cells else ""
    return top.filled > 2 and line.filled == 1 and (len(first.split()) > 1 or not any(map(str.isdigit, first)))


def _no_row(line: Line, top: Line) -> str | None:
    first = next((text_of(cell) for cell in line.cells if not is_blank(cell)), "")
    if not _has_id(line) and _TOTAL.fullmatch(_COUNTED.sub("", first)):
        return "a total, and no row"
    if [shown(cell) for cell in line.cells] == [shown(cell) for cell in top.cells]:
        return "the names of columns once more"
    return None
