"""Rows as a page shows them, drawn once: a page of fifty costs little more than its frame."""

from collections.abc import Sequence

from markupsafe import Markup

from handlers.desk.portfolio.listing import Listing
from handlers.desk.portfolio.rows import rows_of
from handlers.desk.templates import part
from handlers.desk.visit import Visit
from handlers.jobs.views import Entry

_MOST = 4_000
"""So many drawn rows of one list are kept."""


def drawn(visit: Visit, found: Listing) -> Sequence[Markup]:
    """Draw the rows of a page."""
    kept: dict[tuple[str, int | None], Markup] = visit.desk.memory.get(_key(found), dict)
    known = {_of(one): kept.get(_of(one)) for one in found.shown}
    fresh = _draw(visit, found, [one for one in found.shown if known[_of(one)] is None])
    if len(kept) + len(fresh) > _MOST:
        kept.clear()
    kept.update(fresh)
    return [known[key] or fresh[key] for key in known]


def _key(found: Listing) -> tuple[object, ...]:
    """Tell apart what draws the same account otherwise: reasons of a view, links to a month, the column of changes."""
    reasons = found.query.view if found.query.view in {"alerts", "blind"} else ""
    return "drawn", found.seen.period, reasons, found.query.period, found.totals.has_moved


def _of(entry: Entry) -> tuple[str, int | None]:
    return entry.line.summary.account_id, entry.days


def _draw(visit: Visit, found: Listing, entries: Sequence[Entry]) -> dict[tuple[str, int | None], Markup]:
    soon, moved, period = visit.desk.terms.renewal_days, found.totals.has_moved, found.query.period
    rows = rows_of(visit, entries, found.seen.period or "", found.query.view)
    return {
        _of(row.entry): part("portfolio/row.html.j2", row=row, soon=soon, moved=moved, period=period) for row in rows
    }
