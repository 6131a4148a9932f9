"""The monthly report: what became of the whole portfolio in a month, for whoever leads."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from config.desk import DeskTerms
from config.loader import Config
from handlers.jobs.alerts import kept_list
from handlers.jobs.outcomes import stored_outcomes
from handlers.jobs.pilot import Judged, judged, opinions
from handlers.jobs.portfolio import Asked, Line, lines_of
from handlers.jobs.views import Entry, Total, Totals, View, entries_of, totals_of
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.alert_list import AlertList
from scoring.instants import DAY, Instant
from scoring.outcomes import Outcome
from scoring.periods import period_end, period_start
from scoring.summary import Summary

_LATE_DAYS = 90
"""So long after its date a renewal is still asked about."""

FindAccounts = Callable[[Collection[str]], Iterable[Account]]


@dataclass(frozen=True)
class MonthReport:
    """What the report says: the accounts of a month, and those of the month with records before.

    `outcomes` are those that took effect in the month, with the tier of the month before; `listing` is the list
    of alerts that its close made. `filters` name what was asked for.
    """

    period: str
    before: str | None
    now: Instant
    currency: str
    terms: DeskTerms
    entries: Sequence[Entry]
    entries_before: Sequence[Entry]
    listing: AlertList | None
    judged: Judged
    outcomes: Sequence[tuple[Outcome, str | None]]
    filters: Sequence[str] = field(default=())

    @cached_property
    def totals(self) -> Totals:
        """Give the totals of the month."""
        return totals_of(self.entries)

    @cached_property
    def totals_before(self) -> Mapping[str, Total] | None:
        """Give the totals by tier of the month before; None where there is none."""
        return totals_of(self.entries_before).tiers if self.before is not None else None

    @property
    def is_provisional(self) -> bool:
        """Tell whether any record may still change."""
        return any(one.line.summary.status == "provisional" for one in self.entries)

    @property
    def as_of(self) -> Instant | None:
        """Say as of when the latest score is."""
        return max((one.line.summary.as_of for one in self.entries), default=None)

    @property
    def models(self) -> list[str]:
        """Name the models of the month."""
        return _models(self.entries)

    @property
    def models_before(self) -> list[str]:
        """Name the models of the month before."""
        return _models(self.entries_before)

    @property
    def fell(self) -> list[Entry]:
        """List who fell a tier, then who lost many points; the most money first."""
        lost = (one for one in self.entries if "lost" in one.whys and "fell" not in one.views)
        return [*_by_worth(self._in("fell")), *_by_worth(lost)]

    @property
    def rose(self) -> list[Entry]:
        """List who rose a tier; the most money first."""
        return _by_worth(self._in("rose"))

    @property
    def renewals(self) -> list[Entry]:
        """List the renewals that are at risk, the earliest first."""
        found = (one for one in self._in("renewals") if "risk" in one.views)
        return sorted(found, key=lambda one: (one.days or 0, -(one.line.worth or 0.0)))

    @property
    def blind(self) -> list[Entry]:
        """List the accounts of which something is not known; the most money first."""
        return _by_worth(self._in("blind"))

    @property
    def alerts(self) -> list[Entry]:
        """List the accounts on the list of alerts, whom to call first at the front."""
        return sorted(self._in("alerts"), key=_place)

    def _in(self, view: View) -> Iterator[Entry]:
        return (one for one in self.entries if view in one.views)


def _models(entries: Iterable[Entry]) -> list[str]:
    return sorted({one.line.summary.model_version for one in entries})


def _by_worth(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda one: -(one.line.worth or 0.0))


def _place(entry: Entry) -> tuple[bool, int]:
    alert = entry.line.summary.alert
    place = None if alert is None else alert.place
    return place is None, place or 0


@dataclass(frozen=True)
class ReportReader:
    """Reads reports from a store; accounts are found by their ids, in whatever keeps them."""

    store: Store
    config: Config
    terms: DeskTerms
    find: FindAccounts

    def read(self, period: str, now: Instant, asked: Asked | None = None) -> MonthReport:
        """Read the report of a month, of the accounts that are asked for."""
        fits = (asked or Asked()).fits
        before = max((one for one in self.store.summarised() if one < period), default=None)
        entries = self._entries(period, fits)
        entries_before = [] if before is None else self._entries(before, fits)
        return MonthReport(
            period=period,
            before=before,
            now=now,
            currency=self.config.model.currencies.corporate,
            terms=self.terms,
            entries=entries,
            entries_before=entries_before,
            listing=kept_list(self.store, period),
            judged=judged(opinions(self.store), self.terms.least_opinions),
            outcomes=list(self._outcomes(period, entries, entries_before, now)),
            filters=_filters(asked),
        )

    def _entries(self, period: str, fits: Callable[[Line], bool]) -> list[Entry]:
        lines = lines_of(self.store, period, self.config.model.currencies)
        return entries_of(filter(fits, lines), period, self.terms, None)

    def _outcomes(
        self, period: str, entries: Sequence[Entry], before: Sequence[Entry], now: Instant
    ) -> Iterator[tuple[Outcome, str | None]]:
        """Give what became of the accounts whose renewal was due or is another now, or who left; no other is read."""
        then = {one.line.summary.account_id: one.line.summary for one in before}
        due = {one.account_id for one in then.values() if _may_be_decided(one, period)}
        due |= {
            one.line.summary.account_id
            for one in entries
            if _may_be_decided(one.line.summary, period) or _is_another(one.line.summary, then)
        }
        accounts = list(self.find(due)) if due else []
        start, end = period_start(period), period_end(period)
        for one in stored_outcomes(self.store, accounts, self.config.model, now):
            if start <= one.effective < end:
                yield one, then[one.account_id].tier if one.account_id in then else None


def _may_be_decided(one: Summary, period: str) -> bool:
    if one.left is not None:
        return True
    start = Instant(period_start(period) - _LATE_DAYS * DAY)
    return one.renewal is not None and start <= one.renewal < period_end(period)


def _is_another(one: Summary, then: Mapping[str, Summary]) -> bool:
    return one.account_id in then and one.renewal != then[one.account_id].renewal


def _filters(asked: Asked | None) -> list[str]:
    if asked is None:
        return []
    segment = f"segment {asked.segment.capitalize()}" if asked.segment else ""
    csm = f"CSM {asked.csm}" if asked.csm else ""
    return [said for said in (segment, csm) if said]


def latest_closed(store: Store) -> str | None:
    """Give the latest month of which all records are final; else the latest that has any; None of neither."""
    found = None
    for period in reversed(store.summarised()):
        statuses = {one.status for one in store.summaries(period)}
        if statuses == {"final"}:
            return period
        found = found or (period if statuses else None)
    return found
