"""Intervals: how far a figure could be off, by drawing the same accounts, or churns, again and again."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import floor
from typing import Protocol, TypeAlias, TypeVar

T = TypeVar("T")

Interval: TypeAlias = tuple[float, float]
"""The lower and the upper limit that hold 95 % of what resamples gave."""

RESAMPLES = 500
FEWEST = 20
"""Of fewer resamples that give a value there is no interval."""

LIMITS = (0.025, 0.975)


class Chance(Protocol):
    """Where draws come from: a seeded `random.Random`, so that the same call gives the same interval."""

    def choices(self, population: Sequence[T], *, k: int) -> list[T]:
        """Draw k of a population, each time of all of it."""
        ...


def resamples(churned: Sequence[str], others: Sequence[str], chance: Chance) -> Iterator[Counter[str]]:
    """Draw whole accounts, those that churned and the others apart; say how often each was drawn."""
    for _ in range(RESAMPLES):
        drawn = Counter(chance.choices(churned, k=len(churned)) if churned else ())
        drawn.update(chance.choices(others, k=len(others)) if others else ())
        yield drawn


def interval(values: Iterable[float | None]) -> Interval | None:
    """Give the interval of what resamples gave; one without a value is left out."""
    known = sorted(value for value in values if value is not None)
    if len(known) < FEWEST:
        return None
    low, high = (percentile(known, limit) for limit in LIMITS)
    return low, high


def percentile(ordered: Sequence[float], limit: float) -> float:
    """Give the value below which a share of an ordered list lies, straight between its neighbours."""
    place = limit * (len(ordered) - 1)
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
