"""The smallest repair: the fewest metrics, and the smallest moves of each, that reach the next tier.

Subsets of the metrics that can be changed are tried by size. Within one, all move by the same share of
their way (from what is to green, or as far as the time allows), as small as reaches the tier; then each in
turn is moved back as long as the tier is still reached. Of several subsets of one size the one counts that
moves the least of its ways in all; of like ones the first by name. What is found is proved by scoring it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import ceil, floor
from typing import Literal, NamedTuple, TypeAlias

from scoring.metrics.measure import Measure
from scoring.model import Model, Threshold
from scoring.plans import PLATFORM_VALUE
from scoring.scales import metric_score
from scoring.score import Measurements, PartKey, grade, group_weights, scored_parts

_PILLAR = Threshold(lower_is_better=False, green=100.0, yellow=50.0, red=0.0)
_SHOWN_SHORT = 0.06
"""How far below a tier's floor a score may be and still be shown at it; what is found is graded anyway."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a metric can be changed in the time: by steps up to `most` in its unit, or to one value."""

    step: float
    most: float
    to: float | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One metric or pillar moved, from a raw value to a better one."""

    group: str
    name: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Repair:
    """Moves that reach the next tier, and the score before and after them, as shown."""

    moves: tuple[Move, ...]
    before: float
    after: float
    tier: str


@dataclass(frozen=True, slots=True)
class NoRepair:
    """Why no move of metrics reaches the next tier.

    `unknown`: the account has no tier, or an Unknown one. `cap`: signals hold the score below it.
    `out_of_reach`: what can be changed in the time does not suffice.
    """

    reason: Literal["unknown", "cap", "out_of_reach"]
    tier: str | None = None


Outcome: TypeAlias = Repair | NoRepair | None


@dataclass(frozen=True, slots=True)
class _Path:
    """The raw values that a metric may come to, step by step, and the points that each adds."""

    key: PartKey
    before: float
    raws: Sequence[float]
    gains: Sequence[float]

    def at(self, share: float) -> int:
        """Give the step at a share of the way."""
        return ceil(share * len(self.raws) - 1e-9)

    def gain(self, step: int) -> float:
        """Give the points that so many steps add."""
        return self.gains[step - 1]


def repair(measured: Measurements, model: Model, ways: Mapping[str, Way], most_metrics: int = 3) -> Outcome:
    """Find the smallest repair of an account; None where it is in the highest tier already."""
    score = grade(measured, model)
    names = [name for name, _ in model.tiers]
    if score.tier not in names or score.final_score is None:
        return NoRepair("unknown")
    if score.tier == names[0]:
        return None
    tier, needed = model.tiers[names.index(score.tier) - 1]
    if score.cap is not None and score.cap.value < needed:
        return NoRepair("cap", tier)
    paths = list(_paths(measured, model, ways))
    short = needed - _SHOWN_SHORT - _quantitative(measured, model)
    goal = _Goal(measured, model, needed, short)
    for size in range(1, most_metrics + 1):
        plans = [plan for chosen in combinations(paths, size) if (plan := goal.smallest(chosen)) is not None]
        if plans:
            best = min(plans, key=lambda plan: (plan.effort, [path.key for path in plan.chosen]))
            return Repair(_moves(best.chosen, best.steps), score.final_score, best.after, tier)
    return NoRepair("out_of_reach", tier)


class _Plan(NamedTuple):
    """Paths with the steps that each goes, and the final score that they lead to."""

    chosen: Sequence[_Path]
    steps: list[int]
    after: float

    @property
    def effort(self) -> float:
        """Add up the shares of their ways that they go."""
        return sum(step / len(path.raws) for path, step in zip(self.chosen, self.steps, strict=True))


@dataclass(frozen=True, slots=True)
class _Goal:
    """The score that is to be reached, and from where; `short` is how much the quantitative score lacks at least."""

    measured: Measurements
    model: Model
    needed: float
    short: float

    def smallest(self, chosen: Sequence[_Path]) -> _Plan | None:
        """Give the smallest steps by which some paths reach the goal; None where not even all of them do."""
        if sum(path.gains[-1] for path in chosen) < self.short:
            return None
        longest = max(len(path.raws) for path in chosen)
        shares = (share / longest for share in range(1, longest + 1))
        plans = (self._plan(chosen, [path.at(share) for path in chosen]) for share in shares)
        first = next((plan for plan in plans if plan is not None), None)
        return None if first is None else self._moved_back(first)

    def _moved_back(self, plan: _Plan) -> _Plan:
        """Move each back, step by step, as long as the goal is still reached; each goes one step at least."""
        for place in range(len(plan.steps)):
            while (fewer := self._with_fewer(plan, place)) is not None:
                plan = fewer
        return plan

    def _with_fewer(self, plan: _Plan, place: int) -> _Plan | None:
        steps = [step - (place == at) for at, step in enumerate(plan.steps)]
        return self._plan(plan.chosen, steps) if steps[place] else None

    def _plan(self, chosen: Sequence[_Path], steps: list[int]) -> _Plan | None:
        """Score some steps; None where they do not reach the goal."""
        if sum(path.gain(step) for path, step in zip(chosen, steps, strict=True)) < self.short:
            return None
        score = grade(repaired(self.measured, _moves(chosen, steps)), self.model)
        after = score.final_score
        return None if after is None or after < self.needed else _Plan(chosen, steps, after)


def _moves(chosen: Sequence[_Path], steps: Sequence[int]) -> tuple[Move, ...]:
    pairs = zip(chosen, steps, strict=True)
    return tuple(Move(*path.key, path.before, path.raws[step - 1]) for path, step in pairs)


def repaired(measured: Measurements, moves: Sequence[Move]) -> Measurements:
    """Give what would be measured after some moves; all else stays."""
    dimensions, pillars = {name: dict(own) for name, own in measured.dimensions.items()}, dict(measured.pillars)
    for move in moves:
        group = pillars if move.group == PLATFORM_VALUE else dimensions[move.group]
        group[move.name] = Measure(move.after, group[move.name].flags)
    return replace(measured, dimensions=dimensions, pillars=pillars)


def _quantitative(measured: Measurements, model: Model) -> float:
    scores = scored_parts(measured, model)
    return sum(weight * scores[key] for key, weight in group_weights(scores, model).items())


def _paths(measured: Measurements, model: Model, ways: Mapping[str, Way]) -> Iterator[_Path]:
    """Give the path of each metric that counts, can be changed, and is not at green yet."""
    scores = scored_parts(measured, model)
    weights = group_weights(scores, model)
    for key in sorted(scores):
        group, name = key
        if name not in ways:
            continue
        measures = measured.pillars if group == PLATFORM_VALUE else measured.dimensions[group]
        threshold = _PILLAR if group == PLATFORM_VALUE else model.thresholds[measured.segment][name]
        before = measures[name].raw
        raws = [] if before is None else _raws(before, threshold, ways[name])
        if before is not None and raws:
            gains = [weights[key] * (metric_score(raw, threshold) - scores[key]) for raw in raws]
            yield _Path(key, before, raws, gains)


def _raws(before: float, threshold: Threshold, way: Way) -> list[float]:
    """Give the values on the way to green, each a step further; those that are no better are left out."""
    sign = -1.0 if threshold.lower_is_better else 1.0
    left = sign * (threshold.green - before)
    if left <= 0:
        return []
    if way.to is not None:
        return [way.to] if sign * (way.to - before) > 0 else []
    steps = min(floor(way.most / way.step + 1e-9), ceil(left / way.step - 1e-9))
    best = (before + sign * min(way.step * step, left) for step in range(1, steps + 1))
    return [round(raw, 6) for raw in best]
