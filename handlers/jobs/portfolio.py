"""The portfolio as a list: the summaries of a period, those that are asked for, in the order that is asked for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from handlers.identity.folding import folded, is_part
from handlers.stores.protocol import RecordStore
from scoring.model import Currencies
from scoring.money import worth
from scoring.periods import period_before
from scoring.summary import Summary

MONTHS = 4
"""How many months the course of a score is shown over, the listed one being the last."""

UNSCORED = "unscored"
TIERS = ("Champion", "Healthy", "At Risk", "Critical", "Unknown", UNSCORED)
"""What a list calls the tiers, and what has none."""

_WORST = {tier: place for place, tier in enumerate(("Critical", "At Risk", "Unknown", UNSCORED, "Healthy", "Champion"))}


@dataclass(frozen=True, slots=True)
class Line:
    """One account of the list: its summary, its scores of the last months (the earliest first), its ARR to compare by.

    `worth` is the ARR in the corporate currency; None where it is unknown, or has no rate.
    """

    summary: Summary
    scores: tuple[float | None, ...]
    worth: float | None

    @property
    def tier(self) -> str:
        """Name the tier; `unscored` where there is none."""
        return self.summary.tier or UNSCORED


def latest_period(store: RecordStore) -> str | None:
    """Give the latest period that has summaries; None of a store without any."""
    return next((one for one in reversed(store.summarised()) if any(True for _ in store.summaries(one))), None)


def lines_of(store: RecordStore, period: str, currencies: Currencies) -> list[Line]:
    """List the accounts of a period.

    While a month runs, an account that has no record of it yet is listed with that of the month before.
    """
    summaries = list(store.summaries(period))
    if summaries and all(one.status == "provisional" for one in summaries):
        known = {one.account_id for one in summaries}
        summaries += [one for one in store.summaries(period_before(period)) if one.account_id not in known]
    months = _months(period)
    scores = {month: store.final_scores(month) for month in months[:-1]}
    return [Line(one, _course(one, months, scores), worth(one.arr, one.currency, currencies)) for one in summaries]


def _months(period: str) -> list[str]:
    months = [period]
    while len(months) < MONTHS:
        months.insert(0, period_before(months[0]))
    return months


def _course(
    summary: Summary, months: Sequence[str], scores: Mapping[str, Mapping[str, float | None]]
) -> tuple[float | None, ...]:
    earlier = (scores[month].get(summary.account_id) for month in months[:-1])
    return (*earlier, summary.final_score if summary.period == months[-1] else None)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines are asked for: of tiers, of a segment, of a CSM (a part of name, mail or id), with such a change.

    With `alerts`, only those on the list of alerts.
    """

    tiers: frozenset[str] = frozenset()
    segment: str | None = None
    csm: str | None = None
    changed: float | None = None
    alerts: bool = False

    def fits(self, line: Line) -> bool:
        """Tell whether a line is asked for."""
        return (
            (not self.tiers or line.tier in self.tiers)
            and self.segment in (None, line.summary.segment)
            and (self.csm is None or any(is_part(self.csm, name) for name in csm_names(line.summary)))
            and (self.changed is None or has_changed(line.summary, self.changed))
            and (not self.alerts or line.summary.alert is not None)
        )


def csm_names(summary: Summary) -> tuple[str, ...]:
    """Give all that the CSM of an account may be called by."""
    csm = summary.csm
    return () if csm is None else tuple(name for name in (csm.name, csm.mail, csm.id) if name)


def has_changed(summary: Summary, least: float) -> bool:
    """Tell whether an account changed its tier, or its score by so many points, since the record before."""
    if summary.moved is None:
        return False
    return summary.moved.tier != summary.tier or abs(summary.change or 0) >= least


_Key: TypeAlias = tuple[object, ...]


def _last(value: float | None) -> tuple[bool, float]:
    """Sort what is unknown last."""
    return (True, 0.0) if value is None else (False, value)


def _name(line: Line) -> str:
    return folded(line.summary.account_name or line.summary.account_id)


def _call_order(summary: Summary) -> _Key:
    """Sort by the place on the list of alerts; a live score, which has none, by what it is ranked by."""
    alert = summary.alert
    if alert is None:
        return (True,)
    return False, alert.place is None, alert.place or 0, alert.renewal_days is None, alert.score


SORTS: Mapping[str, Callable[[Line], _Key]] = {
    "risk": lambda line: (_WORST.get(line.tier, 0), _last(None if line.worth is None else -line.worth)),
    "score": lambda line: _last(line.summary.final_score),
    "change": lambda line: _last(line.summary.change),
    "moved": lambda line: _last(None if line.summary.change is None else -abs(line.summary.change)),
    "arr": lambda line: _last(None if line.worth is None else -line.worth),
    "renewal": lambda line: _last(line.summary.renewal),
    "coverage": lambda line: (line.summary.coverage_pct,),
    "csm": lambda line: (line.summary.csm is None, folded(next(iter(csm_names(line.summary)), ""))),
    "name": lambda line: (_name(line),),
    "alert": lambda line: _call_order(line.summary),
}
"""What a list may be sorted by: the worst tier and there the most money first; the lowest score; the greatest loss;
the greatest change; the most money; the earliest renewal; the least coverage; the names of CSMs; of accounts; whom
the list of alerts has first."""


_IS_KNOWN: Mapping[str, Callable[[Line], bool]] = {
    "score": lambda line: line.summary.final_score is not None,
    "change": lambda line: line.summary.change is not None,
    "moved": lambda line: line.summary.change is not None,
    "arr": lambda line: line.worth is not None,
    "renewal": lambda line: line.summary.renewal is not None,
    "csm": lambda line: line.summary.csm is not None,
    "alert": lambda line: line.summary.alert is not None,
}


def _always(_line: Line) -> bool:
    return True


def in_order(lines: Iterable[Line], sort: str, *, is_reversed: bool = False) -> list[Line]:
    """Sort lines; those that tie, by name and id. What is unknown comes last, also in the reversed order."""
    key, is_known = SORTS[sort], _IS_KNOWN.get(sort, _always)
    named = sorted(lines, key=lambda line: (_name(line), line.summary.account_id))
    if not is_reversed:
        return sorted(named, key=key)
    known = sorted((line for line in named if is_known(line)), key=key, reverse=True)
    return known + [line for line in named if not is_known(line)]
