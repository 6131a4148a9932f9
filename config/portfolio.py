"""The portfolio: the accounts of the mapping file, each with its owners in every source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.errors import MappingError, Problem, nearest, shown_value
from config.intake import Intake
from config.keys import ACCOUNT, ACCOUNT_PREFIX, Fault, account_fault, key_fault
from config.loader import Config
from config.sheets import Columns, Row, Sheet, read_sheet
from config.source import ACCOUNTS, SOURCES, USUAL, Source
from scoring.account import Account
from scoring.ids import to_18
from scoring.model import SEGMENTS

MAPPING = "account_mapping.csv"
ACCOUNT_ID = ACCOUNTS.column
CSM = "csm_override"
"""The column, seldom there, that names who looks after an account, where that is not whom the CRM names."""

SAID: Mapping[str, str] = {"account_name": "name", "segment": "segment", CSM: "csm"}
"""The columns of what is said of an account beside its owners, and what it is called there."""


@dataclass(frozen=True, slots=True)
class MappingForm:
    """What a mapping may say: of which sources it names owners, and what ids of accounts begin with.

    Without a `prefix` they may begin with anything.
    """

    prefix: str | None = ACCOUNT_PREFIX
    sources: tuple[Source, ...] = USUAL

    @property
    def owner_columns(self) -> Mapping[str, str]:
        """Give the columns of owners, by source."""
        return {source.name: source.column for source in self.sources}

    @property
    def names(self) -> tuple[str, ...]:
        """Name the sources in use, that of the accounts too."""
        return tuple(sorted([ACCOUNTS.name, *self.owner_columns]))

    @property
    def header(self) -> tuple[str, ...]:
        """Name the columns in the order in which they are written."""
        return ACCOUNT_ID, *self.owner_columns.values(), "account_name", "segment"

    @property
    def columns(self) -> Columns:
        """Say which columns a file may have, and which it must."""
        return Columns(self.header, (ACCOUNT_ID,), (CSM,))

    @property
    def unused(self) -> Mapping[str, str]:
        """Name the sources that are not in use, by the columns of their owners."""
        return {one.column: one.name for one in SOURCES.values() if one not in (ACCOUNTS, *self.sources)}


USUAL_FORM = MappingForm()


@dataclass(slots=True)
class _Draft:
    """An account as its rows so far say it is."""

    owners: dict[str, dict[str, None]] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Mapping:
    """All rows so far: accounts, who owns each id, and what is wrong."""

    file: str
    form: MappingForm
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


def form_of(config: Config) -> MappingForm:
    """Say what a mapping may say under a config: the sources in use, in the order of their columns."""
    named = [source for source in SOURCES.values() if source.name in config.model.roles and source is not ACCOUNTS]
    return MappingForm(account_prefix(config.intake), tuple(named))


def load_portfolio(path: Path, form: MappingForm = USUAL_FORM) -> tuple[Account, ...]:
    """Load the accounts of a mapping file, sorted by id.

    Several rows may name one account. Raises MappingError with every problem, by file and line.
    """
    return portfolio_of(read_sheet(path, form.columns), form)


def portfolio_of(sheet: Sheet, form: MappingForm = USUAL_FORM) -> tuple[Account, ...]:
    """Give the accounts of a mapping, sorted by id. Raises MappingError with every problem."""
    mapping = _Mapping(sheet.file, form, list(sheet.problems))
    for row in sheet.rows:
        _refuse_unused(row, sheet, mapping)
        _add(row, mapping)
    if mapping.problems:
        raise MappingError(sorted(mapping.problems, key=_line_of))
    return tuple(_account(key, mapping.drafts[key]) for key in sorted(mapping.drafts))


def _line_of(problem: Problem) -> int:
    return int(problem.place.removeprefix("line ").partition(":")[0])


def _account(key: str, draft: _Draft) -> Account:
    owners = {source: tuple(keys) for source, keys in draft.owners.items()}
    name, segment, csm = (draft.said.get(column) for column in SAID)
    return Account(key, owners, name, SEGMENTS.get(segment or ""), csm)


def _refuse_unused(row: Row, sheet: Sheet, mapping: _Mapping) -> None:
    """Refuse an owner of a source that is not in use: it would be lost without a word."""
    for column, source in mapping.form.unused.items():
        said = row.raw[sheet.header.index(column)].strip() if column in sheet.header[: len(row.raw)] else ""
        if said:
            expected = f"expected nothing: {source} is not in use; to use it, name it under limits in sources.yaml"
            mapping.problems.append(Problem(mapping.file, f"line {row.line}: {column}", shown_value(said), expected))


def _add(row: Row, mapping: _Mapping) -> None:
    key = row.key(ACCOUNT_ID)
    fault = account_fault(key, mapping.form.prefix)
    if fault is not None:
        mapping.refuse(row, ACCOUNT_ID, fault)
        return
    key = to_18(key)
    draft = mapping.drafts.setdefault(key, _Draft())
    for source, column in {ACCOUNTS.name: ACCOUNT_ID, **mapping.form.owner_columns}.items():
        _claim(row, column, source, key, mapping)
    for column in SAID:
        _say(row, column, draft, mapping)


def _claim(row: Row, column: str, source: str, key: str, mapping: _Mapping) -> None:
    owner = key if source == ACCOUNTS.name else row.key(column)
    if not owner:
        return
    if source != ACCOUNTS.name and (fault := key_fault(owner)):
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
