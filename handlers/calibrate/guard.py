"""The guard: would weights learned from the other quarters have told this one better than the experts' weights?"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import NamedTuple

import numpy as np

from handlers.calibrate.arrays import Rows, Vector
from handlers.calibrate.estimator import fit
from handlers.calibrate.health import HealthOf
from handlers.calibrate.step import step
from scoring.backtest.holdout import folds
from scoring.backtest.landmarks import LandmarkRow
from scoring.backtest.resamples import Chance, resamples
from scoring.backtest.statistics import fit_chance, share

NEEDED = 0.80
"""In so many of the resamples the new weights must be better."""

_SUREST = 1e-12


@dataclass(frozen=True, slots=True)
class Guard:
    """In which share of resamples of accounts the new weights lose less; None where no quarter could be held out."""

    share: float | None
    needed: float = NEEDED

    @property
    def holds(self) -> bool:
        """Tell whether the new weights may be adopted, as far as the guard goes."""
        return self.share is not None and self.share >= self.needed


def guard(rows: Rows, landmark_rows: Sequence[LandmarkRow], chance: Chance) -> Guard:
    """Hold out each calendar quarter of effective dates; weights, step and chances are learned from the rest.

    From the rest every account is left out that has a row in the quarter. Compared are the log losses
    of the held-out rows, in resamples of whole accounts, churned and others apart.
    """
    gains = dict(_gains(rows, landmark_rows))
    by_account: dict[str, float] = defaultdict(float)
    churned: set[str] = set()
    for place, gain in gains.items():
        by_account[landmark_rows[place].outcome.account_id] += gain
        churned |= {landmark_rows[place].outcome.account_id} if landmark_rows[place].is_churn else set()
    return Guard(_share_better(by_account, churned, chance) if gains else None)


def _share_better(gains: Mapping[str, float], churned: set[str], chance: Chance) -> float | None:
    accounts = sorted(churned), sorted(gains.keys() - churned)
    drawn = [
        sum(gains[account] * times for account, times in counts.items()) for counts in resamples(*accounts, chance)
    ]
    return share(sum(gain > 0 for gain in drawn), len(drawn))


class Fold(NamedTuple):
    """A quarter that is held out: the places of its rows, of those to learn from, and the weights these give."""

    held_out: Sequence[int]
    learned: Sequence[int]
    weights: Vector


def learned_without_each_quarter(rows: Rows, landmark_rows: Sequence[LandmarkRow]) -> Iterator[Fold]:
    """Learn weights, and shorten the step to them, without each quarter; one whose rest is of one kind is left out."""
    for learned, held_out in folds(landmark_rows):
        training = rows.at(learned)
        if training.is_mixed:
            yield Fold(held_out, learned, step(rows.parts, fit(training).weights).weights)


def _gains(rows: Rows, landmark_rows: Sequence[LandmarkRow]) -> Iterator[tuple[int, float]]:
    """Say of each held-out row by how much less the new weights lose."""
    for fold in learned_without_each_quarter(rows, landmark_rows):
        training, unseen = rows.at(fold.learned), rows.at(fold.held_out)
        before, after = (held_out_losses(training, unseen, one) for one in (rows.parts.expert, fold.weights))
        yield from zip(fold.held_out, (before - after).tolist(), strict=True)


def held_out_losses(training: Rows, unseen: Rows, weights: Vector) -> Vector:
    """Give the log loss of each unseen row under chances that were learned from others, on scores by some weights."""
    risks = 100.0 - HealthOf(training).score(weights)
    fitted = fit_chance(risks.tolist(), (training.churned > 0).tolist())
    if fitted is None:
        return np.zeros(len(unseen.churned))
    chances = [fitted.chance(risk) for risk in (100.0 - HealthOf(unseen).score(weights)).tolist()]
    right = [chance if churned else 1 - chance for chance, churned in zip(chances, unseen.churned > 0, strict=True)]
    return np.array([-log(max(chance, _SUREST)) for chance in right])
