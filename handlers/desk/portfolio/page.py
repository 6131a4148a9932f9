"""The page of the portfolio: what its template is filled with."""

from dataclasses import replace
from typing import Any

from handlers.desk.portfolio.drawn import drawn
from handlers.desk.portfolio.feeds import silences
from handlers.desk.portfolio.headings import headings
from handlers.desk.portfolio.listing import Listing, listing
from handlers.desk.portfolio.query import asked
from handlers.desk.portfolio.said import NO_RECORD, empty, head_line, notes, standing
from handlers.desk.portfolio.saved import saved_views
from handlers.desk.portfolio.tabs import tabs
from handlers.desk.seen import latest_seen
from handlers.desk.suggestions.waits import counted_in
from handlers.desk.visit import Visit
from handlers.desk.words import month_name
from handlers.jobs.portfolio import TIERS
from handlers.words.suggestions import waiting_said
from scoring.model import Model
from scoring.periods import period_before


def show(visit: Visit) -> dict[str, Any]:
    """Give what the template needs."""
    with visit.store() as store:
        views = saved_views(visit, store)
    query = asked(visit)
    saved = next((one for one in views if one.id == query.saved), None)
    query = query if saved else replace(query, saved="")
    found = listing(visit, query)
    if found.seen.period is None:
        return {"found": found, "nothing": NO_RECORD}
    rows = drawn(visit, found)
    return {
        "found": found,
        "nothing": "",
        "query": query,
        "rows": rows,
        "tabs": tabs(visit, found, views),
        "saved": saved,
        "headings": headings(query, has_moved=found.totals.has_moved),
        "silences": () if found.counted_from is None else silences(visit),
        "standing": standing(visit, found),
        "before": month_name(period_before(found.seen.period)),
        "currency": visit.desk.config.model.currencies.corporate,
        "marks": _marks(visit.desk.config.model),
        "tiers": [tier for tier in TIERS if found.totals.tiers[tier].accounts],
        "empty": empty(visit, found),
        "paper": head_line(visit, found),
        "notes": list(notes(found)),
        "waiting": _waiting(visit, found),
    }


def _waiting(visit: Visit, found: Listing) -> str:
    """Say in the morning how many suggestions wait, of the accounts of the list."""
    if found.query.view != "morning" or found.seen.period != latest_seen(visit):
        return ""
    counted = counted_in(visit, found.seen, found.scope)
    return waiting_said(counted.every, counted.cancellations)


def _marks(model: Model) -> list[float]:
    """Give the scores at which tiers begin, without the lowest."""
    return [floor for _, floor in model.tiers if floor > 0]
