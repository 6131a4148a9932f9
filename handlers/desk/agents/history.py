"""An account month by month, for agents: as it was recorded then, and as it is known now."""

from typing import Annotated

from pydantic import Field

from handlers.desk.agents.asking import Asking
from handlers.desk.agents.finding import found_account
from handlers.desk.agents.shapes import FromOutside, Shape, instant_of, outside
from handlers.jobs.history import month_ends
from handlers.words.history import causes, corrected, reason
from scoring.history import MonthEnd
from scoring.score import Score


class FiguresTold(Shape):
    """The figures of one month, under the model that is named."""

    score: float | None
    tier: str | None
    low: float | None
    high: float | None
    coverage_pct: float
    change: Annotated[float | None, Field(description="since the month before")]
    as_of: str
    model_version: str


class MonthTold(Shape):
    """One month-end: `recorded` is what was shown then (null where nothing was), `known` what is known now."""

    period: str
    status: Annotated[str, Field(description="of the record: final, provisional, or not recorded")]
    recorded: FiguresTold | None
    known: FiguresTold
    why_they_differ: str
    why_blind: Annotated[str, Field(description="why a month has no score, or its tier is Unknown")]
    corrected: str


class History(Shape):
    """The last month-ends of an account, the earliest first; the running month has none yet."""

    account_id: str
    name: FromOutside
    months: list[MonthTold]


def history(asking: Asking, account: str, months: int) -> History:
    """Tell how an account stood, month by month."""
    found = found_account(asking, account)
    with asking.store() as store:
        ends = month_ends(store, found, asking.desk.config.model, asking.now, months)
    name = ends[-1].known.account_name or found.name
    return History(account_id=found.id, name=outside(name), months=[_month(one) for one in ends])


def _month(month: MonthEnd) -> MonthTold:
    record = month.recorded
    return MonthTold(
        period=month.period,
        status="not recorded" if record is None else record.status,
        recorded=None if record is None else _figures(record.score, month.recorded_change),
        known=_figures(month.known, month.known_change),
        why_they_differ=causes(month),
        why_blind=reason(month.known, month.blind),
        corrected=corrected(month),
    )


def _figures(score: Score, change: float | None) -> FiguresTold:
    return FiguresTold(
        score=score.final_score,
        tier=score.tier,
        low=score.low,
        high=score.high,
        coverage_pct=score.coverage_pct,
        change=change,
        as_of=instant_of(score.as_of) or "",
        model_version=score.model_version,
    )
