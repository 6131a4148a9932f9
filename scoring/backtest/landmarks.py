"""Landmark rows: each outcome with the score that its account had so long before the decision."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from scoring.backtest.lines import Book, ScoreLine
from scoring.instants import DAY, Instant
from scoring.outcomes import Outcome
from scoring.periods import period_of

LANDMARKS = (90, 180)
"""How many days before the decision a score is looked at."""

TOO_OLD_DAYS = 62
"""A score that is as much older than the landmark, or more, is not what was shown then: two months were skipped."""


class LandmarkRow(NamedTuple):
    """One outcome, when it was decided, and the last score by the landmark; that score is a number."""

    outcome: Outcome
    decided: Instant
    line: ScoreLine
    score: float

    @property
    def risk(self) -> float:
        """Give how far the score, as shown, is from the best."""
        return 100.0 - self.score

    @property
    def is_churn(self) -> bool:
        """Tell whether the account left."""
        return self.outcome.is_churn

    @property
    def is_treated(self) -> bool:
        """Tell whether somebody had stepped in by the decision."""
        return self.outcome.treated is not None and self.outcome.treated <= self.decided

    @property
    def quarter(self) -> tuple[str, int]:
        """Give the calendar quarter in which the outcome takes effect: its year, and 0 to 3."""
        period = period_of(self.outcome.effective)
        return period[:4], (int(period[5:]) - 1) // 3


@dataclass(frozen=True, slots=True)
class Landmarks:
    """The rows at one landmark; outcomes without a line there, and those whose line has no number."""

    days: int
    rows: tuple[LandmarkRow, ...]
    no_landmark: int
    unscored: int


def landmarks(book: Book, outcomes: Iterable[Outcome], days: int, until: Instant, notice_days: int) -> Landmarks:
    """Make the rows of all outcomes that have taken effect."""
    found = [
        (one, decided, _line(book, one, decided, days))
        for one in outcomes
        if one.effective <= until
        for decided in [one.decided(notice_days)]
    ]
    rows = tuple(
        LandmarkRow(one, decided, line, line.final_score)
        for one, decided, line in found
        if line is not None and line.final_score is not None
    )
    missing = sum(line is None for _, _, line in found)
    return Landmarks(days, rows, missing, len(found) - missing - len(rows))


def _line(book: Book, outcome: Outcome, decided: Instant, days: int) -> ScoreLine | None:
    line = book.last(outcome.account_id, Instant(decided - days * DAY))
    too_old = decided - (days + TOO_OLD_DAYS) * DAY
    return line if line is not None and line.as_of > too_old else None
