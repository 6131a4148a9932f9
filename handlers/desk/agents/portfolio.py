"""The portfolio for agents: totals first, then the accounts that are asked for, each with its record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from config.errors import nearest
from handlers.desk.agents.asking import Asking
from handlers.desk.agents.drivers import DriverTold, drivers_of, rest_of
from handlers.desk.agents.shapes import (
    FromOutside,
    Group,
    LeftOut,
    Receipt,
    Shape,
    date_of,
    fitting,
    instant_of,
    outside,
)
from handlers.desk.portfolio.query import USUAL
from handlers.desk.seen import latest_seen
from handlers.identity.folding import folded
from handlers.jobs.portfolio import Asked, Line, csm_names, in_order
from handlers.jobs.views import Entry, Total, View, entries_of, totals_of
from scoring.model import Segment
from scoring.summary import Summary

Tier: TypeAlias = Literal["Champion", "Healthy", "At Risk", "Critical", "Unknown", "unscored"]
Sort: TypeAlias = Literal["risk", "score", "change", "moved", "arr", "renewal", "coverage", "csm", "name", "alert"]

MOST_ROWS = 50
"""So many accounts an answer names at most; the rest is counted, and asked for by `offset`."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which accounts are asked for, in which order, and how many of them."""

    view: View = "all"
    tiers: Sequence[Tier] = ()
    segment: Segment | None = None
    csm: str | None = None
    text: str | None = None
    sort: Sort | None = None
    limit: int = 20
    offset: int = 0

    def fits(self, entry: Entry) -> bool:
        """Tell whether an account is asked for."""
        words = folded(self.text or "").split()
        asked = Asked(frozenset(self.tiers), self.segment, self.csm)
        return self.view in entry.views and all(word in entry.sought for word in words) and asked.fits(entry.line)


class Row(Shape):
    """One account: how it stands, what moved it since the record before, and what is at stake."""

    name: FromOutside
    csm: FromOutside
    segment: str
    tier: str
    score: float | None
    low: float | None
    high: float | None
    coverage_pct: float
    cap: float | None
    change: Annotated[float | None, Field(description="moved_by and moved_by_all_else add up to it")]
    tier_before: str | None
    moved_by: list[DriverTold]
    moved_by_all_else: float | None
    arr: float | None
    currency: str | None
    renewal: str | None
    days_to_renewal: int | None
    why_in_morning: Annotated[list[str], Field(description="fell a tier, lost points, renews soon while at risk")]
    receipt: Receipt


class Portfolio(Shape):
    """The accounts of a month that this person sees: totals of all, totals of those asked for, and their rows."""

    period: str
    currency: Annotated[str, Field(description="the corporate currency, in which ARR is added up")]
    all: Group
    asked_for: Group
    at_risk: Annotated[Group, Field(description="of those asked for: Critical, At Risk, Unknown or unscored")]
    by_tier: Annotated[dict[str, Group], Field(description="of those asked for")]
    rows: list[Row]
    left_out: LeftOut | None


def portfolio(asking: Asking, question: Question) -> Portfolio:
    """Answer which accounts there are."""
    seen = asking.seen()
    _refuse_unknown_csm(asking, question.csm, seen.lines)
    now = asking.now if seen.period == latest_seen(asking) else None
    every = entries_of(seen.lines, str(seen.period), asking.desk.terms, now)
    asked = _in_order([entry for entry in every if question.fits(entry)], question)
    rows = fitting(row_of(entry) for entry in asked[question.offset :][: min(question.limit, MOST_ROWS)])
    totals = totals_of(asked)
    return Portfolio(
        period=str(seen.period),
        currency=asking.desk.config.model.currencies.corporate,
        all=_group(totals_of(every).whole),
        asked_for=_group(totals.whole),
        at_risk=_group(totals.views["risk"]),
        by_tier={tier: _group(total) for tier, total in totals.tiers.items()},
        rows=rows,
        left_out=left_out(len(asked), question.offset, len(rows)),
    )


def _in_order(entries: Sequence[Entry], question: Question) -> list[Entry]:
    """Sort entries as the page does: each view has an order of its own."""
    order = question.sort or USUAL[question.view]
    by_id = {entry.line.summary.account_id: entry for entry in entries}
    lines = in_order((entry.line for entry in entries), order.removeprefix("-"), is_reversed=order.startswith("-"))
    return [by_id[line.summary.account_id] for line in lines]


def _refuse_unknown_csm(asking: Asking, csm: str | None, lines: Sequence[Line]) -> None:
    """Refuse a CSM whom no account has: no row would look like peace."""
    if csm is None or any(Asked(csm=csm).fits(line) for line in lines):
        return
    names = sorted({outside(name) or "" for line in lines for name in csm_names(line.summary)})
    near = nearest(csm, names)
    hint = f"did you mean {near}?" if near else "leave csm out to see who there is"
    asking.refuse(f"no account that you see has a CSM {outside(csm)!r}: {hint}")


def row_of(entry: Entry) -> Row:
    """Tell one account."""
    line, one = entry.line, entry.line.summary
    drivers = () if one.moved is None else one.moved.drivers
    return Row(
        name=outside(one.account_name),
        csm=None if one.csm is None else outside(next(iter(csm_names(one)), None)),
        segment=one.segment,
        tier=line.tier,
        score=one.final_score,
        low=one.low,
        high=one.high,
        coverage_pct=one.coverage_pct,
        cap=None if one.cap is None else one.cap.value,
        change=one.change,
        tier_before=None if one.moved is None else one.moved.tier or "unscored",
        moved_by=drivers_of(drivers),
        moved_by_all_else=rest_of(one.change, drivers),
        arr=one.arr,
        currency=outside(one.currency),
        renewal=date_of(one.renewal),
        days_to_renewal=entry.days,
        why_in_morning=list(entry.whys),
        receipt=receipt_of(one),
    )


def receipt_of(one: Summary) -> Receipt:
    """Say which record a line is of."""
    return Receipt(
        account_id=one.account_id,
        period=one.period,
        status=one.status,
        as_of=instant_of(one.as_of) or "",
        model_version=one.model_version,
    )


def _group(total: Total) -> Group:
    return Group(accounts=total.accounts, arr=total.worth, arr_unknown_for=total.without)


def left_out(of: int, offset: int, shown: int) -> LeftOut | None:
    """Say how many accounts are not named, and how to get them; None where all are."""
    rest = of - shown
    if rest <= 0:
        return None
    after = offset + shown
    if after >= of:
        return LeftOut(rows=rest, how="offset 0 begins with the first")
    return LeftOut(rows=rest, how=f"ask again with offset {after}, or narrow the question (tier, csm, view, text)")
