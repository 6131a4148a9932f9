"""The views of a portfolio, such as who fell a tier: which accounts are in each, how many, and what they are worth."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

from config.desk import DeskTerms
from handlers.identity.folding import folded
from handlers.jobs.morning import Why, days_to_renewal, fell, renews_within, rose, whys
from handlers.jobs.portfolio import TIERS, Line, csm_names
from scoring.instants import Instant
from scoring.summary import Summary
from scoring.verdict import AT_RISK

View: TypeAlias = Literal["morning", "fell", "rose", "renewals", "risk", "alerts", "blind", "all"]
VIEWS: tuple[View, ...] = get_args(View)

_NO_DOUBT = frozenset(("partial", "small_sample", "waiting", "monitored_critical"))
"""Flags that say how sure a figure is, and hide no trouble."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line and what lists ask of it again and again, found once.

    `days` are left to the renewal. `views` has it; `whys` say why it is in a morning. `sought` is its name, id and
    CSM as a search compares them. `is_older` says that it is shown with the record of the month before.
    """

    line: Line
    views: frozenset[View]
    whys: tuple[Why, ...]
    days: int | None
    sought: str
    is_older: bool


def entries_of(lines: Iterable[Line], period: str, terms: DeskTerms, now: Instant | None) -> list[Entry]:
    """Make the entries of a month; without `now`, days are counted from when each account was scored.

    An account that is shown with its record of the month before has not moved in this one.
    """
    made = [_entry(line, line.summary.period != period, terms, now) for line in lines]
    shared = {one.views: one.views for one in made}
    return [replace(one, views=shared[one.views]) for one in made]


def _entry(line: Line, is_older: bool, terms: DeskTerms, now: Instant | None) -> Entry:  # noqa: FBT001 - of one line
    summary = line.summary
    at = summary.as_of if now is None else now
    why = tuple(one for one in whys(summary, terms, at) if one == "renews" or not is_older)
    return Entry(
        line,
        frozenset(_views(summary, why, is_older, renews_within(summary, terms.renewal_days, at))),
        why,
        days_to_renewal(summary, at),
        " ".join(folded(name) for name in (summary.account_name, summary.account_id, *csm_names(summary)) if name),
        is_older,
    )


def _views(summary: Summary, why: Sequence[Why], is_older: bool, renews: bool) -> Iterator[View]:  # noqa: FBT001
    fits: Mapping[View, bool] = {
        "morning": bool(why),
        "fell": fell(summary) and not is_older,
        "rose": rose(summary) and not is_older,
        "renewals": renews,
        "risk": summary.tier in AT_RISK,
        "alerts": summary.alert is not None,
        "blind": is_blind(summary),
        "all": True,
    }
    return (view for view in VIEWS if fits[view])


def is_blind(summary: Summary) -> bool:
    """Tell whether what is known of an account may hide trouble: no tier, too little data, a silent source, a doubt."""
    if summary.tier in {"Unknown", None}:
        return True
    return any(flag.partition(":")[0] not in _NO_DOUBT for flag in summary.flags)


@dataclass(frozen=True, slots=True)
class Total:
    """So many accounts, what they are worth together in the corporate currency, and how many have no known ARR."""

    accounts: int = 0
    worth: float = 0.0
    without: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of a portfolio: by view, by tier, and of the renewals those at risk and how many are overdue."""

    views: Mapping[View, Total]
    tiers: Mapping[str, Total]
    renewals_at_risk: Total
    overdue: int
    has_moved: bool

    @property
    def whole(self) -> Total:
        """Give the total of all."""
        return self.views["all"]


def totals_of(entries: Sequence[Entry]) -> Totals:
    """Sum a portfolio up."""
    return Totals(
        {view: total_of(one for one in entries if view in one.views) for view in VIEWS},
        {tier: total_of(one for one in entries if one.line.tier == tier) for tier in TIERS},
        total_of(one for one in entries if {"renewals", "risk"} <= one.views),
        sum("renewals" in one.views and one.days is not None and one.days < 0 for one in entries),
        any(one.line.summary.moved is not None for one in entries),
    )


def total_of(entries: Iterable[Entry]) -> Total:
    """Sum accounts up."""
    worths = [one.line.worth for one in entries]
    known = [worth for worth in worths if worth is not None]
    return Total(len(worths), sum(known), len(worths) - len(known))
