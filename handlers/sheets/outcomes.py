"""Outcomes of a spreadsheet as messages of our own: of each account and day one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from config.errors import one_of
from handlers.sheets.accounts import with_currencies
from handlers.sheets.rows import BadRow, Row
from handlers.sheets.telling import Message, Said, Telling, distinct
from scoring.instants import Instant, format_date, format_instant
from scoring.said_outcomes import WORDS
from scoring.words import folded

_DATES = ("effective_date", "notice_date", "treated_date")


@dataclass(frozen=True, slots=True)
class Export:
    """When a file was exported; what its words mean, and the currency of amounts that do not say one, where said."""

    read_at: Instant
    words: Mapping[str, str]
    currency: str | None


def outcomes(rows: Iterable[Row], export: Export) -> Telling:
    """Tell outcomes. Rows of one account and day that differ are all refused: nobody knows which of them holds."""
    telling = Telling()
    for row in with_currencies(distinct(rows, ("account_id", "effective_date"), telling), export.currency, telling.bad):
        word = _word(row, export.words)
        bad = _fault(row, word)
        if bad is None:
            telling.said.append(Said(row.line, _message(row, word, export.read_at)))
        else:
            telling.bad.append(bad)
    return telling


def _word(row: Row, words: Mapping[str, str]) -> str:
    said = folded(row.text("outcome") or "")
    return folded(words.get(said, said))


def _fault(row: Row, word: str) -> BadRow | None:
    if word not in WORDS:
        expected = f"expected {one_of(WORDS)}; say what your words mean under words in the file of columns"
        return BadRow(row.line, "outcome", row.text("outcome") or "", expected)
    money = row.amount("arr")
    if money is not None and money.value < 0:
        return BadRow(row.line, "arr", f"{money.value:g}", "expected an amount of 0 or more")
    notice, effective = row.instant("notice_date"), row.instant("effective_date")
    if word == "churned" and notice is not None and effective is not None and notice > effective:
        return BadRow(row.line, "notice_date", format_date(notice), f"expected a day up to {format_date(effective)}")
    return None


def _message(row: Row, word: str, read_at: Instant) -> Message:
    money = row.amount("arr")
    dates = {name: format_date(at) for name in _DATES if (at := row.instant(name)) is not None}
    texts = {name: said for name in ("currency", "reason") if (said := row.text(name)) is not None}
    return {
        "type": "outcome.told",
        "account_id": row.need("account_id"),
        "outcome": word,
        **dates,
        **({} if money is None else {"arr": money.value}),
        **texts,
        "read_at": format_instant(read_at),
    }
