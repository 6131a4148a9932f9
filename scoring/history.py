"""The history of an account: month by month what was recorded, and what is known of it now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

from scoring.account import AccountFacts
from scoring.blind_spots import BlindSpot, blind_spots
from scoring.instants import Instant
from scoring.measurement import measure_at
from scoring.measuring import measures_alike
from scoring.model import Model
from scoring.periods import period_before, period_end
from scoring.record import Record
from scoring.rounding import difference
from scoring.score import Measurements, Score, grade
from scoring.timeline import Timeline

Cause: TypeAlias = Literal["as_of", "data", "model"]
"""Why a record differs from what is known now: an earlier instant, data that came late, another model."""

SHOWN = ("final_score", "tier", "low", "high", "coverage_pct")
"""The figures of a score that a history shows."""


class _Known(NamedTuple):
    """A month-end as it is known now: what was measured, its score, and which sources were blind."""

    measured: Measurements
    score: Score
    blind: tuple[BlindSpot, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Periods on end, the earliest first, under a model; at instants before `since` observations may be forgotten."""

    periods: Sequence[str]
    model: Model
    since: Instant


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """An account at the end of a period: as recorded, and as known now, each with its change since the period before.

    `causes` is empty where both show the same, or nothing was recorded.
    """

    period: str
    as_of: Instant
    recorded: Record | None
    recorded_change: float | None
    known: Score
    known_change: float | None
    causes: tuple[Cause, ...]
    blind: tuple[BlindSpot, ...]


def history(
    facts: AccountFacts, asked: Asked, records: Mapping[str, Record], models: Mapping[str, Model]
) -> list[MonthEnd]:
    """Give the history of an account: one month-end a period that is asked for.

    `records` are its records by period, that of the period before the first too; `models` are those
    that records were made under, by version, as far as they can be read.
    """
    return history_on(Timeline(facts), asked, records, models)


def history_on(
    timeline: Timeline, asked: Asked, records: Mapping[str, Record], models: Mapping[str, Model]
) -> list[MonthEnd]:
    """Give the history as `history` does, on a timeline whose facts are sorted already."""
    every = [period_before(asked.periods[0]), *asked.periods]
    whole = every if period_end(every[0]) >= asked.since else asked.periods
    known = {period: _known(timeline, period, asked.model) for period in whole}
    under = _Models(timeline, asked.model, models)
    return [_month_end(pair, known, records, under) for pair in pairwise(every)]


@dataclass(frozen=True)
class _Models:
    """The models that records were made under, and the timeline that is scored under them."""

    timeline: Timeline
    now: Model
    earlier: Mapping[str, Model]

    def under(self, record: Record) -> Model | None:
        """Give the model that a record was made under, where it can be read."""
        version = record.score.model_version
        return self.now if version == self.now.version else self.earlier.get(version)

    def at(self, as_of: Instant, model: Model) -> Score:
        """Score at an instant under a model."""
        return grade(measure_at(self.timeline, as_of, model), model)

    def at_end(self, known: _Known, model: Model) -> Score:
        """Score a month-end under a model; what was measured there is used where that model measures alike."""
        alike = model.version in self._alike
        return grade(known.measured, model) if alike else self.at(known.score.as_of, model)

    @cached_property
    def _alike(self) -> frozenset[str]:
        versions = (version for version, model in self.earlier.items() if measures_alike(model, self.now))
        return frozenset({self.now.version, *versions})


def _month_end(
    pair: tuple[str, str],
    known: Mapping[str, _Known],
    records: Mapping[str, Record],
    models: _Models,
) -> MonthEnd:
    before, period = pair
    here = known[period]
    record, earlier = records.get(period), records.get(before)
    return MonthEnd(
        period=period,
        as_of=here.score.as_of,
        recorded=record,
        recorded_change=change_between(_score(earlier), _score(record)),
        known=here.score,
        known_change=change_between(known[before].score if before in known else None, here.score),
        causes=() if record is None else tuple(_causes(record, here, models)),
        blind=here.blind,
    )


def _known(timeline: Timeline, period: str, model: Model) -> _Known:
    measured = measure_at(timeline, period_end(period), model)
    return _Known(measured, grade(measured, model), blind_spots(measured, timeline.known.feeds, model))


def _score(record: Record | None) -> Score | None:
    return None if record is None else record.score


def change_between(before: Score | None, after: Score | None) -> float | None:
    """Give the points from one score to another, exactly as decimals; None where either has no number."""
    return None if before is None or after is None else difference(before.final_score, after.final_score)


def _causes(record: Record, known: _Known, models: _Models) -> Iterable[Cause]:
    """Say why a record does not show what is known now."""
    now = known.score
    if _shown(record.score) == _shown(now):
        return
    then, earlier = record.score.as_of, models.under(record)
    if then != now.as_of:
        yield "as_of"
    if earlier is None:
        yield "model"
        return
    under = models.at_end(known, earlier) if then == now.as_of else models.at(then, earlier)
    if _shown(under) != _shown(record.score):
        yield "data"
    if earlier is not models.now and _shown(models.at_end(known, earlier)) != _shown(now):
        yield "model"


def _shown(score: Score) -> tuple[object, ...]:
    return tuple(getattr(score, name) for name in SHOWN)
