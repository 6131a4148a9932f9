"""Whether a proposal may be adopted, and why."""

from collections.abc import Iterator
from typing import NamedTuple

from handlers.calibrate.guard import Guard

FEWEST = 10
"""From fewer churns nothing is learned."""

ENOUGH = 30
"""From so many churns on the guard decides alone; below, what was learned is indicative."""

METRICS_FROM = 100
"""From fewer churns the weights of metrics do harm, as was measured in simulation."""


class Verdict(NamedTuple):
    """Whether to adopt, whether the evidence is only indicative, and the reasons in words."""

    adopt: bool
    is_indicative: bool
    reasons: tuple[str, ...]


def verdict(churns: int, guard: Guard, *, moves: bool, override: str) -> Verdict:
    """Judge a proposal by its evidence, its guard and what a person says."""
    indicative = churns < ENOUGH
    adopt = moves and guard.holds and (bool(override) or not indicative)
    return Verdict(adopt, indicative, tuple(_reasons(churns, guard, moves, override)))


def _reasons(churns: int, guard: Guard, moves: bool, override: str) -> Iterator[str]:  # noqa: FBT001 - private
    if not moves:
        yield "no weight moves by a whole percent: the present weights stand"
    if churns < ENOUGH:
        yield f"indicative: {churns} churns, and from {ENOUGH} on the guard alone decides"
        yield f"overridden: {override}" if override else "not overridden: --override REASON says why to adopt it yet"
    yield _guard_words(guard)


def _guard_words(guard: Guard) -> str:
    needed = f"{guard.needed:.0%} are needed"
    if guard.share is None:
        return f"the guard cannot tell: no quarter could be held out, with churns and renewals in the others; {needed}"
    word = "holds" if guard.holds else "does not hold"
    return (
        f"the guard {word}: on quarters held out the new weights were better "
        f"in {guard.share:.0%} of resamples of accounts, and {needed}"
    )
