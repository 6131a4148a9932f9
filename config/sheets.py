"""Tables that people's tools save: any common encoding, separator and line end; columns go by their names."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from config.errors import MappingError, Problem, shown_value
from config.formats import encoding_of, other_than_text

COMMA = ","
ORDINARY_SPACES = " \t\n"
"""What may stand around a key; any other space is one that cannot be seen, and spoils it."""
SEPARATORS = (COMMA, ";", "\t", "|")
_SAYS_SEPARATOR = re.compile(r"sep=(.?)", re.IGNORECASE)
_LIKE = 0.66
"""How alike a column's name must be to one that is missing, to be taken for a slip."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that a table has by our names: those it must have, and those that may be missing.

    `rare` ones are read where they are there, and not missed.
    """

    names: tuple[str, ...]
    needed: tuple[str, ...]
    rare: tuple[str, ...] = ()

    @property
    def every(self) -> tuple[str, ...]:
        """Name all that are read."""
        return *self.names, *self.rare


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the line it begins on (from 1), its cells as they stand, and by name, ours always among them."""

    line: int
    raw: tuple[str, ...]
    cells: Mapping[str, str]

    def key(self, column: str) -> str:
        """Give the key in a cell, without the ordinary spaces around it."""
        return self.cells[column].strip(ORDINARY_SPACES)


@dataclass(slots=True)
class Sheet:
    """A table as it was read: titles as they stand there and by our names, rows, and rows that cannot be read.

    `marked` says whether the text began with a mark of its encoding, which some spreadsheets need.
    """

    file: str
    titles: tuple[str, ...]
    header: tuple[str, ...]
    separator: str
    marked: bool
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_sheet(path: Path, columns: Columns) -> Sheet:
    """Read a table from a file. Raises MappingError where it is none, or lacks a column."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _refused(path, "not readable", error.strerror or str(error)) from error
    return parse_sheet(content, str(path), columns)


def parse_sheet(content: bytes, file: str, columns: Columns) -> Sheet:
    """Read a table from the content of a file. Raises MappingError where it is none, or lacks a column."""
    text = decoded(content, file)
    lines = lines_of(text, file, separator := _separator(text, columns))
    line, titles = next(lines, (1, []))
    header = tuple(_known(title, columns) for title in titles)
    _check_header(header, Problem(file, f"line {line}", shown_value(separator.join(titles)), ""), columns)
    sheet = Sheet(file, tuple(titles), header, separator, encoding_of(content) != "utf-8")
    for number, cells in lines:
        _add(number, cells, sheet, columns)
    return sheet


def decoded(content: bytes, file: str) -> str:
    """Decode the text of a table; all line ends become one. Raises MappingError where it is none."""
    is_other = other_than_text(content)
    if is_other is not None:
        raise _refused(file, is_other, "expected CSV: save the table as CSV UTF-8")
    encoding = encoding_of(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        said = f"expected text in {encoding.removesuffix('-sig').upper()}; byte {error.start} is none"
        raise _refused(file, f"not {encoding.removesuffix('-sig').upper()}", f"{said}: save it as CSV UTF-8") from error
    return text.rstrip("\0").replace("\r\n", "\n").replace("\r", "\n")


def _refused(file: str | Path, found: str, expected: str) -> MappingError:
    return MappingError([Problem(str(file), "the file", found, expected)])


def _separator(text: str, columns: Columns) -> str:
    """Give the separator that makes most of our columns of the first line that says anything."""
    first = next((line for line in text.split("\n") if line.strip(' ,;|\t"')), "")
    return said_separator(first) or max(
        SEPARATORS, key=lambda one: sum(_known(cell, columns) in columns.names for cell in first.split(one))
    )


def said_separator(line: str) -> str | None:
    """Give the separator that a line such as `sep=;` says; None of any other line."""
    told = _SAYS_SEPARATOR.fullmatch(line.strip('" '))
    return told[1] if told and told[1] in SEPARATORS else None


def lines_of(text: str, file: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Give the lines that say anything, each with the number it starts on; a line `sep=` says nothing.

    Raises MappingError where a quotation mark never ends.
    """
    reader = csv.reader((f"{line}\n" for line in text.split("\n")), strict=True, delimiter=separator)
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problem = Problem(file, f"line {start}", "not CSV", f"{error}: look for a quotation mark that never ends")
            raise MappingError([problem]) from error
        if any(cell.strip() for cell in cells) and not _SAYS_SEPARATOR.fullmatch(cells[0]):
            yield start, cells


def _known(title: str, columns: Columns) -> str:
    """Give our name of a column, however a person writes it; the name as it stands where it is not ours."""
    name = re.sub(r"[\s_-]+", "_", title.strip().strip("\ufeff\u200b\"'").strip().lower())
    return name if name in columns.every else title.strip()


def _check_header(header: Sequence[str], found: Problem, columns: Columns) -> None:
    absent = [name for name in columns.names if name not in header]
    if missing := [name for name in columns.needed if name in absent]:
        raise _wrong(found, f"expected the header {','.join(columns.names)}; {', '.join(missing)} must be there")
    if twice := next((name for name in columns.every if header.count(name) > 1), None):
        raise _wrong(found, f"expected each column once; {twice} stands there twice")
    for title in header:
        like = get_close_matches(title.lower(), absent if title not in columns.every else (), 1, _LIKE)
        if like:
            raise _wrong(
                found, f"the column {title} is not known: did you mean {like[0]}? If not, add an empty {like[0]}"
            )


def _wrong(found: Problem, expected: str) -> MappingError:
    return MappingError([Problem(found.file, found.place, found.found, expected)])


def _add(number: int, cells: list[str], sheet: Sheet, columns: Columns) -> None:
    width = len(sheet.header)
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        found, expected = shown_value(sheet.separator.join(cells)), f"expected {width} cells, not {len(cells)}"
        sheet.problems.append(Problem(sheet.file, f"line {number}", found, expected))
        return
    given = dict(zip(sheet.header, cells, strict=False))
    sheet.rows.append(Row(number, tuple(cells[:width]), dict.fromkeys(columns.every, "") | given))
