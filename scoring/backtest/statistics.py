"""The figures of statistics that a backtest needs, each with its definition; weights are how often a row counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import exp, fsum, log, log1p
from operator import itemgetter
from typing import NamedTuple

PRIOR_SD = 2.5
"""The slope on a standardised risk is drawn to zero as if it were a draw of this spread (Gelman et al. 2008)."""

MOST_STEPS = 100
SMALL = 1e-12

FLATTEST = 1e-10
"""A slope that has no curvature left: it has run off to infinity, since the risk tells all outcomes apart."""


def mean_of(values: Sequence[float]) -> float | None:
    """Give the mean; None of nothing."""
    return fsum(values) / len(values) if values else None


def share(hits: float, of: float) -> float | None:
    """Give a quotient; None of nothing."""
    return hits / of if of else None


def median_of(weighted: Sequence[tuple[float, float]]) -> float | None:
    """Give the median of (value, weight): where exactly half the weight lies below, the middle of the two around."""
    ordered = sorted((value, weight) for value, weight in weighted if weight > 0)
    half, below = fsum(weight for _, weight in ordered) / 2, 0.0
    for place, (value, weight) in enumerate(ordered):
        below += weight
        if below > half + SMALL:
            return value
        if below >= half - SMALL:
            return (value + ordered[min(place + 1, len(ordered) - 1)][0]) / 2
    return None


class Tie(NamedTuple):
    """The rows of one risk, by their places: those that churned, and those that stayed."""

    churned: list[int]
    stayed: list[int]


def tied(risks: Sequence[float], churned: Sequence[bool]) -> list[Tie]:
    """Put rows in order of their risk, those of one risk together."""
    rows = sorted(zip(risks, range(len(risks)), churned, strict=True))
    groups = (list(group) for _, group in groupby(rows, key=itemgetter(0)))
    return [
        Tie([row for _, row, churns in group if churns], [row for _, row, churns in group if not churns])
        for group in groups
    ]


def auc(ties: Sequence[Tie], counts: Sequence[int]) -> float | None:
    """Give the share of pairs (one churned, one not) in which the churned had the higher risk; a tie is one half.

    `counts` says how often each row counts. None where there is no such pair.
    """
    area, below, above = 0.0, 0, 0
    for group in ties:
        churned = sum([counts[row] for row in group.churned])
        stayed = sum([counts[row] for row in group.stayed])
        area += churned * (below + stayed / 2)
        below += stayed
        above += churned
    return area / (below * above) if below and above else None


@dataclass(frozen=True, slots=True)
class Logistic:
    """A chance of churn by risk: sigmoid(intercept + slope * (risk - centre) / spread)."""

    intercept: float
    slope: float
    centre: float = 0.0
    spread: float = 1.0

    def chance(self, risk: float) -> float:
        """Give the chance of churn at a risk."""
        return sigmoid(self.intercept + self.slope * (risk - self.centre) / self.spread)


def sigmoid(x: float) -> float:
    """Give 1 / (1 + exp(-x)), without overflow."""
    if x >= 0:
        return 1.0 / (1.0 + exp(-x))
    grown = exp(x)
    return grown / (1.0 + grown)


def logit(chance: float) -> float:
    """Give the logarithm of the odds of a chance that is neither 0 nor 1."""
    return log(chance) - log1p(-chance)


def fit_chance(risks: Sequence[float], churned: Sequence[bool]) -> Logistic | None:
    """Fit the chance of churn by a risk that is standardised (mean and spread with divisor n); the slope is penalised.

    None where rows of either kind lack: every chance would be 0 or 1.
    """
    if len(set(churned)) < 2:
        return None
    centre = fsum(risks) / len(risks)
    spread = (fsum((risk - centre) ** 2 for risk in risks) / len(risks)) ** 0.5 or 1.0
    fitted = _fit([(risk - centre) / spread for risk in risks], churned, 1 / PRIOR_SD**2)
    return None if fitted is None else Logistic(*fitted, centre, spread)


def calibration(chances: Sequence[float], churned: Sequence[bool]) -> tuple[float | None, float | None]:
    """Give calibration slope and intercept of held-out chances.

    The slope is that of the unpenalised logistic of what happened on the logits of the chances; the
    intercept is taken with the slope held at 1. None where it has no finite value.
    """
    logits = [logit(chance) for chance in chances]
    fitted = _fit(logits, churned, 0.0) if len(set(churned)) == 2 else None
    return None if fitted is None else fitted[1], _offset(logits, churned)


def _fit(xs: Sequence[float], churned: Sequence[bool], ridge: float) -> tuple[float, float] | None:
    """Fit intercept and slope by Newton's method, from zero; None without a finite optimum."""
    intercept, slope = 0.0, 0.0
    for _ in range(MOST_STEPS):
        step = _newton(xs, churned, ridge, (intercept, slope))
        if step is None:
            return None
        intercept, slope = intercept - step[0], slope - step[1]
        if max(map(abs, step)) < SMALL * (1 + max(abs(intercept), abs(slope))):
            break
    return intercept, slope


def _newton(
    xs: Sequence[float], churned: Sequence[bool], ridge: float, place: tuple[float, float]
) -> tuple[float, float] | None:
    """Give the step to take off; None where the curve is flat."""
    intercept, slope = place
    chances = [sigmoid(intercept + slope * x) for x in xs]
    misses = [chance - churns for chance, churns in zip(chances, churned, strict=True)]
    bends = [chance * (1 - chance) for chance in chances]
    down = fsum(misses), fsum(miss * x for miss, x in zip(misses, xs, strict=True)) + ridge * slope
    flat = fsum(bends)
    mixed = fsum(bend * x for bend, x in zip(bends, xs, strict=True))
    steep = fsum(bend * x * x for bend, x in zip(bends, xs, strict=True)) + ridge
    size = flat * steep - mixed * mixed
    if size <= FLATTEST * max(1.0, flat * steep):
        return None
    return (steep * down[0] - mixed * down[1]) / size, (flat * down[1] - mixed * down[0]) / size


def _offset(logits: Sequence[float], churned: Sequence[bool]) -> float | None:
    """Find by how much all logits must be raised so that as many churns are expected as there were."""
    if len(set(churned)) < 2:
        return None
    low, high = -max(map(abs, logits)) - 50.0, max(map(abs, logits)) + 50.0
    wanted = sum(churned)
    return bisected(lambda raised: fsum(sigmoid(raised + one) for one in logits) - wanted, low, high)


def bisected(rising: Callable[[float], float], low: float, high: float) -> float:
    """Find where a rising function is zero, between two places."""
    for _ in range(MOST_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2
