"""The page of the portfolio: what its template is filled with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.desk.portfolio.drawn import drawn
from handlers.desk.portfolio.feeds import silences
from handlers.desk.portfolio.listing import Listing, listing, number_of
from handlers.desk.portfolio.query import MINE, Query, asked
from handlers.desk.portfolio.saved import SavedView, query_of, saved_views, written
from handlers.desk.visit import Visit
from handlers.desk.words import month_name
from handlers.jobs.alerts import edges_before, kept_list
from handlers.jobs.portfolio import TIERS
from handlers.jobs.views import VIEWS, View
from handlers.words.alerts import gap_words
from scoring.model import Model
from scoring.periods import period_before

NO_RECORD = "No account has a record yet: run `healthscore finalise`, or rescore one."


@dataclass(frozen=True, slots=True)
class Tab:
    """A view as a tab: its address, name and how many accounts are in it."""

    address: str
    name: str
    count: int | None
    is_open: bool
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that sorts: where it leads, and how the list is sorted by it now (as aria-sort says it)."""

    name: str
    class_: str
    address: str = ""
    sorted: str = ""


_GREATEST_FIRST = frozenset({"arr", "moved"})
_COLUMNS = (
    ("Account", "account", "name"),
    ("Tier", "tier-cell", "risk"),
    ("Score", "score figure", "score"),
    ("Range, known", "range-cell", "coverage"),
    ("Change", "changed figure", "change"),
    ("4 months", "course-cell", ""),
    ("Why", "why", ""),
    ("ARR", "arr figure", "arr"),
    ("Renewal", "renewal figure", "renewal"),
)


def show(visit: Visit) -> dict[str, Any]:
    """Give what the template needs."""
    query = asked(visit)
    found = listing(visit, query)
    if found.seen.period is None:
        return {"found": found, "nothing": NO_RECORD}
    rows = drawn(visit, found)
    with visit.store() as store:
        views = saved_views(visit, store)
    return {
        "found": found,
        "nothing": "",
        "query": query,
        "rows": rows,
        "tabs": [*_tabs(visit, found), *(_saved_tab(visit, query, one) for one in views)],
        "saved": next((one for one in views if one.id == query.saved), None),
        "headings": _headings(query, has_moved=found.totals.has_moved),
        "silences": () if found.counted_from is None else silences(visit),
        "standing": standing(visit, found),
        "before": month_name(period_before(found.seen.period)),
        "currency": visit.desk.config.model.currencies.corporate,
        "marks": _marks(visit.desk.config.model),
        "tiers": [tier for tier in TIERS if found.totals.tiers[tier].accounts],
        "empty": _empty(visit, found),
        "notes": list(_notes(found)),
    }


@dataclass(frozen=True, slots=True)
class Standing:
    """What kinds of records a month has, and of which models."""

    statuses: Sequence[str]
    models: Sequence[str]


def standing(visit: Visit, found: Listing) -> Standing:
    """Say what kinds of records the accounts of the month have that a person sees."""

    def read() -> Standing:
        own = [line.summary for line in found.seen.lines if line.summary.period == found.seen.period]
        return Standing(sorted({one.status for one in own}), sorted({one.model_version for one in own}))

    return visit.desk.memory.get((*found.key, "standing"), read)


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


def _headings(query: Query, *, has_moved: bool) -> list[Heading]:
    """Give the headings; in a first month there is no change to show."""
    columns = [one for one in _COLUMNS if has_moved or one[0] != "Change"]
    return [_heading(query, name, class_, sort) for name, class_, sort in columns]


def _heading(query: Query, name: str, class_: str, sort: str) -> Heading:
    if not sort:
        return Heading(name, class_)
    order, is_reversed = query.order
    if order != sort:
        return Heading(name, class_, query.to(sort=sort))
    is_down = is_reversed != (sort in _GREATEST_FIRST)
    other = sort if is_reversed else f"-{sort}"
    return Heading(name, class_, query.to(sort=other), "descending" if is_down else "ascending")


def _marks(model: Model) -> list[float]:
    """Give the scores at which tiers begin, without the lowest."""
    return [floor for _, floor in model.tiers if floor > 0]


def _notes(found: Listing) -> Iterator[str]:
    """Say what a list of alerts is, and why numbers are missing in it."""
    alerts = [one.line.summary.alert for one in found.entries if one.line.summary.alert is not None]
    if found.query.view == "alerts" and alerts:
        yield "An alert is no tier: it says whom to call first, a tier how an account stands."
        yield from gap_words(alerts)


def _empty(visit: Visit, found: Listing) -> str:
    """Say why there is no row; nothing where there is one."""
    whole = found.totals.whole.accounts
    if found.entries:
        return ""
    if not whole:
        return _nobodys(found)
    if found.query.is_filtered and found.totals.views[found.query.view].accounts:
        return "No account fits these filters."
    return _quiet(visit, found, whole)


def _nobodys(found: Listing) -> str:
    if found.scope == MINE:
        return "No account of this month names you as its CSM."
    return "No account of this month is yours to see." if not found.seen.lines else "No account has such a CSM."


def _quiet(visit: Visit, found: Listing, whole: int) -> str:
    if found.query.view == "alerts":
        return _no_alert(visit, found.seen.period or "")
    if not found.totals.has_moved and found.query.view in _OF_MOVES:
        return _OF_MOVES[found.query.view]
    accounts = f"{whole:,} account{'' if whole == 1 else 's'}"
    said: dict[View, str] = {
        "morning": f"Nothing fell, nothing is due. {accounts} {'is' if whole == 1 else 'are'} as they were.",
        "fell": f"No account of {accounts} fell a tier.",
        "rose": f"No account of {accounts} rose a tier.",
        "renewals": f"No account of {accounts} renews within {visit.desk.terms.renewal_days} days, as far as is known.",
        "risk": f"None of {accounts} is Critical, At Risk or not known.",
        "blind": f"None of {accounts} lacks data that the model asks for.",
    }
    return said.get(found.query.view, "No account fits these filters.")


_FIRST = "This is the first record: there is nothing to compare it with."
_OF_MOVES: Mapping[View, str] = {"morning": f"Nothing is due. {_FIRST}", "fell": _FIRST, "rose": _FIRST}


def _no_alert(visit: Visit, period: str) -> str:
    def is_listed() -> bool:
        with visit.store() as store:
            return kept_list(store, period) is not None or edges_before(store, period) is not None

    if visit.desk.memory.get(("is listed", period), is_listed):
        return "None of these accounts is on the list of alerts."
    return f"No close up to {period} has a list of alerts: one is made when a month is closed (healthscore finalise)."
