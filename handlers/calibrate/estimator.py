"""The estimator of docs/trust.md: joint weights that tell who left, held near those of the experts.

Lowest is minus log likelihood + kappa x KL(expert || weights) + (slope x sd / 2.5)^2 / 2, where the odds of churn are
logistic in the uncapped quantitative score, with a slope that is never below 0. `sd` is that of the
experts' score over the training rows (divisor n).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from handlers.calibrate.arrays import Rows, Vector
from handlers.calibrate.descent import Place, lowest_from
from handlers.calibrate.health import HealthOf

KAPPA = 10.0
"""How many churns' worth of evidence the experts' word has."""

SLOPE_WIDTH = 2.5
"""The width of what is expected of the standardised slope."""

_TILT = 3.0
_NO_SPREAD = 1e-9


@dataclass(frozen=True, eq=False)
class Objective:
    """What is to be made lowest, over the weights' logarithms, the intercept, and the root of the slope.

    The root keeps the slope from falling below 0; it is standardised.
    """

    rows: Rows
    kappa: float = KAPPA

    @cached_property
    def health_of(self) -> HealthOf:
        """Give the rows as they are scored."""
        return HealthOf(self.rows)

    @cached_property
    def scale(self) -> tuple[float, float]:
        """Give mean and sd of the experts' score; where all rows have one score, so that nothing can be told, 1."""
        score = self.health_of.score(self.rows.parts.expert)
        spread = float(score.std())
        return float(score.mean()), spread if spread > _NO_SPREAD else 1.0

    def __call__(self, at: Vector) -> tuple[float, Vector]:
        """Give the value and the gradient at a place."""
        logs, intercept, root = _logs_at(at), at[-2], at[-1]
        weights, expert, slope = np.exp(logs), self.rows.parts.expert, root * root
        health = self.health_of.health(weights)
        mean, deviation = self.scale
        risk = (mean - health.score) / deviation
        odds = intercept + slope * risk
        value = float(np.logaddexp(0.0, odds).sum() - self.rows.churned @ odds)
        value += self.kappa * float(expert @ (np.log(expert) - logs)) + (slope / SLOPE_WIDTH) ** 2 / 2
        missed = _chance(odds) - self.rows.churned
        by_weight = -slope / deviation * (missed @ health.slopes)
        by_log = weights * (by_weight - weights @ by_weight) + self.kappa * (weights - expert)
        by_root = 2 * root * (missed @ risk + slope / SLOPE_WIDTH**2)
        return value, np.array([*by_log, missed.sum(), by_root])

    def starts(self) -> Iterator[Vector]:
        """Give places to begin at: the experts' weights, and these with one group that counts for more."""
        share = self.rows.churned.mean()
        rest = [np.log(share / (1 - share)), 1.0]
        logs = np.log(self.rows.parts.expert)
        yield np.array([*logs, *rest])
        for tilt in self.rows.parts.membership.T:
            yield np.array([*(logs + tilt * np.log(_TILT)), *rest])


def weights_at(at: Vector) -> Vector:
    """Give the weights at a place: they are above 0 and add up to 1."""
    return np.asarray(np.exp(_logs_at(at)))


def _logs_at(at: Vector) -> Vector:
    """Give the logarithms of the weights at a place."""
    raised = at[:-2] - at[:-2].max()
    return np.asarray(raised - np.log(np.exp(raised).sum()))


def _chance(odds: Vector) -> Vector:
    return np.asarray(0.5 * (1 + np.tanh(odds / 2)))


@dataclass(frozen=True, eq=False)
class Fit:
    """The weights that were learned, and the place where they were found."""

    objective: Objective
    place: Place

    @property
    def weights(self) -> Vector:
        """Give the joint weight of each part."""
        return weights_at(self.place.at)

    @property
    def slope(self) -> float:
        """Give the standardised slope of the odds of churn."""
        return float(self.place.at[-1] ** 2)


def fit(rows: Rows, kappa: float = KAPPA) -> Fit:
    """Learn weights from rows some of which churned: the lowest of what several starts lead to."""
    objective = Objective(rows, kappa)
    places = [lowest_from(start, objective) for start in objective.starts()]
    return Fit(objective, min(places, key=lambda place: place.value))
