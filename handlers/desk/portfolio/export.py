"""The file of what the portfolio shows: all rows of the filters, in the same order, named by a head line."""

from collections.abc import Iterator, MutableMapping, Sequence

from handlers.desk.downloads import csv_line
from handlers.desk.portfolio.listing import Listing
from handlers.desk.portfolio.rows import OWN_REASONS, Row, months_of, rows_of
from handlers.desk.portfolio.said import head_line
from handlers.desk.visit import Visit
from handlers.jobs.portfolio import Line
from handlers.words.portfolio import name_of
from handlers.words.reasons import brief_doubts
from scoring.instants import format_date

_AT_ONCE = 200
"""So many rows are made at once."""
_NONE = None, ""


def file_lines(visit: Visit, found: Listing) -> Iterator[str]:
    """Give the lines of the file, beginning with what it shows and the names of its columns.

    What was written of an account is kept with what it was written of: a day's files differ in which accounts they
    have.
    """
    period, view = found.seen.period or "", found.query.view
    yield csv_line([head_line(visit, found)])
    yield csv_line(_columns(period))
    key = "lines of the file", period, view if view in OWN_REASONS else "", format_date(visit.now)
    kept: MutableMapping[str, tuple[Line, str]] = visit.desk.memory.get(key, dict)
    for start in range(0, len(found.entries), _AT_ONCE):
        entries = found.entries[start : start + _AT_ONCE]
        missing = [one for one in entries if kept.get(one.line.summary.account_id, _NONE)[0] is not one.line]
        for row in rows_of(visit, missing, period, view):
            kept[row.summary.account_id] = row.entry.line, csv_line(_cells(row))
        yield from (kept[one.line.summary.account_id][1] for one in entries)


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
