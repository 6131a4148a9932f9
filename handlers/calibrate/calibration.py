"""A calibration: what was learned from landmark rows, what is proposed of it, and whether it may be adopted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np

from handlers.calibrate.arrays import Example, Parts, Rows, Vector, joint_parts, metric_parts, rows_of
from handlers.calibrate.estimator import KAPPA, Fit, fit
from handlers.calibrate.guard import Guard, guard
from handlers.calibrate.interval import weight_intervals
from handlers.calibrate.step import Step, percents, step
from handlers.calibrate.verdict import FEWEST, METRICS_FROM, Verdict, verdict
from scoring.backtest.resamples import Chance
from scoring.model import Model

Level: TypeAlias = Literal["joint", "metrics"]

Weights: TypeAlias = Mapping[str, float]
"""A weight by name; all of them add up to 1."""


class TooFewError(ValueError):
    """There are too few churns to learn from; the message says what would be needed."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The joint weights by group: of the present model, as learned, and as proposed; and what speaks for them.

    `metrics` are, by group, the proposed shares of the metrics within it; empty where only joint
    weights were learned.
    """

    level: Level
    rows: int
    churns: int
    kappa: float
    prior: Weights
    fitted: Weights
    proposal: Weights
    shortened: bool
    guard: Guard
    verdict: Verdict
    weights_90: Mapping[str, tuple[float, float]]
    metrics: Mapping[str, Weights] = field(default_factory=dict)


def parts_of(model: Model, level: Level) -> Parts:
    """Give what has a weight of its own at a level."""
    return joint_parts(model) if level == "joint" else metric_parts(model)


def calibrate(
    examples: Sequence[Example], model: Model, chance: Chance, *, level: Level = "joint", override: str = ""
) -> Calibration:
    """Learn weights from examples; raises TooFewError where too few of them churned, or none stayed."""
    parts = parts_of(model, level)
    usable = [one for one in examples if any(key in one.scores for key in parts.keys)]
    rows = rows_of(usable, parts)
    _refuse_too_few(rows, level)
    learned = fit(rows)
    taken = step(parts, learned.weights)
    held = guard(rows, [one.row for one in usable], chance)
    return _calibration(rows, learned, taken, held, level, override)


def _refuse_too_few(rows: Rows, level: Level) -> None:
    stayed = len(rows.churned) - rows.churns
    needed = METRICS_FROM if level == "metrics" else FEWEST
    if rows.churns < needed:
        of = "the weights of metrics" if level == "metrics" else "weights"
        raise TooFewError(
            f"{rows.churns} churns have a score 90 days before their decision, and {needed} are needed "
            f"to learn {of} from: collect more outcomes, or scores of further back"
        )
    if not stayed:
        raise TooFewError("every outcome with a score is a churn: renewals are needed too, to tell them apart")


def _calibration(rows: Rows, learned: Fit, taken: Step, held: Guard, level: Level, override: str) -> Calibration:
    parts = rows.parts
    prior, proposal = _named(parts, parts.expert), _whole(parts, taken.weights)
    return Calibration(
        level=level,
        rows=len(rows.churned),
        churns=rows.churns,
        kappa=KAPPA,
        prior=prior,
        fitted=_named(parts, learned.weights),
        proposal=proposal,
        shortened=taken.is_shortened,
        guard=held,
        verdict=verdict(rows.churns, held, moves=_moves(parts, taken), override=override),
        weights_90=dict(zip(parts.groups, weight_intervals(learned), strict=True)),
        metrics=_shares(parts, taken.weights) if level == "metrics" else {},
    )


def _named(parts: Parts, weights: Vector) -> Weights:
    return dict(zip(parts.groups, parts.group_weights(weights).tolist(), strict=True))


def _whole(parts: Parts, weights: Vector) -> Weights:
    whole = percents(parts.group_weights(weights).tolist())
    return {group: share / 100 for group, share in zip(parts.groups, whole, strict=True)}


def _shares(parts: Parts, weights: Vector) -> Mapping[str, Weights]:
    """Give the shares of metrics within each group, in whole percents."""
    found = {}
    for place, group in enumerate(parts.groups):
        own = np.flatnonzero(parts.group == place)
        whole = percents((weights[own] / weights[own].sum()).tolist())
        found[group] = {parts.keys[part][1]: share / 100 for part, share in zip(own.tolist(), whole, strict=True)}
    return found


def _moves(parts: Parts, taken: Step) -> bool:
    """Tell whether any weight differs once it is in whole percents."""
    before, after = _whole(parts, parts.expert), _whole(parts, taken.weights)
    return before != after or _shares(parts, parts.expert) != _shares(parts, taken.weights)
