"""The portfolio for agents: totals first, then the accounts that are asked for, each with its record."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from config.desk import DeskTerms
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
from handlers.identity.folding import is_part
from handlers.jobs.morning import Call, days_to_renewal, fell, morning, renews_within, rose
from handlers.jobs.portfolio import TIERS, Asked, Line, csm_names, in_order
from scoring.instants import Instant
from scoring.model import Segment
from scoring.summary import Summary
from scoring.verdict import AT_RISK

View: TypeAlias = Literal["all", "morning", "fell", "rose", "renewals", "at_risk", "blind_spots"]
Tier: TypeAlias = Literal["Champion", "Healthy", "At Risk", "Critical", "Unknown", "unscored"]
Sort: TypeAlias = Literal["risk", "score", "change", "moved", "arr", "renewal", "coverage", "csm", "name", "alert"]

MOST_ROWS = 50
"""So many accounts an answer names at most; the rest is counted, and asked for by `offset`."""

_USUAL: Mapping[str, Sort] = {"fell": "change", "rose": "moved", "renewals": "renewal", "blind_spots": "coverage"}


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
    fits = _filter(asking, question)
    asked = in_order(filter(fits, seen.lines), question.sort or _USUAL.get(question.view, "risk"))
    rows = fitting(_rows(asking, asked[question.offset :][: min(question.limit, MOST_ROWS)]))
    return Portfolio(
        period=str(seen.period),
        currency=asking.desk.config.model.currencies.corporate,
        all=group_of(seen.lines),
        asked_for=group_of(asked),
        at_risk=group_of(line for line in asked if line.summary.tier in AT_RISK),
        by_tier={tier: group_of(line for line in asked if line.tier == tier) for tier in TIERS},
        rows=rows,
        left_out=left_out(len(asked), question.offset, len(rows)),
    )


def _rows(asking: Asking, lines: Sequence[Line]) -> Iterable[Row]:
    whys = {call.line.summary.account_id: call for call in morning(lines, asking.desk.terms, asking.now)}
    return (row_of(line, whys.get(line.summary.account_id), asking.now) for line in lines)


def _filter(asking: Asking, question: Question) -> Callable[[Line], bool]:
    in_view = _VIEWS[question.view]
    asked = Asked(frozenset(question.tiers), question.segment, question.csm)

    def fits(line: Line) -> bool:
        return _names(line.summary, question.text) and asked.fits(line) and in_view(line, asking.desk.terms, asking.now)

    return fits


def _names(one: Summary, text: str | None) -> bool:
    """Tell whether a text is the id of an account, or a part of its name."""
    return text is None or text.strip() == one.account_id or is_part(text, one.account_name or "")


def _is_risky(line: Line, _terms: DeskTerms, _now: Instant) -> bool:
    return line.summary.tier in AT_RISK


_VIEWS: Mapping[View, Callable[[Line, DeskTerms, Instant], bool]] = {
    "all": lambda _line, _terms, _now: True,
    "morning": lambda line, terms, now: bool(morning([line], terms, now)),
    "fell": lambda line, _terms, _now: fell(line.summary),
    "rose": lambda line, _terms, _now: rose(line.summary),
    "renewals": lambda line, terms, now: renews_within(line.summary, terms.renewal_days, now),
    "at_risk": _is_risky,
    "blind_spots": lambda line, _terms, _now: line.summary.tier in {None, "Unknown"},
}
"""Which accounts are in a view."""


def _refuse_unknown_csm(asking: Asking, csm: str | None, lines: Sequence[Line]) -> None:
    """Refuse a CSM whom no account has: no row would look like peace."""
    if csm is None or any(Asked(csm=csm).fits(line) for line in lines):
        return
    names = sorted({outside(name) or "" for line in lines for name in csm_names(line.summary)})
    near = nearest(csm, names)
    hint = f"did you mean {near}?" if near else "leave csm out to see who there is"
    asking.refuse(f"no account that you see has a CSM {outside(csm)!r}: {hint}")


def row_of(line: Line, call: Call | None, now: Instant) -> Row:
    """Tell one account."""
    one = line.summary
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
        days_to_renewal=days_to_renewal(one, now),
        why_in_morning=[] if call is None else [*call.whys],
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


def group_of(lines: Iterable[Line]) -> Group:
    """Add up some accounts."""
    worths = [line.worth for line in lines]
    known = [worth for worth in worths if worth is not None]
    return Group(accounts=len(worths), arr=fsum(known), arr_unknown_for=len(worths) - len(known))


def left_out(of: int, offset: int, shown: int) -> LeftOut | None:
    """Say how many accounts are not named, and how to get them; None where all are."""
    rest = of - shown
    if rest <= 0:
        return None
    after = offset + shown
    if after >= of:
        return LeftOut(rows=rest, how="offset 0 begins with the first")
    return LeftOut(rows=rest, how=f"ask again with offset {after}, or narrow the question (tier, csm, view, text)")
