"""The record: a score as it is kept for a period and written to the CRM, with its receipt."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from scoring.instants import Instant
from scoring.metrics.catalogue import window_days
from scoring.model import Model
from scoring.score import Measurements, Score, grade

Status: TypeAlias = Literal["provisional", "final"]


@dataclass(frozen=True, slots=True)
class Record:
    """One account's score for one period (`YYYY-MM`), with the measurements it was made from."""

    period: str
    status: Status
    scored_at: Instant
    measurements: Measurements
    score: Score

    @property
    def key(self) -> str:
        """Give the external key: account and period."""
        return f"{self.score.account_id}_{self.period}"


def outranks(new: Record, old: Record) -> bool:
    """Tell whether a record may take the place of another of its account and period.

    Final goes before provisional, then the later as-of instant, then the later run.
    """
    return _rank(new) >= _rank(old)


def _rank(record: Record) -> tuple[bool, Instant, Instant]:
    return record.status == "final", record.score.as_of, record.scored_at


def holds(record: Record, model: Model) -> bool:
    """Tell whether score and windows follow from the measurements under the model it names."""
    follows = grade(record.measurements, model) == record.score
    return follows and record.measurements.window_days in (None, window_days(model.windows))
