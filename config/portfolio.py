"""The portfolio: the accounts of the mapping file, each with its owners in every source."""

from dataclasses import dataclass, field
from pathlib import Path

from config.errors import MappingError, Problem, nearest, shown_value
from config.intake import Intake
from config.keys import ACCOUNT, ACCOUNT_PREFIX, Fault, account_fault, key_fault
from config.sheets import Columns, Row, Sheet, read_sheet
from scoring.account import Account
from scoring.ids import to_18
from scoring.model import SEGMENTS

MAPPING = "account_mapping.csv"
HEADER = ("sf_account_id", "intercom_company_id", "looker_customer_id", "account_name", "segment")
COLUMNS = Columns(HEADER, ("sf_account_id",))
OWNER_COLUMNS = {"intercom": "intercom_company_id", "looker": "looker_customer_id"}
"""By source, the column of its owners."""


@dataclass(slots=True)
class _Draft:
    """An account as its rows so far say it is."""

    owners: dict[str, dict[str, None]] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Mapping:
    """All rows so far: accounts, who owns each id, and what is wrong. Ids of accounts begin with `prefix`."""

    file: str
    prefix: str | None
    problems: list[Problem]
    drafts: dict[str, _Draft] = field(default_factory=dict)
    claims: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)

    def refuse(self, row: Row, column: str, fault: Fault) -> None:
        place = f"line {row.line}: {column}"
        self.problems.append(Problem(self.file, place, shown_value(row.cells[column].strip()), *fault))


def account_prefix(intake: Intake) -> str | None:
    """Say what ids of accounts begin with; None where the config has another object for them than Account."""
    named = next(one.object for one in intake.objects.values() if one.kind == "account")
    return ACCOUNT_PREFIX if named.lower() == ACCOUNT.lower() else None


def load_portfolio(path: Path, prefix: str | None = ACCOUNT_PREFIX) -> tuple[Account, ...]:
    """Load the accounts of a mapping file, sorted by id; their ids begin with `prefix`.

    Several rows may name one account. Raises MappingError with every problem, by file and line.
    """
    return portfolio_of(read_sheet(path, COLUMNS), prefix)


def portfolio_of(sheet: Sheet, prefix: str | None) -> tuple[Account, ...]:
    """Give the accounts of a mapping, sorted by id. Raises MappingError with every problem."""
    mapping = _Mapping(sheet.file, prefix, list(sheet.problems))
    for row in sheet.rows:
        _add(row, mapping)
    if mapping.problems:
        raise MappingError(sorted(mapping.problems, key=_line_of))
    return tuple(_account(key, mapping.drafts[key]) for key in sorted(mapping.drafts))


def _line_of(problem: Problem) -> int:
    return int(problem.place.removeprefix("line ").partition(":")[0])


def _account(key: str, draft: _Draft) -> Account:
    owners = {source: tuple(keys) for source, keys in draft.owners.items()}
    return Account(key, owners, draft.said.get("account_name"), SEGMENTS.get(draft.said.get("segment", "")))


def _add(row: Row, mapping: _Mapping) -> None:
    key = row.key("sf_account_id")
    fault = account_fault(key, mapping.prefix)
    if fault is not None:
        mapping.refuse(row, "sf_account_id", fault)
        return
    key = to_18(key)
    draft = mapping.drafts.setdefault(key, _Draft())
    for source, column in {"salesforce": "sf_account_id", **OWNER_COLUMNS}.items():
        _claim(row, column, source, key, mapping)
    for column in ("account_name", "segment"):
        _say(row, column, draft, mapping)


def _claim(row: Row, column: str, source: str, key: str, mapping: _Mapping) -> None:
    owner = key if source == "salesforce" else row.key(column)
    if not owner:
        return
    if source != "salesforce" and (fault := key_fault(owner)):
        mapping.refuse(row, column, fault)
        return
    account, line = mapping.claims.setdefault((source, owner), (key, row.line))
    if account != key:
        said = f"expected an owner of one account only; line {line} gives it to {account}"
        mapping.refuse(row, column, Fault(said))
    mapping.drafts[key].owners.setdefault(source, {})[owner] = None


def _say(row: Row, column: str, draft: _Draft, mapping: _Mapping) -> None:
    said = row.cells[column].strip()
    word = said.lower() if column == "segment" else said
    if column == "segment" and word and word not in SEGMENTS:
        expected = f"unknown segment, expected {' or '.join(SEGMENTS)}, or nothing for Salesforce's word"
        mapping.refuse(row, column, Fault(expected, nearest(word, SEGMENTS)))
    elif word and draft.said.setdefault(column, word) != word:
        mapping.refuse(row, column, Fault(f"expected what an earlier line says of this account: {draft.said[column]}"))
