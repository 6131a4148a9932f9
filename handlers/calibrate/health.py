"""The uncapped quantitative score under any joint weights, by the model's own rule for what is missing."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from handlers.calibrate.arrays import Matrix, Rows, Vector


class Health(NamedTuple):
    """The score of each row, and its slope along each part's weight."""

    score: Vector
    slopes: Matrix


@dataclass(frozen=True, eq=False)
class HealthOf:
    """Rows that are scored again and again under other weights.

    A part that is missing shares its weight out within its group, a group within the four dimensions, and
    a side (the dimensions together, Platform Value) to the other side. Weights add up to 1.
    """

    rows: Rows

    @cached_property
    def membership(self) -> Matrix:
        """Say which part belongs to which group."""
        return self.rows.parts.membership

    @cached_property
    def known(self) -> Matrix:
        """Tell for each row and part whether there is a score, as 1 and 0."""
        return self.rows.known.astype(float)

    @cached_property
    def has_group(self) -> Matrix:
        """Tell for each row and group whether any part of it is known, as 1 and 0."""
        return np.asarray((self.known @ self.membership > 0).astype(float))

    @cached_property
    def has_sides(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Tell for each row whether any dimension is known, and whether Platform Value is."""
        return self.has_group[:, :-1].sum(axis=1) > 0, self.has_group[:, -1] > 0

    def score(self, weights: Vector) -> Vector:
        """Give the score of each row."""
        return self.health(weights).score

    def health(self, weights: Vector) -> Health:
        """Give the score of each row, and its slopes."""
        present = self.known * weights
        known_weight = _or_one(present @ self.membership)
        groups = (present * self.rows.scores) @ self.membership / known_weight
        score, by_weight, by_group = self._joined(weights @ self.membership, groups)
        within = self.known * (self.rows.scores - groups[:, self._group]) / known_weight[:, self._group]
        return Health(score, by_weight[:, self._group] + by_group[:, self._group] * within)

    @property
    def _group(self) -> NDArray[np.intp]:
        return self.rows.parts.group

    def _joined(self, weights: Vector, groups: Matrix) -> tuple[Vector, Matrix, Matrix]:
        """Join the groups into one score; give its slopes along the groups' weights, and along their scores."""
        has_dimensions, has_pillars = self.has_sides
        known, dimensions, pillars = self.has_group[:, :-1], groups[:, :-1], groups[:, -1]
        total = _or_one(known @ weights[:-1])
        churn_risk = (known * dimensions) @ weights[:-1] / total
        both = has_dimensions & has_pillars
        side = np.where(both, weights[:-1].sum(), has_dimensions)
        other = np.where(both, weights[-1], ~has_dimensions)
        by_weight, by_group = np.zeros_like(groups), np.zeros_like(groups)
        inner = side / total
        by_weight[:, :-1] = (both * churn_risk)[:, None] + inner[:, None] * known * (dimensions - churn_risk[:, None])
        by_weight[:, -1] = both * pillars
        by_group[:, :-1] = inner[:, None] * known * weights[:-1]
        by_group[:, -1] = other
        return side * churn_risk + other * pillars, by_weight, by_group


def _or_one(totals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give totals to divide by: 1 where there is nothing to divide."""
    return np.where(totals > 0, totals, 1.0)
