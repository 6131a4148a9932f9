"""The rows of an account mapping: those that stand there stay, and what is new finds its place among them."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import StringIO

from config.portfolio import CSM, MappingForm
from config.sheets import COMMA, ORDINARY_SPACES, Sheet
from scoring.account import Account
from scoring.ids import to_18

_ID, _NAME, _SEGMENT = "sf_account_id", "account_name", "segment"


@dataclass(slots=True)
class _Table:
    """Rows by account, each row as its cells by column; accounts in the order they first stand in."""

    columns: tuple[str, ...]
    form: MappingForm
    rows: dict[str, list[list[str]]] = field(default_factory=dict)

    def put(self, account: Account) -> None:
        """Put an account's owners into the first rows of its own that are free for them, and then into new ones."""
        rows = self.rows.setdefault(account.id, [self._new(account)])
        for source, column in self.form.owner_columns.items():
            place = self.columns.index(column)
            there = {row[place].strip(ORDINARY_SPACES) for row in rows}
            for owner in (one for one in account.owners.get(source, ()) if one not in there):
                free = next((row for row in rows if not row[place].strip()), None)
                if free is None:
                    rows.append(free := self._new(account))
                free[place] = owner
        for column, said in {_NAME: account.name, CSM: account.csm}.items():
            told = self.columns.index(column) if column in self.columns else None
            if told is not None and not any(row[told].strip() for row in rows):
                rows[0][told] = said or ""

    def _new(self, account: Account) -> list[str]:
        said = {_ID: account.id, _NAME: account.name or "", _SEGMENT: account.segment or "", CSM: account.csm or ""}
        return [said.get(column, "") for column in self.columns]


def text_of(accounts: Iterable[Account], sheet: Sheet | None, form: MappingForm) -> str:
    """Write a mapping of these accounts as CSV, as `sheet` had it where there is one."""
    told = tuple(accounts)
    wanted = (*form.header, CSM) if any(account.csm for account in told) else form.header
    missing = tuple(name for name in wanted if sheet is None or name not in sheet.header)
    table = _Table((*(() if sheet is None else sheet.header), *missing), form)
    for row in () if sheet is None else sheet.rows:
        table.rows.setdefault(to_18(row.key(_ID)), []).append([*row.raw, *("" for _ in missing)])
    for account in told:
        table.put(account)
    text = StringIO()
    writer = csv.writer(text, delimiter=COMMA if sheet is None else sheet.separator)
    writer.writerow((*(() if sheet is None else sheet.titles), *missing))
    writer.writerows(row for rows in table.rows.values() for row in rows)
    return text.getvalue()
