"""The record: a score as it is kept for a period and written to the CRM, with its receipt."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, TypeAlias

from scoring.alerts import Alert, smoothed, steady_score
from scoring.drivers import Driver
from scoring.instants import EPOCH, Instant
from scoring.model import Model, window_days
from scoring.score import Measurements, Score, grade

Status: TypeAlias = Literal["provisional", "final"]


@dataclass(frozen=True, slots=True)
class Moved:
    """From what a score moved: period, score and tier of the account's record before, and what moved it most."""

    period: str
    score: float | None
    tier: str | None
    drivers: tuple[Driver, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One account's score for one period (`YYYY-MM`), with the measurements it was made from.

    `moved` says how it came from the record before, as that stood when this one was made; None
    where there was none, or where that was not asked. `steady_before` is the smoothed steady score that
    the closes before came to, `alert` why the account is on the list of alerts, `left` when it was decided
    that the account leaves; None where it does not. `first` is the final record of the period that was
    shown first, where this one corrects it; None where this one is the first.
    """

    period: str
    status: Status
    scored_at: Instant
    measurements: Measurements
    score: Score
    moved: Moved | None = None
    steady_before: float | None = None
    alert: Alert | None = None
    left: Instant | None = None
    first: "Record | None" = None

    @property
    def smoothed(self) -> float | None:
        """Give the smoothed steady score (scoring.alerts), unrounded; None where there never was a steady one."""
        return smoothed(self.steady_before, steady_score(self.score))

    @property
    def shown(self) -> "Record":
        """Give the record as it was shown first, whatever corrected it since."""
        return self.first or self

    @property
    def key(self) -> str:
        """Give the external key: account and period."""
        return f"{self.score.account_id}_{self.period}"


def steady_before(previous: Record | None) -> float | None:
    """Give the smoothed steady score that a record carries on from the account's record before.

    A month that was never closed, and so has a provisional record, is passed over.
    """
    if previous is None:
        return None
    return previous.smoothed if previous.status == "final" else previous.steady_before


class Rank(NamedTuple):
    """What orders records of one account and period: final before provisional, the later as-of, the later run."""

    is_final: bool
    as_of: Instant
    scored_at: Instant


def rank(record: Record) -> Rank:
    """Rank a record: one may take the place of another of its account and period that ranks no higher."""
    return Rank(record.status == "final", record.score.as_of, record.scored_at)


def correcting(record: Record, stored: Record | None) -> Record:
    """Have a final record keep what was shown first, where it takes the place of another final one that says otherwise.

    So a correction never changes what was shown.
    """
    if stored is None or (stored.status, record.status) != ("final", "final"):
        return record
    is_same = (stored.measurements, stored.score) == (record.measurements, record.score)
    return replace(record, first=stored.first if is_same else stored.shown)


def says_the_same(record: Record, stored: Record) -> bool:
    """Tell whether a record says what a stored one does, but for as of when: then sources were heard so long before.

    What is stale, or dead, by now is said by its flags, and so is not the same.
    """
    return _timeless(record) == _timeless(stored)


def _timeless(record: Record) -> Record:
    measurements = replace(record.measurements, as_of=EPOCH, age_hours=None)
    return replace(record, scored_at=EPOCH, measurements=measurements, score=replace(record.score, as_of=EPOCH))


def holds(record: Record, model: Model) -> bool:
    """Tell whether a record's score and windows follow from its measurements under the model it names.

    Only names of the record and of its model count: what the program measures today does not.
    """
    measured = record.measurements
    if _names(measured.dimensions, measured.pillars) != _names(model.metrics, model.pillars):
        return False
    return measured.window_days in (None, window_days(model)) and grade(measured, model) == record.score


def _names(dimensions: Mapping[str, Iterable[str]], pillars: Iterable[str]) -> tuple[object, object]:
    return {name: frozenset(metrics) for name, metrics in dimensions.items()}, frozenset(pillars)
