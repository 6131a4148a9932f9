"""`python -m tests.trust`: measure calibration, guard and alert rules on made-up portfolios, against their bounds.

Simulation shows that figures are computed rightly, and that one rule beats another under the generator's
assumptions; never how well real churn is predicted.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from math import fsum
from typing import Literal, Protocol, TypeAlias, TypeVar

from tests.trust.bench import (
    FRESH,
    Case,
    experts_auc,
    gain,
    guard_holds,
    guard_holds_on_shuffled,
    random_scores,
    seconds,
    shows_skill_on_shuffled,
    steady_and_level,
)
from tests.trust.generator import TRUTH, Degree

T = TypeVar("T")

Measure: TypeAlias = Callable[[Case], T]


class Measured(Protocol):
    """How cases are measured: one by one, or side by side."""

    def __call__(self, measure: Measure[T], cases: Sequence[Case], /) -> list[T]:
        """Measure each case."""
        ...


CHURNS = (10, 20, 50)
LEAST_GAIN = {10: 0.015, 20: 0.023, 50: 0.029}
"""What is to be gained at least where the experts are badly off, by churns."""

WORSE = -0.01
"""A proposal that loses more than this has done harm."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its name, and the bound it must keep; None where it is shown alone."""

    name: str
    value: float
    kind: Literal[">=", "<=", ""] = ""
    bound: float = 0.0

    @property
    def keeps(self) -> bool:
        """Tell whether the bound is kept."""
        return {">=": self.value >= self.bound, "<=": self.value <= self.bound, "": True}[self.kind]

    def __str__(self) -> str:
        """Show the figure beside its bound."""
        bound = f"{self.kind} {self.bound:+.3f}{'' if self.keeps else '  MISSED'}" if self.kind else ""
        return f"{self.name:<64}{self.value:>+9.4f}  {bound}".rstrip()


def figures(
    portfolios: int, measured: Measured, churns: Sequence[int] = CHURNS, fresh: int = FRESH
) -> Iterator[Figure]:
    """Measure everything on so many portfolios a cell; proposals are tried on so many fresh ones."""
    for degree, number in product(TRUTH, churns):
        cases = [case._replace(fresh=fresh) for case in _cases(portfolios, number, degree)]
        yield from _gains(degree, number, measured(gain, cases))
    for number in churns:
        holds = measured(guard_holds, _cases(portfolios, number, "badly"))
        yield Figure(f"experts badly off, {number} churns: guard holds", _mean(holds))
    for number in churns:
        cases = _cases(portfolios, number, "moderately")
        holds, skilled = measured(guard_holds_on_shuffled, cases), measured(shows_skill_on_shuffled, cases)
        yield Figure(f"outcomes shuffled, {number} churns: guard holds", _mean(holds), "<=", 0.12)
        yield Figure(f"outcomes shuffled, {number} churns: skill above 0", _mean(skilled), "<=", 0.15)
    yield from _rules(churns, portfolios, measured)
    yield from _chance(_cases(portfolios, churns[-1], "right"), measured)
    taken = seconds(Case(0, churns[-1], "badly"))
    yield Figure("time of a fit, in seconds on one core", taken[0], "<=", 1.0)
    yield Figure("time of the guard, in seconds on one core", taken[1], "<=", 5.0)


def _cases(portfolios: int, churns: int, degree: Degree) -> list[Case]:
    return [Case(seed, churns, degree) for seed in range(portfolios)]


def _gains(degree: Degree, churns: int, gains: Sequence[float]) -> Iterator[Figure]:
    name = f"experts {degree} off, {churns} churns" if degree != "right" else f"experts right, {churns} churns"
    mean = Figure(f"{name}: change of AUC, mean", _mean(gains))
    worse = Figure(f"{name}: share worse by > .01", _mean([one < WORSE for one in gains]))
    least = {"right": -0.002, "badly": LEAST_GAIN[churns]}.get(degree)
    yield mean if least is None else replace(mean, kind=">=", bound=least)
    yield replace(worse, kind="<=", bound=0.08) if degree == "right" else worse


def _rules(churns: Sequence[int], portfolios: int, measured: Measured) -> Iterator[Figure]:
    cases = [case for number in churns for case in _cases(portfolios, number, "moderately")]
    pairs = measured(steady_and_level, cases)
    steady, level = zip(*pairs, strict=True)
    recalls = [_mean([one.recall for one in rule]) for rule in (steady, level)]
    yield Figure("alerts steady: recall at lead >= 60 days", recalls[0])
    yield Figure("alerts level: recall at lead >= 60 days", recalls[1])
    yield Figure("alerts steady - level: recall at lead >= 60 days", recalls[0] - recalls[1], ">=", 0.12)
    yield Figure("alerts steady: share of new alerts", _mean([one.new for one in steady]), "<=", 0.22)
    yield Figure("alerts level: share of new alerts", _mean([one.new for one in level]))


def _chance(cases: Sequence[Case], measured: Measured) -> Iterator[Figure]:
    found = measured(random_scores, cases)
    off = abs(_mean([one.auc for one in found]) - 0.5)
    apart = abs(_mean([one.rule.recall - one.rule.shuffled for one in found]))
    yield Figure("scores drawn at random: AUC, from .5", off, "<=", 0.05)
    yield Figure("scores drawn at random: recall, from that of any account", apart, "<=", 0.02)


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)


def one_by_one(measure: Measure[T], cases: Sequence[Case]) -> list[T]:
    """Measure cases in this process."""
    return [measure(case) for case in cases]


def side_by_side(pool: ProcessPoolExecutor, measure: Measure[T], cases: Sequence[Case]) -> list[T]:
    """Measure cases in several processes."""
    return list(pool.map(measure, cases, chunksize=5))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print each figure beside its bound; the exit code is 1 where one is missed."""
    parser = ArgumentParser(prog="python -m tests.trust", description=__doc__)
    parser.add_argument("--portfolios", type=int, default=100, metavar="N", help="so many portfolios a cell")
    asked = parser.parse_args(arguments)
    _say(f"{asked.portfolios} made-up portfolios a cell, of 200 accounts and 24 months, seeded.")
    _say("They show that one rule beats another under the generator's assumptions, never how well churn is predicted.")
    for degree in TRUTH:
        _say(f"experts' AUC on fresh renewals, experts {degree}: {experts_auc(degree):.3f}")
    with ProcessPoolExecutor() as pool:
        found = []
        for figure in figures(asked.portfolios, partial(side_by_side, pool)):
            _say(str(figure))
            found.append(figure)
    return int(not all(figure.keeps for figure in found))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
