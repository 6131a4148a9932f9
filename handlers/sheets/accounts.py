"""Accounts of a spreadsheet: put into the mapping beside those that stand there, of which nothing is changed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from config.source import ACCOUNTS, SOURCES
from handlers.sheets.cells import CellError
from handlers.sheets.money import Amount
from handlers.sheets.rows import BadRow, Row
from scoring.account import Account
from scoring.model import SEGMENTS

_COLUMNS: Mapping[str, str] = {source.name: source.column for source in SOURCES.values() if source is not ACCOUNTS}
_ID = "sf_account_id"


@dataclass(slots=True)
class Merged:
    """The whole mapping with the file's accounts in it; rows that cannot be, and what was left as it stood."""

    accounts: dict[str, Account]
    rows: list[Row] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    added: int = 0
    completed: int = 0


def merge(standing: Iterable[Account], rows: Sequence[Row], same: Callable[[str], str] = str) -> Merged:
    """Put the rows into the standing accounts; several rows may be of one account, with an owner each.

    `same` is how owners are compared.
    """
    merged = Merged({account.id: account for account in standing})
    before = dict(merged.accounts)
    claims = {(source, same(key)): a.id for a in before.values() for source, keys in a.owners.items() for key in keys}
    firsts: dict[str, Row] = {}
    for row in rows:
        bad = _segment_fault(row) or _claim_fault(row, claims, same) or _contradiction(row, firsts)
        if bad is not None:
            merged.bad.append(bad)
            continue
        _put(row, merged)
    merged.rows = list(firsts.values())
    merged.remarks.extend(_left(rows, before, merged))
    merged.added = len(merged.accounts.keys() - before.keys())
    merged.completed = sum(before[key] != merged.accounts[key] for key in before)
    return merged


def _left(rows: Iterable[Row], before: Mapping[str, Account], merged: Merged) -> Iterator[str]:
    """Remark owners that stood in the mapping and are not in the file, where the file gives the account another."""
    said: dict[str, list[Row]] = {}
    for row in rows:
        if (key := row.need(_ID)) in before and before[key] != merged.accounts[key]:
            said.setdefault(key, []).append(row)
    for key, mine in said.items():
        for source, column in _COLUMNS.items():
            lines = {row.text(column): row.line for row in mine}
            stood, now = (one[key].owners.get(source, ()) for one in (before, merged.accounts))
            new, gone = [one for one in now if one not in stood], [one for one in stood if one not in lines]
            if new and gone:
                has = f"the mapping has {column} {', '.join(gone)} of this account, and now {', '.join(new)} too"
                yield f"line {lines[new[0]]}: {has}: take out of the mapping what is wrong"


def _segment_fault(row: Row) -> BadRow | None:
    said = row.text("segment")
    if said is None or said.lower() in SEGMENTS:
        return None
    return BadRow(row.line, "segment", said, f"expected {' or '.join(SEGMENTS)}, or nothing for Salesforce's word")


def _claim_fault(row: Row, claims: dict[tuple[str, str], str], same: Callable[[str], str]) -> BadRow | None:
    """Claim the owners of a row; refuse one that another account has."""
    account_id = row.need(_ID)
    owned = {
        (source, same(key)): column for source, column in _COLUMNS.items() if (key := row.text(column)) is not None
    }
    for owner, column in owned.items():
        if claims.get(owner, account_id) != account_id:
            said = f"expected an owner of one account only; it is also given to {claims[owner]}"
            return BadRow(row.line, column, owner[1], said)
    claims.update(dict.fromkeys(owned, account_id))
    return None


def _contradiction(row: Row, firsts: dict[str, Row]) -> BadRow | None:
    """Refuse a second row of an account that says anything else of it but one more owner."""
    first = firsts.setdefault(row.need(_ID), row)
    owners = set(_COLUMNS.values())
    for name in sorted((row.values.keys() | first.values.keys()) - owners):
        if row.values.get(name) != first.values.get(name):
            said = f"expected what line {first.line} says of this account: {first.values.get(name, 'nothing')}"
            return BadRow(row.line, name, str(row.values.get(name, "")), said)
    return None


def _put(row: Row, merged: Merged) -> None:
    account_id = row.need(_ID)
    account = merged.accounts.get(account_id, Account(account_id, {ACCOUNTS.name: (account_id,)}))
    owners = dict(account.owners)
    for source, column in _COLUMNS.items():
        key = row.text(column)
        if key is not None and key not in owners.get(source, ()):
            owners[source] = (*owners.get(source, ()), key)
    name, segment = row.text("account_name"), row.text("segment")
    told = None if segment is None else SEGMENTS[segment.lower()]
    for what, stands, said in (("account_name", account.name, name), ("segment", account.segment, told)):
        if stands is not None and said is not None and stands != said:
            merged.remarks.append(
                f"line {row.line}: the mapping has {what} {stands}, not {said}: it stays as it stands"
            )
    merged.accounts[account_id] = replace(
        account, owners=owners, name=account.name or name, segment=account.segment or told
    )


def with_currencies(rows: Iterable[Row], said: str | None, bad: list[BadRow]) -> list[Row]:
    """Say the currency of each row's amount: by its own column, by the amount, or by what the plan says of all."""
    kept = []
    for row in rows:
        try:
            kept.append(_with_currency(row, said))
        except CellError as error:
            bad.append(BadRow(row.line, "currency", row.text("currency") or "", str(error)))
    return kept


def _with_currency(row: Row, said: str | None) -> Row:
    amount = row.amount("arr")
    if amount is None:
        return row
    told = {code for code in (row.text("currency"), amount.currency) if code is not None}
    if len(told) > 1:
        raise CellError(f"expected one currency; the amount says {amount.currency}")
    code = told.pop() if told else said
    plain = Amount(amount.value, None)
    return Row(
        row.line, {**row.values, "arr": plain} if code is None else {**row.values, "arr": plain, "currency": code}
    )
