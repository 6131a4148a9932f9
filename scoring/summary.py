"""The summary: the small row of an account and period that lists show, made of a record alone."""

from dataclasses import dataclass, replace

from scoring.alerts import Alert
from scoring.customer import Csm
from scoring.drivers import Driver, Side, largest_first
from scoring.instants import Instant
from scoring.model import Model, Segment
from scoring.record import Moved, Record, Status
from scoring.rounding import difference
from scoring.signals import Cap

MOST_DRIVERS = 3
"""So many drivers stand in a summary, the largest first; `explain` has all."""

MOST_SIGNALS = 3
"""So many signals stand with a driver that is a cap: one more than is named, which says that there are more."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a list shows of one account's record of one period; figures as the record has them.

    `arr` is in its `currency`. `moved` says from which record the score moved. `smoothed` is the smoothed
    steady score, unrounded, `alert` why the account is on the list of alerts, `left` when it was decided
    that the account leaves; summaries of before there were alerts have none of them.
    """

    account_id: str
    account_name: str | None
    segment: Segment
    csm: Csm | None
    period: str
    status: Status
    as_of: Instant
    model_version: str
    final_score: float | None
    tier: str | None
    low: float | None
    high: float | None
    coverage_pct: float
    cap: Cap | None
    moved: Moved | None
    arr: float | None
    currency: str | None
    renewal: Instant | None
    flags: tuple[str, ...]
    smoothed: float | None = None
    alert: Alert | None = None
    left: Instant | None = None

    @property
    def change(self) -> float | None:
        """Give the points since the record before; None where either has no score."""
        return None if self.moved is None else difference(self.moved.score, self.final_score)


def summary_of(record: Record, previous: Record | None = None) -> Summary:
    """Sum a record up; `previous` is the account's record before, for one that does not say itself how it moved."""
    score, measured = record.score, record.measurements
    return Summary(
        account_id=score.account_id,
        account_name=score.account_name,
        segment=score.segment,
        csm=measured.csm,
        period=record.period,
        status=record.status,
        as_of=score.as_of,
        model_version=score.model_version,
        final_score=score.final_score,
        tier=score.tier,
        low=score.low,
        high=score.high,
        coverage_pct=score.coverage_pct,
        cap=score.cap,
        moved=record.moved or (None if previous is None else moved_from(previous)),
        arr=measured.arr,
        currency=measured.currency,
        renewal=measured.renewal,
        flags=score.flags,
        smoothed=record.smoothed,
        alert=record.alert,
        left=record.left,
    )


def moved_from(previous: Record) -> Moved:
    """Say from which record a later one moved, where the models that would tell why are not at hand."""
    return Moved(previous.period, previous.score.final_score, previous.score.tier)


def moved_by(previous: Record, record: Record, earlier_model: Model, model: Model) -> Moved:
    """Say from which record one moved, and what moved it most: from what both were made of, without any fact.

    So a list says of each account why it moved at the cost of a grade; what is late, what is time and
    what is new, only the facts tell.
    """
    before, now = previous.score.final_score, record.score.final_score
    moved = moved_from(previous)
    if before is None or now is None:
        return moved
    sides = Side(previous.measurements, earlier_model), Side(record.measurements, model)
    causes = largest_first(*sides, round(10 * now) - round(10 * before))
    return replace(moved, drivers=tuple(map(_brief, causes[:MOST_DRIVERS])))


def _brief(driver: Driver) -> Driver:
    """Leave out what is too long for a row: what people wrote of a signal."""
    return replace(driver, signals=tuple(replace(signal, detail=None) for signal in driver.signals[:MOST_SIGNALS]))
