"""Proposals: pairs of account and owner, why, and what a person said of them; kept as CSV."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, get_args

from config.errors import MappingError, Problem, nearest, one_of, shown_value
from config.keys import Fault, account_fault, key_fault
from config.portfolio import USUAL_FORM, MappingForm
from config.sheets import ORDINARY_SPACES, Columns, Row, Sheet, read_sheet
from handlers.files import OutputFile
from handlers.sinks.csv_file import led
from scoring.ids import to_18

Rule = Literal["exact", "uuid", "domain", "name"]
ProposalStatus = Literal["proposed", "verified", "rejected"]
RULES: tuple[Rule, ...] = get_args(Rule)
STATUSES: tuple[ProposalStatus, ...] = get_args(ProposalStatus)
_SURE = 100.0
"""The score of a pair that a person wrote down without one."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An owner that may be an account's; score 0-100. A person sets the status, and may add columns (`extra`)."""

    sf_account_id: str
    account_name: str
    source: str
    owner: str
    owner_name: str
    rule: Rule
    score: float
    reason: str
    status: ProposalStatus = "proposed"
    extra: tuple[tuple[str, str], ...] = ()


HEADER = tuple(field.name for field in fields(Proposal) if field.name != "extra")
COLUMNS = Columns(HEADER, ("sf_account_id", "source", "owner", "status"))


def in_order(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Sort proposals: the surest rule first, then the score, then by account, source and owner."""
    return sorted(
        proposals, key=lambda one: (RULES.index(one.rule), -one.score, one.sf_account_id, one.source, one.owner)
    )


def write_proposals(output: OutputFile, proposals: Iterable[Proposal]) -> None:
    """Write proposals as CSV, a person's own columns behind ours."""
    output.write_rows(proposal_rows(proposals))


def proposal_rows(proposals: Iterable[Proposal]) -> list[Iterable[object]]:
    """Give the rows of the file of proposals, its header first."""
    told = list(proposals)
    extra = tuple(dict.fromkeys(name for proposal in told for name, _ in proposal.extra))
    return [(*HEADER, *extra), *(_row(proposal, extra) for proposal in told)]


def _row(proposal: Proposal, extra: Iterable[str]) -> list[object]:
    own = dict(proposal.extra)
    values = [*(getattr(proposal, name) for name in HEADER), *(own.get(name, "") for name in extra)]
    return [_guarded(value) for value in values]


def _guarded(value: object) -> object:
    """Make a value safe for a spreadsheet, so that it can be read back as it was."""
    return f"'{value}" if isinstance(value, str) and value.startswith("'") else led(value)


def _unguarded(cell: str) -> str:
    bare = cell[1:]
    return bare if cell.startswith("'") and _guarded(bare) != bare else cell


def read_proposals(path: Path, form: MappingForm = USUAL_FORM) -> list[Proposal]:
    """Read proposals that a person may have edited, for a mapping of some form.

    Raises MappingError with every problem, by file and line.
    """
    sheet = read_sheet(path, COLUMNS)
    read = [_read(row, sheet, form) for row in sheet.rows]
    if sheet.problems:
        raise MappingError(sheet.problems)
    return [proposal for proposal in read if proposal is not None]


def _read(row: Row, sheet: Sheet, form: MappingForm) -> Proposal | None:
    told = {name: _unguarded(cell) for name, cell in row.cells.items()}
    wrong = list(_wrong(told, form))
    place = f"line {row.line}"
    sheet.problems += [Problem(sheet.file, f"{place}: {name}", shown_value(told[name]), *said) for name, said in wrong]
    return None if wrong else _proposal(told)


def _wrong(told: Mapping[str, str], form: MappingForm) -> Iterator[tuple[str, Fault]]:
    """Give the columns whose value is none of theirs, what was expected, and what was probably meant."""
    for name, choice in (("source", tuple(form.owner_columns)), ("rule", RULES), ("status", STATUSES)):
        if (name in COLUMNS.needed or told[name].strip()) and told[name].strip().lower() not in choice:
            yield name, Fault(f"expected {one_of(choice)}", nearest(told[name], choice))
    faults = {"sf_account_id": account_fault(_key(told["sf_account_id"]), form.prefix), "owner": _owner_fault(told)}
    yield from ((name, fault) for name, fault in faults.items() if fault is not None)
    try:
        float(told["score"].strip() or _SURE)
    except ValueError:
        yield "score", Fault("expected a number")


def _owner_fault(told: Mapping[str, str]) -> Fault | None:
    owner = _key(told["owner"])
    return key_fault(owner) if owner else Fault("expected the key of an owner")


def _key(cell: str) -> str:
    return cell.strip(ORDINARY_SPACES)


def _proposal(told: Mapping[str, str]) -> Proposal:
    rule = next((one for one in RULES if one == told["rule"].strip().lower()), RULES[0])
    status = next(one for one in STATUSES if one == told["status"].strip().lower())
    return Proposal(
        to_18(_key(told["sf_account_id"])),
        told["account_name"],
        told["source"].strip().lower(),
        _key(told["owner"]),
        told["owner_name"],
        rule,
        float(told["score"].strip() or _SURE),
        told["reason"],
        status,
        tuple((name, cell) for name, cell in told.items() if name and name not in HEADER),
    )
