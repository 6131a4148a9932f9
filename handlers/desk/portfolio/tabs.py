"""The views of the portfolio as tabs: those that there are, then the saved ones."""

from collections.abc import Iterable
from dataclasses import dataclass

from handlers.desk.portfolio.listing import Listing, number_of
from handlers.desk.portfolio.query import Query
from handlers.desk.portfolio.saved import SavedView, query_of, written
from handlers.desk.visit import Visit
from handlers.jobs.views import VIEWS, View


@dataclass(frozen=True, slots=True)
class Tab:
    """A view as a tab: its address, name and how many accounts are in it."""

    address: str
    name: str
    count: int | None
    is_open: bool
    is_changed: bool = False


def view_names(visit: Visit) -> dict[View, str]:
    """Name the views as tabs do."""
    return {
        "morning": "My morning",
        "fell": "Fell a tier",
        "rose": "Rose a tier",
        "renewals": f"Renewals ≤ {visit.desk.terms.renewal_days} days",
        "risk": "At risk",
        "alerts": "Alerts",
        "blind": "Blind spots",
        "all": "All accounts",
    }


def tabs(visit: Visit, found: Listing, saved: Iterable[SavedView]) -> list[Tab]:
    """Give the tabs."""
    return [*_tabs(visit, found), *(_saved_tab(visit, found.query, view) for view in saved)]


def _tabs(visit: Visit, found: Listing) -> list[Tab]:
    query, names = found.query, view_names(visit)
    counts = found.counts
    return [
        Tab(
            query.to(view=view, sort="", saved=""),
            names[view],
            None if view in {"fell", "rose"} and not found.totals.has_moved else counts[view],
            view == query.view and not query.saved,
        )
        for view in VIEWS
    ]


def _saved_tab(visit: Visit, query: Query, view: SavedView) -> Tab:
    own, is_open = query_of(view, query.period), query.saved == view.id
    return Tab(own.to(), view.name, number_of(visit, own), is_open, is_open and written(query) != view.query)
