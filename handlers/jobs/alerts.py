"""The lists of alerts that closes made, in the store; and what a single score is held against."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from handlers.jobs.kept import keep, read_kept
from handlers.stores.protocol import Store
from scoring.alert_list import AlertList, Edges, Roll, live_alert, roll
from scoring.alerts import AlertTerms
from scoring.instants import Instant
from scoring.record import Record

KNOWN_EDGES = 13
"""The edges of so many closes are kept in one place, which a single score reads."""
_LISTS = "alerts/"
_EDGES = f"{_LISTS}edges"

_Edges: TypeAlias = dict[str, Edges]


def kept_list(store: Store, period: str) -> AlertList | None:
    """Give the list of a close as it was recorded; None where there is none."""
    name = f"{_LISTS}{period}"
    kept = store.cursor(name)
    return read_kept(kept, AlertList, name) if kept else None


def edges_before(store: Store, period: str) -> Edges | None:
    """Give the edges of the last list before a period; None where no close made one."""
    return max((one for one in _edges(store).values() if one.period < period), key=_period, default=None)


def _period(edges: Edges) -> str:
    return edges.period


def make_list(
    store: Store, period: str, as_of: Instant, terms: AlertTerms, records: Iterable[Record]
) -> tuple[AlertList, Edges]:
    """Make the list of a close from all of its records, and the edges of it; nothing is kept."""
    return list_of(store, roll(period, as_of, terms, records))


def list_of(store: Store, rolled: Roll) -> tuple[AlertList, Edges]:
    """Make the list of a close from the roll of its accounts, and the edges of it; nothing is kept."""
    last = edges_before(store, rolled.period)
    made = rolled.listing(None if last is None else kept_list(store, last.period))
    return made, rolled.edges(made)


def keep_list(store: Store, made: AlertList, edges: Edges) -> None:
    """Keep the list of a close; a close that is repeated replaces its own alone."""
    store.set_cursor(f"{_LISTS}{made.period}", keep(made))
    known = _edges(store) | {edges.period: edges}
    _keep_edges(store, {period: known[period] for period in sorted(known)[-KNOWN_EDGES:]})


def forget_list(store: Store, period: str) -> None:
    """Forget the list of a close that was withdrawn."""
    if kept_list(store, period) is not None:
        _keep_edges(store, {name: one for name, one in _edges(store).items() if name != period})
        store.set_cursor(f"{_LISTS}{period}", "")


def _edges(store: Store) -> _Edges:
    kept = store.cursor(_EDGES)
    return read_kept(kept, _Edges, _EDGES) if kept else {}


def _keep_edges(store: Store, edges: Mapping[str, Edges]) -> None:
    store.set_cursor(_EDGES, keep(edges))


def listed(record: Record, made: AlertList | None) -> Record:
    """Give a record the alert that the list of its close has for it; without a list it keeps its own."""
    return record if made is None else replace(record, alert=made.alert(record.score.account_id))


def standing_alert(record: Record, edges: Edges | None, before: Iterable[Record | None]) -> Record:
    """Hold a record that is made between two closes against the last list.

    `before` are the account's record of the same period and the one before it. A final record of the
    same period is only corrected: what its close said of the account stays.
    """
    same, previous = before
    if same is not None and same.status == "final":
        return replace(record, alert=same.alert)
    if edges is None:
        return record
    runs = (one.alert for one in (same, previous) if one is not None and one.period >= edges.period)
    since = next((alert.since for alert in runs if alert is not None), None)
    return replace(record, alert=live_alert(record, edges, since))
