"""The portfolio: the accounts of the mapping file, each with its owners in every source."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.errors import ConfigError, MappingError, Problem, nearest, shown_value
from config.plain_yaml import read_text
from scoring.account import Account
from scoring.ids import to_18
from scoring.model import SEGMENTS

MAPPING = "account_mapping.csv"
HEADER = ("sf_account_id", "intercom_company_id", "looker_customer_id", "account_name", "segment")
_SOURCES = {"salesforce": "sf_account_id", "intercom": "intercom_company_id", "looker": "looker_customer_id"}


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: Mapping[str, str]


@dataclass(slots=True)
class _Draft:
    """An account as its rows so far say it is."""

    owners: dict[str, dict[str, None]] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Mapping:
    """All rows so far: accounts, who owns each id, and what is wrong."""

    file: str
    drafts: dict[str, _Draft] = field(default_factory=dict)
    claims: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, row: _Row, column: str, expected: str, near: str | None = None) -> None:
        place = f"line {row.line}: {column}"
        self.problems.append(Problem(self.file, place, shown_value(row.cells[column]), expected, near))


def load_portfolio(path: Path) -> tuple[Account, ...]:
    """Load the accounts of a mapping file, sorted by id.

    Several rows may name one account. Raises MappingError with every problem, by file and line.
    """
    mapping = _Mapping(str(path))
    for row in _rows(path, mapping.problems):
        _add(row, mapping)
    if mapping.problems:
        raise MappingError(mapping.problems)
    return tuple(_account(key, mapping.drafts[key]) for key in sorted(mapping.drafts))


def _account(key: str, draft: _Draft) -> Account:
    owners = {source: tuple(keys) for source, keys in draft.owners.items()}
    return Account(key, owners, draft.said.get("account_name"), SEGMENTS.get(draft.said.get("segment", "")))


def _rows(path: Path, problems: list[Problem]) -> Iterator[_Row]:
    lines = _lines(path)
    line, header = next(lines, (1, []))
    if tuple(header) != HEADER:
        expected = f"expected the header {','.join(HEADER)}"
        problems.append(Problem(str(path), f"line {line}", shown_value(",".join(header)), expected))
        return
    for number, cells in lines:
        if len(cells) == len(HEADER):
            yield _Row(number, dict(zip(HEADER, cells, strict=True)))
        else:
            expected = f"expected {len(HEADER)} cells, not {len(cells)}"
            problems.append(Problem(str(path), f"line {number}", shown_value(",".join(cells)), expected))


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Give the lines that say anything, each with the number it starts on and its cells trimmed."""
    reader = csv.reader((f"{line}\n" for line in _text(path).split("\n")), strict=True)
    while True:
        start = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            raise MappingError([Problem(str(path), f"line {start}", "not CSV", str(error))]) from error
        if any(cells):
            yield start, cells


def _text(path: Path) -> str:
    try:
        return read_text(path)
    except ConfigError as error:
        raise MappingError(error.problems) from error


def _add(row: _Row, mapping: _Mapping) -> None:
    key = to_18(row.cells["sf_account_id"])
    if not key:
        mapping.refuse(row, "sf_account_id", "expected the Salesforce id of the account")
        return
    draft = mapping.drafts.setdefault(key, _Draft())
    for source, column in _SOURCES.items():
        _claim(row, column, source, key, mapping)
    for column in ("account_name", "segment"):
        _say(row, column, draft, mapping)


def _claim(row: _Row, column: str, source: str, key: str, mapping: _Mapping) -> None:
    owner = key if source == "salesforce" else row.cells[column]
    if not owner:
        return
    account, line = mapping.claims.setdefault((source, owner), (key, row.line))
    if account != key:
        mapping.refuse(row, column, f"expected an owner of one account only; line {line} gives it to {account}")
    mapping.drafts[key].owners.setdefault(source, {})[owner] = None


def _say(row: _Row, column: str, draft: _Draft, mapping: _Mapping) -> None:
    word = row.cells[column].lower() if column == "segment" else row.cells[column]
    if column == "segment" and word and word not in SEGMENTS:
        expected = f"unknown segment, expected {' or '.join(SEGMENTS)}, or nothing for Salesforce's word"
        mapping.refuse(row, column, expected, nearest(word, SEGMENTS))
    elif word and draft.said.setdefault(column, word) != word:
        mapping.refuse(row, column, f"expected what an earlier line says of this account: {draft.said[column]}")
