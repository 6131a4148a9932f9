"""The file of what the portfolio shows: all rows of the filters, in the same order, named by a head line."""

from collections.abc import Iterator, Sequence

from handlers.desk.portfolio.listing import Listing
from handlers.desk.portfolio.rows import Row, months_of, rows_of
from handlers.desk.portfolio.said import head_line
from handlers.desk.visit import Visit
from handlers.words.portfolio import name_of
from handlers.words.reasons import brief_doubts
from scoring.instants import format_date

_AT_ONCE = 200
"""So many rows are made at once."""


def file_rows(visit: Visit, found: Listing) -> Iterator[Sequence[object]]:
    """Give the rows of the file, beginning with what it shows and the names of its columns."""
    period = found.seen.period or ""
    yield [head_line(visit, found)]
    yield _columns(period)
    for start in range(0, len(found.entries), _AT_ONCE):
        entries = found.entries[start : start + _AT_ONCE]
        yield from map(_cells, rows_of(visit, entries, period, found.query.view))


def _columns(period: str) -> list[str]:
    return [
        *("Account", "Account id", "Segment", "CSM", "Tier", "Tier before", "Score", "Low", "High", "Coverage %"),
        *("Change", *months_of(period), "Why", "Not known", "ARR", "Currency", "Renewal", "Days to renewal"),
        *("Record of", "Status", "Model"),
    ]


def _cells(row: Row) -> Sequence[object]:
    one, moved = row.summary, row.summary.moved
    return [
        *(name_of(one), one.account_id, one.segment, row.csm, one.tier or "unscored"),
        *(None if moved is None else moved.tier or "unscored", one.final_score, one.low, one.high, one.coverage_pct),
        *(one.change, *row.entry.line.scores, "; ".join(f"{why.lead} {why.text}".strip() for why in row.reasons)),
        *("; ".join(brief_doubts(one)), one.arr, one.currency),
        *(None if one.renewal is None else format_date(one.renewal), row.entry.days),
        *(one.period, one.status, one.model_version),
    ]
