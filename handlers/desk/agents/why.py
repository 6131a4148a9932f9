"""Why one account has its score, for agents: the figures of `healthscore explain`, and the receipt with every point."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from handlers.desk.agents.asking import Asking
from handlers.desk.agents.drivers import DriverTold, drivers_of
from handlers.desk.agents.finding import found_account
from handlers.desk.agents.shapes import (
    FromOutside,
    Receipt,
    Shape,
    SignalTold,
    date_of,
    instant_of,
    outside,
    signals_of,
)
from handlers.jobs.explained import Explained, explained, given_of
from handlers.words.caps import cap_effect
from handlers.words.changes import unsplit
from handlers.words.figures import group_title, target, title, value
from handlers.words.flags import freshness, in_order, sentences
from handlers.words.parts import Part, parts_of
from handlers.words.repair import lifting
from handlers.words.tone import tone_said
from scoring.model import Model
from scoring.movement import Movement
from scoring.periods import period_of
from scoring.score import Score
from scoring.signals import read_signals


class PartTold(Shape):
    """One metric or pillar: what was measured, its score of 100, its weight in effect, and its points."""

    group: str
    metric: str
    label: str
    raw: float | None
    measured: str | None
    target: str
    window_days: float | None
    share_of_model: float
    score: float | None
    weight: float
    points: float


class CapTold(Shape):
    """The highest score that churn signals allow."""

    value: float
    rule: str
    effect: str


class MovementTold(Shape):
    """What moved the score since the record before: the four parts and `before` add up to `now`."""

    before: float
    before_period: str
    now: float
    learned_late: float
    time_passing: float
    news: float
    model_changed: float
    drivers: Annotated[list[DriverTold], Field(description="the largest first; they add up to now - before")]


class Why(Shape):
    """One account, as it is known now: why it has its score."""

    name: FromOutside
    csm: FromOutside
    segment: str
    tier: str | None
    score: float | None
    low: float | None
    high: float | None
    coverage_pct: float
    churn_risk: float | None
    platform_value: float | None
    quantitative_score: Annotated[
        float | None, Field(description="the points of `points` add up to it (rounded to 0.1); the cap comes after")
    ]
    cap: CapTold | None
    signals: Annotated[list[SignalTold], Field(description="those that are in force")]
    points: list[PartTold]
    missing: list[str]
    moved: MovementTold | None
    why_no_movement: str | None
    would_lift_it: list[str]
    said: Annotated[
        list[str],
        Field(description="what the flags mean, how its people write, how old each source is"),
    ]
    arr: float | None
    currency: str | None
    renewal: str | None
    recorded: Annotated[
        Receipt | None, Field(description="the record that is kept of this period, whose figures may be older")
    ]
    recorded_score: float | None
    recorded_tier: str | None
    receipt: Receipt


def why(asking: Asking, account: str) -> Why:
    """Explain one account."""
    found = found_account(asking, account)
    with asking.store() as store:
        given = given_of(store, found)
        period = asking.period() or given.latest_period or period_of(asking.now)
        try:
            told = explained(given, period, asking.desk.config, asking.now)
        except ValueError as error:
            asking.refuse(f"{error}: ask for a month that has, or leave period out")
    return _told(asking, told)


def _told(asking: Asking, told: Explained) -> Why:
    config, score, measured = asking.desk.config, told.fresh.score, told.fresh.measurements
    parts = parts_of(score, config.model)
    lifts = lifting(told.lifted, config.repairs)
    reading = read_signals(measured.signals, measured.as_of, config.model)
    return Why(
        name=outside(score.account_name),
        csm=None if measured.csm is None else outside(measured.csm.name or measured.csm.mail or measured.csm.id),
        segment=score.segment,
        tier=score.tier,
        score=score.final_score,
        low=score.low,
        high=score.high,
        coverage_pct=score.coverage_pct,
        churn_risk=score.churn_risk_score,
        platform_value=score.platform_value_score,
        quantitative_score=score.quantitative_score,
        cap=_cap(told, config.model),
        signals=signals_of(reading.counted),
        points=[_part(part, score, config.model) for part in parts],
        missing=[title(part.name) for part in parts if part.missing],
        moved=_moved(told),
        why_no_movement=_why_no_movement(told),
        would_lift_it=[] if lifts is None else [lifts.text, *lifts.points],
        said=[*sentences(score.flags, measured, config.model), *_tone(told, config.model), *_freshness(told)],
        arr=measured.arr,
        currency=outside(measured.currency),
        renewal=date_of(measured.renewal),
        recorded=None if told.stored is None else _receipt(told.stored.score, told.stored.period, told.stored.status),
        recorded_score=None if told.stored is None else told.stored.score.final_score,
        recorded_tier=None if told.stored is None else told.stored.score.tier,
        receipt=_receipt(score, told.fresh.period, "scored now, and not kept"),
    )


def _cap(told: Explained, model: Model) -> CapTold | None:
    score = told.fresh.score
    if score.cap is None:
        return None
    effect = cap_effect(score, score.cap, told.fresh.measurements, model)
    return CapTold(value=score.cap.value, rule=score.cap.rule, effect=effect)


def _receipt(score: Score, period: str, status: str) -> Receipt:
    return Receipt(
        account_id=score.account_id,
        period=period,
        status=status,
        as_of=instant_of(score.as_of) or "",
        model_version=score.model_version,
    )


def _part(part: Part, score: Score, model: Model) -> PartTold:
    raw = part.metric.raw
    return PartTold(
        group=group_title(part.group),
        metric=part.name,
        label=title(part.name),
        raw=raw,
        measured=None if raw is None else value(part.name, raw, part.window_days),
        target=target(part.name, model.thresholds[score.segment].get(part.name)),
        window_days=part.window_days,
        share_of_model=round(part.share, 6),
        score=part.metric.score,
        weight=round(part.metric.weight, 6),
        points=round(part.metric.points, 6),
    )


def _moved(told: Explained) -> MovementTold | None:
    if told.movement is None or told.previous is None:
        return None
    moved: Movement = told.movement
    return MovementTold(
        before=moved.before,
        before_period=told.previous.period,
        now=moved.now,
        learned_late=moved.late.points,
        time_passing=moved.time.points,
        news=moved.behaviour.points,
        model_changed=moved.model.points,
        drivers=drivers_of(moved.drivers),
    )


def _why_no_movement(told: Explained) -> str | None:
    if told.previous is None:
        return "This is the first record of the account: there is nothing to compare it with yet."
    if told.movement is not None:
        return None
    return unsplit(told.fresh.score, told.previous.score)


def _tone(told: Explained, model: Model) -> Sequence[str]:
    said = tone_said(told.fresh.measurements, told.tone, model)
    return [said] if said else []


def _freshness(told: Explained) -> Sequence[str]:
    ages = told.fresh.measurements.age_hours or {}
    return [freshness(source, ages[source]) for source in in_order(ages)]
