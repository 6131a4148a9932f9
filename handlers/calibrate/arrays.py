"""The arrays that weights are learned from: landmark rows with the scores of their parts, and what the parts are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scoring.backtest.landmarks import LandmarkRow
from scoring.model import Model
from scoring.plans import PLATFORM_VALUE
from scoring.score import PartKey

Vector: TypeAlias = NDArray[np.float64]
Matrix: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]


class Example(NamedTuple):
    """A landmark row, and the scores of the account's parts at the landmark."""

    row: LandmarkRow
    scores: Mapping[PartKey, float]


@dataclass(frozen=True, eq=False)
class Parts:
    """What has a joint weight of its own: a dimension, a metric, a pillar, Platform Value.

    `expert` are the joint weights of the present model, `group` the place in `groups` of each part's group;
    Platform Value is the last group.
    """

    keys: tuple[PartKey, ...]
    expert: Vector
    group: Places
    groups: tuple[str, ...]

    @property
    def membership(self) -> Matrix:
        """Say with ones which part belongs to which group: a row for each part."""
        return np.eye(len(self.groups))[self.group]

    def group_weights(self, weights: Vector) -> Vector:
        """Add up the weights of the parts by group."""
        return np.asarray(weights @ self.membership)


def joint_parts(model: Model) -> Parts:
    """Give the five parts of a model: its dimensions, and Platform Value."""
    groups = (*model.dimensions, PLATFORM_VALUE)
    expert = [*(model.churn_risk * share for share in model.dimensions.values()), model.platform_value]
    return Parts(tuple((name, name) for name in groups), _shares(expert), np.arange(len(groups)), groups)


def metric_parts(model: Model) -> Parts:
    """Give each metric and pillar that counts as a part of its own."""
    groups = (*model.dimensions, PLATFORM_VALUE)
    shares = {**model.metrics, PLATFORM_VALUE: model.pillars}
    joint = joint_parts(model).expert
    found = [
        ((group, name), joint[place] * share, place)
        for place, group in enumerate(groups)
        for name, share in shares[group].items()
        if share > 0
    ]
    keys, expert, places = zip(*found, strict=True)
    return Parts(keys, _shares(expert), np.array(places), groups)


def _shares(weights: Sequence[float]) -> Vector:
    return np.asarray(np.array(weights) / np.sum(weights))


@dataclass(frozen=True, eq=False)
class Rows:
    """Landmark rows as arrays: a score for each row and part, 0 where it is not `known`; which rows churned."""

    parts: Parts
    scores: Matrix
    known: NDArray[np.bool_]
    churned: Vector

    @property
    def churns(self) -> int:
        """Count the rows that churned."""
        return int(self.churned.sum())

    @property
    def is_mixed(self) -> bool:
        """Tell whether some rows churned and some did not: else there is nothing to learn."""
        return 0 < self.churns < len(self.churned)

    def at(self, places: Sequence[int]) -> "Rows":
        """Give the rows at some places."""
        chosen = np.array(places, dtype=np.intp)
        return Rows(self.parts, self.scores[chosen], self.known[chosen], self.churned[chosen])


def rows_of(examples: Sequence[Example], parts: Parts) -> Rows:
    """Put examples into arrays."""
    found = [[one.scores.get(key, np.nan) for key in parts.keys] for one in examples]
    scores = np.array(found, dtype=float).reshape(len(examples), len(parts.keys))
    churned = np.array([one.row.is_churn for one in examples], dtype=float)
    return Rows(parts, np.nan_to_num(scores), ~np.isnan(scores), churned)
