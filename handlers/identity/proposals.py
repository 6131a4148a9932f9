"""Proposals: pairs of account and owner, why, and what a person said of them; kept as CSV."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from io import StringIO
from pathlib import Path
from typing import Literal, get_args

from config.errors import MappingError, Problem, nearest, one_of, shown_value
from config.plain_yaml import read_text
from handlers.adapters.writer import safe
from handlers.identity.candidates import SOURCES
from scoring.ids import to_18

Rule = Literal["exact", "uuid", "domain", "name"]
Status = Literal["proposed", "verified", "rejected"]
RULES: tuple[Rule, ...] = get_args(Rule)
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An owner that may be an account's; score 0-100. A person sets the status."""

    sf_account_id: str
    account_name: str
    source: str
    owner: str
    owner_name: str
    rule: Rule
    score: float
    reason: str
    status: Status = "proposed"


HEADER = tuple(field.name for field in fields(Proposal))


def in_order(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Sort proposals: the surest rule first, then the score, then by account, source and owner."""
    return sorted(
        proposals, key=lambda one: (RULES.index(one.rule), -one.score, one.sf_account_id, one.source, one.owner)
    )


def write_proposals(path: Path, proposals: Iterable[Proposal]) -> None:
    """Write proposals as CSV; the file takes its place only when all is written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    with unfinished.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows([_guarded(value) for value in astuple(proposal)] for proposal in proposals)
    unfinished.replace(path)


def _guarded(value: object) -> object:
    """Make a value safe for a spreadsheet, so that it can be read back as it was."""
    return f"'{value}" if isinstance(value, str) and value.startswith("'") else safe(value)


def _unguarded(cell: str) -> str:
    bare = cell[1:]
    return bare if cell.startswith("'") and _guarded(bare) != bare else cell


def read_proposals(path: Path) -> list[Proposal]:
    """Read proposals that a person may have edited.

    Raises MappingError with every problem, by file and line.
    """
    rows, problems = _rows(path), list[Problem]()
    if tuple(next(rows, (1, []))[1]) != HEADER:
        raise MappingError([Problem(str(path), "line 1", "another header", f"expected {','.join(HEADER)}")])
    read = [_read(row, f"line {line}", str(path), problems) for line, row in rows if any(row)]
    if problems:
        raise MappingError(problems)
    return [proposal for proposal in read if proposal is not None]


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Give the rows, each with the number of its last line."""
    reader = csv.reader(StringIO(read_text(path)))
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise MappingError([Problem(str(path), f"line {reader.line_num}", "not CSV", str(error))]) from error


def _read(row: list[str], place: str, file: str, problems: list[Problem]) -> Proposal | None:
    if len(row) != len(HEADER):
        problems.append(Problem(file, place, shown_value(",".join(row)), f"expected {len(HEADER)} cells"))
        return None
    told = dict(zip(HEADER, map(_unguarded, row), strict=True))
    wrong = [Problem(file, f"{place}: {name}", shown_value(told[name]), *said) for name, said in _wrong(told)]
    problems.extend(wrong)
    return None if wrong else _proposal(told)


def _wrong(told: dict[str, str]) -> Iterator[tuple[str, tuple[str, str | None]]]:
    """Give the columns whose value is none of theirs, what was expected, and what was probably meant."""
    for name, choice in (("source", SOURCES), ("rule", RULES), ("status", STATUSES)):
        if told[name].strip().lower() not in choice:
            yield name, (f"expected {one_of(choice)}", nearest(told[name], choice))
    if not told["sf_account_id"].strip() or not told["owner"].strip():
        yield "sf_account_id", ("expected an account and an owner", None)
    try:
        float(told["score"])
    except ValueError:
        yield "score", ("expected a number", None)


def _proposal(told: dict[str, str]) -> Proposal:
    rule = next(one for one in RULES if one == told["rule"].strip().lower())
    status = next(one for one in STATUSES if one == told["status"].strip().lower())
    return Proposal(
        to_18(told["sf_account_id"].strip()),
        told["account_name"],
        told["source"].strip().lower(),
        told["owner"].strip(),
        told["owner_name"],
        rule,
        float(told["score"]),
        told["reason"],
        status,
    )
