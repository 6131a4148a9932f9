"""From the weights that were learned to those that are proposed: a step that is not too long, in whole percents."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from handlers.calibrate.arrays import Parts, Vector

MOST_MOVED = 0.10
"""No joint weight moves by more than this at a time."""

_SAME = 1e-9


class Step(NamedTuple):
    """The joint weights after the step, and whether it was shortened."""

    weights: Vector
    is_shortened: bool


def step(parts: Parts, fitted: Vector) -> Step:
    """Go from the experts' weights towards the fitted ones, the whole step shortened so that none moves too far."""
    moved = fitted - parts.expert
    farthest = max(np.abs(moved).max(), np.abs(parts.group_weights(moved)).max())
    share = 1.0 if farthest <= MOST_MOVED else MOST_MOVED / farthest
    return Step(parts.expert + share * moved, bool(share < 1.0))


def percents(weights: Sequence[float], least: int = 1) -> list[int]:
    """Round shares that add up to 1 to whole percents that add up to 100, by the largest remainder.

    Of equal remainders the first counts. None is below `least`: what it lacks is taken from the largest.
    """
    exact = [100.0 * weight / sum(weights) for weight in weights]
    whole = [int(share + _SAME) for share in exact]
    order = sorted(range(len(exact)), key=lambda place: (-round(exact[place] - whole[place], 6), place))
    for place in order[: 100 - sum(whole)]:
        whole[place] += 1
    for place, share in enumerate(whole):
        lacking = max(0, least - share)
        whole[place] += lacking
        whole[whole.index(max(whole))] -= lacking
    return whole
