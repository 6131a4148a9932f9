"""Numbers as people write them: 1,234.5 or 1.234,5, told apart by what a whole column shows."""

import re
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Literal, TypeAlias, get_args

from handlers.sheets.cells import Cell, CellError, text_of

Mark: TypeAlias = Literal["point", "comma"]
MARKS: tuple[Mark, ...] = get_args(Mark)
"""What stands before the decimals."""

_GROUPED = r"[1-9]\d{{0,2}}(?:{0}\d{{3}})+"
_INDIAN = r"[1-9]\d?(?:,\d\d)+,\d{3}"
_WHOLE = "|".join((_GROUPED.format(" "), _GROUPED.format("'"), r"\d+"))
_FORMS: Mapping[Mark, re.Pattern[str]] = {
    "point": re.compile(rf"(?:{_GROUPED.format(',')}|{_INDIAN}|{_WHOLE})(?:\.\d+)?|\.\d+"),
    "comma": re.compile(rf"(?:{_GROUPED.format('[.]')}|{_WHOLE})(?:,\d+)?|,\d+"),
}
_BLANKS = re.compile("[\u00a0\u2007\u2009\u202f]")
_APOSTROPHES = re.compile("[\u2019\u02bc\u00b4]")
_CUT_SHORT = re.compile(r"[+-]?\d+([.,]\d+)?E[+-]?\d+", re.IGNORECASE)
_MOST = 10.0**18
_EXACT = 2**53


def mark_of(cells: Iterable[Cell]) -> Mark | None:
    """Say what the decimal mark of a column is; None where nothing tells, or where its cells disagree."""
    told = {mark for cell in cells if isinstance(cell, str) for mark in _only(_meanings(cell))}
    return told.pop() if len(told) == 1 else None


def _only(meanings: Mapping[Mark, float]) -> Iterable[Mark]:
    """Give the mark of a text that can be read by one mark alone."""
    return meanings if len(meanings) == 1 else ()


def read_number(cell: Cell, mark: Mark | None = None) -> float:
    """Read a number by the decimal mark of its column. CellError where it is none, or may be two."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _sound(cell)
    text = text_of(cell) if isinstance(cell, str) else ""
    if _CUT_SHORT.fullmatch(text):
        raise CellError("expected all digits; a spreadsheet cut this number short: widen the column, and save it again")
    meanings = _meanings(text)
    if mark is not None:
        meanings = {mark: meanings[mark]} if mark in meanings else {}
    if not meanings:
        by = "" if mark is None else f" with a decimal {mark}"
        raise CellError(f"expected a number{by}")
    if len(set(meanings.values())) > 1:
        low, high = sorted(meanings.values())
        raise CellError(f"it may be {low:g} or {high:.12g}: say decimal: point or comma in the file of columns")
    return _sound(next(iter(meanings.values())))


def read_count(cell: Cell, mark: Mark | None = None) -> int:
    """Read a whole number that is not negative; where a mark alone would leave two readings, the whole one holds."""
    meanings = _meanings(cell) if isinstance(cell, str) and mark is None else {}
    whole = {value for value in meanings.values() if value.is_integer()}
    number = whole.pop() if len(whole) == 1 else read_number(cell, mark)
    if number < 0 or not number.is_integer():
        raise CellError("expected a whole number from 0 on")
    return int(number)


def _meanings(text: str) -> dict[Mark, float]:
    """Give what a text means by each mark by which it is a number."""
    sign, body = _signed(_APOSTROPHES.sub("'", _BLANKS.sub(" ", text_of(text))))
    found: dict[Mark, float] = {}
    for mark, form in _FORMS.items():
        if form.fullmatch(body):
            found[mark] = sign * _value(body, mark)
    return found


def _signed(text: str) -> tuple[int, str]:
    """Take the sign off: before it, behind it, or as brackets, as accountants write."""
    text = text.replace("\u2212", "-")
    if text.startswith("(") and text.endswith(")"):
        return -1, text[1:-1].strip()
    if text.startswith(("-", "+")):
        return (-1 if text[0] == "-" else 1), text[1:].strip()
    return (-1, text[:-1].strip()) if text.endswith("-") else (1, text)


def _value(body: str, mark: Mark) -> float:
    digits = body.replace(" ", "").replace("'", "")
    plain = digits.replace(",", "") if mark == "point" else digits.replace(".", "").replace(",", ".")
    return float(plain)


def _sound(number: float) -> float:
    """Refuse a number that is none, or that no figure of ours can be."""
    if isinstance(number, int) and abs(number) > _EXACT:
        raise CellError("expected a number of 15 digits at most")
    if not isfinite(number) or abs(number) >= _MOST:
        raise CellError("expected a number of 18 digits at most")
    return float(number) + 0.0
