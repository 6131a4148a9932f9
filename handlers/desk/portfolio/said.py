"""What the portfolio says in sentences: what its records are, what is listed, why nothing is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from handlers.desk.portfolio.listing import Listing
from handlers.desk.portfolio.query import MINE
from handlers.desk.portfolio.tabs import view_names
from handlers.desk.visit import Visit
from handlers.jobs.alerts import edges_before, kept_list
from handlers.jobs.views import View
from handlers.words.alerts import gap_words
from handlers.words.figures import count
from scoring.instants import format_instant

NO_RECORD = "No account has a record yet: run `healthscore finalise`, or rescore one."


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


def head_line(visit: Visit, found: Listing) -> str:
    """Say what the file shows: filters, order, month, model, how many of how many, when it was made."""
    query, now = found.query, standing(visit, found)
    order, is_reversed = query.order
    return " | ".join(
        (
            f"healthscore portfolio of {found.seen.period} ({' and '.join(now.statuses)})",
            f"view: {view_names(visit)[query.view]}",
            f"find: {query.q or 'anything'}",
            f"tier: {query.tier or 'any'}",
            f"segment: {query.segment or 'any'}",
            f"CSM: {found.scope_name}",
            f"order: {order}{', reversed' if is_reversed else ''}",
            f"model: {', '.join(now.models)}",
            f"{len(found.entries):,} of {count(found.totals.whole.accounts, 'account')}",
            f"made: {format_instant(visit.now)}",
        )
    )


def notes(found: Listing) -> Iterator[str]:
    """Say what a list of alerts is, and why numbers are missing in it."""
    alerts = [one.line.summary.alert for one in found.entries if one.line.summary.alert is not None]
    if found.query.view == "alerts" and alerts:
        yield "An alert is no tier: it says whom to call first, a tier how an account stands."
        yield from gap_words(alerts)


def empty(visit: Visit, found: Listing) -> str:
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
