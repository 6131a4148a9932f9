"""Keys in cells: ids of records and owners, and what a spreadsheet made of them."""

from collections.abc import Iterable

from config.keys import Fault, account_fault, key_fault
from handlers.sheets.cells import Cell, CellError, text_of
from scoring.ids import has_form, in_case, to_18

_SHORT = 15
_LONGEST = 255
_MOST_DIGITS = 15


def read_key(cell: Cell) -> str:
    """Read a key of anything. CellError where a spreadsheet spoilt it."""
    key = text_of(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _whole(cell)
    if not isinstance(cell, str):
        raise CellError("expected a key; a spreadsheet made something else of it: format the column as text")
    _refuse(key_fault(key))
    if len(key.encode()) > _LONGEST:
        raise CellError(f"expected a key of {_LONGEST} bytes at most")
    return key


def _whole(number: float) -> str:
    if number != int(number):
        raise CellError("expected a key; this is a number with decimals: format the column as text")
    if abs(number) >= 10**_MOST_DIGITS:
        raise CellError("expected a key; a spreadsheet keeps 15 digits of a number: format the column as text")
    return str(int(number))


def read_record_id(cell: Cell) -> str:
    """Read the id of a record: one of 18 characters with check characters is checked, any other key is taken."""
    key = read_key(cell)
    if has_form(key) and len(key) != _SHORT and to_18(key[:_SHORT]) != key and (right := in_case(key)) is not None:
        raise CellError(f"its last three characters, which check the others, do not fit them; did you mean {right}?")
    return key


def read_account_id(cell: Cell, prefix: str | None, *, capitals_kept: bool) -> str:
    """Read a Salesforce id of an account, and bring it to 18 characters.

    One of 15 whose letters are all of one case is refused unless the column shows that capitals were kept:
    it may be another account's.
    """
    key = read_key(cell)
    _refuse(account_fault(key, prefix))
    if len(key) == _SHORT and not capitals_kept and _one_case(key):
        raise CellError(
            "expected an id of 18 characters: the capitals of one of 15 may be lost, and cannot be repaired"
        )
    return to_18(key)


def keeps_capitals(cells: Iterable[Cell]) -> bool:
    """Tell whether a column of ids shows letters of both cases in an id of 15 characters."""
    short = (text_of(cell) for cell in cells)
    return any(has_form(key) and len(key) == _SHORT and not _one_case(key) for key in short)


def _one_case(key: str) -> bool:
    """Tell whether a key has letters, and all of one case."""
    return any(one.isalpha() for one in key) and key in {key.lower(), key.upper()}


def _refuse(fault: Fault | None) -> None:
    if fault is not None:
        near = "" if fault.near is None else f"; did you mean {fault.near}?"
        raise CellError(f"{fault.said}{near}")
