"""What if, for agents: how accounts would stand under changed figures. Nothing is kept, and nothing is written."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from config.draft import load_changes
from config.source import label_of
from handlers.desk.agents.asking import Asking
from handlers.desk.agents.drivers import DriverTold, drivers_of
from handlers.desk.agents.shapes import FromOutside, Group, LeftOut, Shape, fitting, instant_of, outside
from handlers.jobs.history import last_ended
from handlers.jobs.portfolio import UNSCORED
from handlers.jobs.what_if import Answer, WhatIf
from handlers.words.what_if import in_short, why
from scoring.drivers import Driver
from scoring.facts import HISTORY
from scoring.instants import format_date
from scoring.model import Model
from scoring.periods import period_end
from scoring.verdict import AT_RISK
from scoring.what_if import Case, Comparison, Month, Standing, group_of

MOST_ACCOUNTS = 5_000
"""Of more accounts an answer would take too long for whoever waits for it."""


class SideTold(Shape):
    """How an account stands under one of the two models."""

    score: float | None
    tier: str
    low: float | None
    high: float | None
    coverage_pct: float


class CaseTold(Shape):
    """An account that would stand otherwise: the drivers add up to the change."""

    account_id: str
    name: FromOutside
    arr: float | None
    now: SideTold
    draft: SideTold
    change: float | None
    why: str
    drivers: list[DriverTold]


class TierMove(Shape):
    """So many accounts with this ARR stand in a tier now and would stand in another, or the same, under the draft."""

    now: str
    draft: str
    accounts: int
    arr: float


class WhatIfTold(Shape):
    """How the accounts that this person sees would stand at a month-end."""

    said: str
    period: str
    as_of: str
    model_version: str
    draft_version: str
    measured_anew: Annotated[bool, Field(description="the draft measures otherwise, so facts were read again")]
    from_records_of: Annotated[int, Field(description="accounts scored from what their final record was made from")]
    currency: str
    accounts: int
    not_scored: Annotated[int, Field(description="accounts that failed, and are in no figure")]
    tier_changes: int
    at_risk_now: Group
    at_risk_draft: Group
    tiers: list[TierMove]
    rows: Annotated[list[CaseTold], Field(description="those of another tier first, then the greatest changes")]
    left_out: LeftOut | None


def what_if(asking: Asking, changes: Mapping[str, Any], limit: int) -> WhatIfTold:
    """Score the accounts that somebody sees under changed figures."""
    present, draft = asking.desk.config.model, load_changes(changes, asking.desk.directory).model
    _refuse_new_sources(asking, present, draft)
    period, accounts = _period(asking), asking.accounts(asking.seen().lines)
    if len(accounts) > MOST_ACCOUNTS:
        asking.refuse(f"{len(accounts):,} accounts take too long here: healthscore what-if --draft DIR does it")
    comparison = Comparison(present, draft)
    with asking.store() as store:
        question = WhatIf(store, comparison, recorded=True)
        answer = question.answer(accounts, [period])
        (month,) = answer.months
        shown = month.changed[:limit]
        rows = _rows(shown, question.reasons(shown, month, accounts))
    return _told(answer, comparison, rows)


def _period(asking: Asking) -> str:
    period = asking.period() or last_ended(asking.now)
    as_of, kept = period_end(period), asking.now - HISTORY
    if as_of > asking.now:
        asking.refuse(f"{period} has not ended: ask for {last_ended(asking.now)}, or an earlier month")
    if as_of < kept:
        asking.refuse(f"{period} is too long ago: ask for a month that ended after {format_date(kept)}")
    return period


def _refuse_new_sources(asking: Asking, present: Model, draft: Model) -> None:
    new = sorted(draft.roles.keys() - present.roles.keys())
    if new:
        named = ", ".join(map(label_of, new))
        asking.refuse(f"the draft uses {named}, which the config does not: nothing is known there, so leave it out")


def _told(answer: Answer, comparison: Comparison, rows: list[CaseTold]) -> WhatIfTold:
    (month,) = answer.months
    now, draft = month.groups(AT_RISK)
    rest = len(month.changed) - len(rows)
    how = "ask with a larger limit (at most 50), or healthscore what-if --draft DIR --json names all"
    return WhatIfTold(
        said=in_short(month, comparison.present.currencies.corporate),
        period=month.period,
        as_of=instant_of(month.as_of) or "",
        model_version=comparison.present.version,
        draft_version=comparison.draft.version,
        measured_anew=comparison.is_measured_anew,
        from_records_of=month.recorded,
        currency=comparison.present.currencies.corporate,
        accounts=len(month.cases),
        not_scored=len(answer.failed),
        tier_changes=sum(case.is_of_other_tier for case in month.cases),
        at_risk_now=Group(accounts=now.accounts, arr=now.worth, arr_unknown_for=now.without_worth),
        at_risk_draft=Group(accounts=draft.accounts, arr=draft.worth, arr_unknown_for=draft.without_worth),
        tiers=_matrix(month),
        rows=rows,
        left_out=LeftOut(rows=rest, how=how) if rest else None,
    )


def _matrix(month: Month) -> list[TierMove]:
    """Count who stands where, and would stand where."""
    counts = Counter((case.now.tier or UNSCORED, case.draft.tier or UNSCORED) for case in month.cases)
    moves = []
    for (now, draft), accounts in sorted(counts.items()):
        cases = [c for c in month.cases if (c.now.tier or UNSCORED, c.draft.tier or UNSCORED) == (now, draft)]
        moves.append(TierMove(now=now, draft=draft, accounts=accounts, arr=group_of(cases).worth))
    return moves


def _rows(cases: Sequence[Case], drivers: Mapping[str, tuple[Driver, ...]]) -> list[CaseTold]:
    return fitting(_row(case, drivers.get(case.account_id, ())) for case in cases)


def _row(case: Case, drivers: Iterable[Driver]) -> CaseTold:
    return CaseTold(
        account_id=case.account_id,
        name=outside(case.account_name),
        arr=case.worth,
        now=_side(case.now),
        draft=_side(case.draft),
        change=case.change,
        why=why(case, ()),
        drivers=drivers_of(drivers),
    )


def _side(one: Standing) -> SideTold:
    return SideTold(
        score=one.final_score,
        tier=one.tier or UNSCORED,
        low=one.low,
        high=one.high,
        coverage_pct=one.coverage_pct,
    )
