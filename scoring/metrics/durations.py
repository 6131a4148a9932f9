"""Medians of durations of which some are not over yet (Kaplan-Meier, right-censored).

Source: Kaplan, Meier: Nonparametric Estimation from Incomplete Observations (1958); the
tie and midpoint rules are MODEL.md's.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from statistics import median
from typing import NamedTuple

from scoring.metrics.measure import MISSING, Measure, small_sample


class Wait(NamedTuple):
    """A length of time; `over` is false where it is only its age so far."""

    length: float
    over: bool


@dataclass(frozen=True, slots=True)
class Median:
    """A median, and whether it is only a lower bound because most durations are not over."""

    value: float
    lower_bound: bool


def censored_median(durations: Iterable[Wait]) -> Median | None:
    """Give the Kaplan-Meier median; None without any duration.

    Where survival never falls to one half, the ordinary median of all durations so far is the
    lower bound.
    """
    ordered = sorted(durations)
    if not ordered:
        return None
    for index, part, whole in _survival(ordered):
        if 2 * part <= whole:
            return Median(_halfway(ordered, index) if 2 * part == whole else ordered[index].length, False)
    return Median(median(length for length, _ in ordered), True)


def _survival(ordered: Sequence[Wait]) -> Iterator[tuple[int, int, int]]:
    """Yield, for each length that ended, its first index and S after it as an exact part of a whole."""
    part, whole, at_risk, index = 1, 1, len(ordered), 0
    for _, group in groupby(ordered, key=itemgetter(0)):
        ties = list(group)
        ended = sum(duration.over for duration in ties)
        if ended:
            part, whole = part * (at_risk - ended), whole * at_risk
            yield index, part, whole
        at_risk -= len(ties)
        index += len(ties)


def _halfway(ordered: Sequence[Wait], index: int) -> float:
    here = ordered[index].length
    longer = next((duration.length for duration in ordered[index:] if duration.length > here), here)
    return (here + longer) / 2


def median_measure(metric: str, durations: Sequence[Wait]) -> Measure:
    """Give a metric's median with its flags."""
    result = censored_median(durations)
    if result is None:
        return MISSING
    waiting = (f"waiting:{metric}",) if result.lower_bound else ()
    return Measure(result.value, (*waiting, *small_sample(metric, len(durations))))
