"""What a mapping, or verified pairs, ask of the accounts that a store keeps."""

from collections.abc import Iterable, Mapping, Sequence

from config.errors import MappingError, Problem, shown_value
from config.portfolio import SAID, MappingForm
from config.sheets import Sheet
from config.source import ACCOUNTS
from handlers.stores.accounts import WORDS, Change, Edit, OwnerTakenError, Word, owned, planned, word_of
from scoring.account import Account, OwnerKey

_WORDS: Mapping[str, Word] = dict(zip(SAID, WORDS, strict=True))


def edits_of(sheet: Sheet, accounts: Iterable[Account], form: MappingForm) -> list[Edit]:
    """Ask what a mapping says of its accounts: all that it has a column of, also where a cell is empty."""
    words = [word for column, word in _WORDS.items() if column in sheet.header]
    sources = [source for source, column in form.owner_columns.items() if column in sheet.header]
    return [
        Edit(
            account.id,
            {word: word_of(account, word) for word in words},
            {source: account.owners.get(source, ()) for source in sources},
        )
        for account in accounts
    ]


def adopting(accounts: Iterable[Account]) -> list[Edit]:
    """Ask that accounts be there as they are: all that the mapping of the config has, when a store first gets any."""
    return [Edit(one.id, {word: word_of(one, word) for word in WORDS}, one.owners) for one in accounts]


def united(held: Iterable[Account], joined: Iterable[Account]) -> list[Edit]:
    """Ask for the owners that accounts have got, and for the accounts that are new."""
    known = {account.id: account for account in held}
    return [edit for one in joined for edit in _got(Change(one.id, known.get(one.id), one))]


def _got(change: Change) -> list[Edit]:
    said = {word: new for word, (_, new) in change.words.items()}
    return [Edit(change.account_id, said, more=change.gained)] if change.before != change.after else []


def removing(held: Iterable[Account], accounts: Iterable[Account]) -> list[Edit]:
    """Ask that accounts leave which are not among others."""
    kept = {account.id for account in accounts}
    return [Edit(account.id, remove=True) for account in held if account.id not in kept]


def plan(edits: Sequence[Edit], held: Iterable[Account]) -> list[Change]:
    """Say what edits would change in accounts. Raises OwnerTakenError."""
    known = {account.id: account for account in held}
    holders = {owner: account.id for account in known.values() for owner in owned(account)}
    return planned(edits, known, holders)


def refused_by_line(error: OwnerTakenError, sheet: Sheet, form: MappingForm) -> MappingError:
    """Say by line and column of a mapping which of its owners belong to other accounts."""
    return MappingError([_problem(one, sheet, form) for one in error.taken])


def _problem(taken: tuple[OwnerKey, str, str], sheet: Sheet, form: MappingForm) -> Problem:
    (source, key), holder, wanted = taken
    column = form.owner_columns.get(source, ACCOUNTS.column)
    line = next((row.line for row in sheet.rows if row.key(column) == key), None)
    place = column if line is None else f"line {line}: {column}"
    expected = f"expected an owner of one account only; it belongs to {holder}, and would be {wanted}'s too"
    return Problem(sheet.file, place, shown_value(key), expected)
