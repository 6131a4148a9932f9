"""Find where a smooth function is lowest: BFGS with a line search, on gradients that are given."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np

from handlers.calibrate.arrays import Matrix, Vector

Smooth: TypeAlias = Callable[[Vector], tuple[float, Vector]]
"""A function that gives its value at a place, and its gradient there."""

FLAT = 1e-6
"""The place is found where no slope is steeper than this."""

_LONGEST = 2.0
"""No direction changes more than this at once: weights stay numbers that can be divided by."""

_MOST_STEPS = 500
_MOST_HALVINGS = 50
_ENOUGH = 1e-4


class Place(NamedTuple):
    """A place, the function's value and gradient there."""

    at: Vector
    value: float
    gradient: Vector

    @property
    def is_found(self) -> bool:
        """Tell whether the function is flat there."""
        return bool(np.abs(self.gradient).max() <= FLAT)


def lowest_from(start: Vector, function: Smooth) -> Place:
    """Go down from a start until the function is flat, or no step leads further down."""
    place = Place(start, *function(start))
    inverse = np.eye(len(start))
    for _ in range(_MOST_STEPS):
        after = None if place.is_found else _step(place, inverse, function)
        if after is None:
            break
        inverse = _curved(inverse, after.at - place.at, after.gradient - place.gradient)
        place = after
    return place


def _step(place: Place, inverse: Matrix, function: Smooth) -> Place | None:
    """Step down along the best known direction, or straight down where that fails; None where nothing does."""
    for steep in (-inverse @ place.gradient, -place.gradient):
        direction = steep * min(1.0, _LONGEST / float(np.abs(steep).max()))
        slope = float(direction @ place.gradient)
        length = 1.0
        for _ in range(_MOST_HALVINGS if slope < 0 else 0):
            at = place.at + length * direction
            after = Place(at, *function(at))
            if after.value <= place.value + _ENOUGH * length * slope and after.value < place.value:
                return after
            length /= 2
    return None


def _curved(inverse: Matrix, step: Vector, turn: Vector) -> Matrix:
    """Learn the curvature from how a step turned the gradient."""
    along = float(step @ turn)
    if along <= 1e-12 * float(np.linalg.norm(step) * np.linalg.norm(turn)):
        return inverse
    left = np.eye(len(step)) - np.outer(step, turn) / along
    return np.asarray(left @ inverse @ left.T + np.outer(step, step) / along)


def curvature(at: Vector, function: Smooth, width: float = 1e-5) -> Matrix:
    """Give the second derivatives at a place, from gradients beside it."""
    sides = np.eye(len(at)) * width
    rows = [(function(at + side)[1] - function(at - side)[1]) / (2 * width) for side in sides]
    square = np.array(rows)
    return np.asarray((square + square.T) / 2)
