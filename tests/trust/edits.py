"""Edits of the figures whose worth is known, and renewals of made-up accounts to try them on.

An account has a true health in each of five groups; its raw values give scores around it. Who leaves is drawn by
the healths of the groups that tell, or, where signals tell, at random. An edit is worse where it takes away at least
half of what the score knows (AUC - 0.5) in truth, as `truth_of` measures on many accounts; it is equal where it takes
away nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import log
from random import Random
from typing import TypeAlias

from scoring.backtest.comparison import PairedRow
from scoring.backtest.statistics import auc, tied
from scoring.instants import parse_instant
from scoring.metrics.measure import Measure
from scoring.model import Model, Threshold
from scoring.plans import PLATFORM_VALUE
from scoring.restored import raw_of
from scoring.score import Measurements
from scoring.signals import Signal
from scoring.what_if import Comparison, Pair
from tests.models import the_model

AS_OF = parse_instant("2026-06-01")
BASE = the_model()
GROUPS = (*BASE.dimensions, PLATFORM_VALUE)
SUPPORT, FINANCIAL, ADOPTION, RELATIONSHIP, VALUE = GROUPS
Weights: TypeAlias = Mapping[str, float]


def _weights(*shares: float) -> dict[str, float]:
    return dict(zip(GROUPS, shares, strict=True))


TELLING = _weights(0.25, 0.15, 0.20, 0.0, 0.40)
"""What tells who leaves where experts are about right; the relationship tells nothing."""

ALIKE = _weights(0.25, 0.15, 0.25, 0.15, 0.20)
"""Support and adoption tell alike, and so do financial and relationship."""

PULL = 1.05
"""How strongly health decides who leaves: so that the base has an AUC of about .765, as in docs/trust.md."""

SILENT = _weights(0, 0, 0, 0, 0)
"""No score tells who leaves."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A draft beside a base; `truth` tells who leaves, and signals are raised of a share of those (`warned`)."""

    name: str
    draft: Model
    base: Model
    truth: Weights
    warned: float = 0.0

    def rows(self, rng: Random, churns: int, accounts: int = 200) -> list[PairedRow]:
        """Draw renewals, so many of which are churns, and score them under both models."""
        healths = [_healths(rng) for _ in range(accounts)]
        left = _leaving(rng, healths, self.truth, churns)
        measured = [_measured(rng, place, own, self._signals(rng, place in left)) for place, own in enumerate(healths)]
        cases = Comparison(self.base, self.draft).cases([Pair(one, one) for one in measured])
        return [
            PairedRow(case.account_id, place in left, case.now.final_score or 0.0, case.draft.final_score or 0.0)
            for place, case in enumerate(cases)
        ]

    def truth_of(self, rng: Random, accounts: int) -> tuple[float, float]:
        """Give the AUC of the base and of the draft on many accounts."""
        rows = self.rows(rng, accounts // 4, accounts)
        churned, once = [row.is_churn for row in rows], [1] * len(rows)
        base = auc(tied([-row.base for row in rows], churned), once)
        draft = auc(tied([-row.draft for row in rows], churned), once)
        return base or 0.0, draft or 0.0

    def _signals(self, rng: Random, left: bool) -> tuple[Signal, ...]:  # noqa: FBT001
        is_warned = self.warned and rng.random() < (self.warned if left else 0.03)
        return (Signal("Critical", "Confirmed", "Active", None),) if is_warned else ()


def seeded(words: str) -> Random:
    """Give chances that are the same whenever they are asked for by these words."""
    return Random(words)  # noqa: S311  to be repeated


def _healths(rng: Random) -> dict[str, float]:
    common = rng.gauss(0, 5)
    return {name: min(95.0, max(5.0, 68 + common + rng.gauss(0, 14))) for name in GROUPS}


def _leaving(rng: Random, healths: list[dict[str, float]], truth: Weights, churns: int) -> set[int]:
    """Choose who leaves: by chances that rise as true health falls, so many in all."""
    told = [sum(weight * own[name] for name, weight in truth.items()) for own in healths]
    middle = sum(told) / len(told)
    spread = (sum((one - middle) ** 2 for one in told) / len(told)) ** 0.5 or 1.0
    drawn = [-PULL * (one - middle) / spread - log(-log(rng.random())) for one in told]
    return set(sorted(range(len(told)), key=lambda place: -drawn[place])[:churns])


def _measured(rng: Random, place: int, own: dict[str, float], signals: tuple[Signal, ...]) -> Measurements:
    thresholds = BASE.thresholds["paid"]
    dimensions = {
        group: {name: Measure(_raw(rng, own[group], thresholds[name])) for name, share in metrics.items() if share}
        for group, metrics in BASE.metrics.items()
    }
    pillars = {name: Measure(_near(rng, own[VALUE])) for name in BASE.pillars}
    return Measurements(f"A{place:04d}", "paid", AS_OF, dimensions, pillars, signals)


def _raw(rng: Random, health: float, threshold: Threshold) -> float:
    return raw_of(_near(rng, health), threshold)


def _near(rng: Random, health: float) -> float:
    return min(100.0, max(0.0, rng.gauss(health, 6)))


def weighed(weights: Weights, model: Model = BASE) -> Model:
    """Give a model with these joint weights."""
    side = sum(weights.values()) - weights[VALUE]
    shares = {name: weights[name] / side for name in model.dimensions}
    return replace(model, version="draft", churn_risk=side, platform_value=weights[VALUE], dimensions=shares)


def scaled(groups: tuple[str, ...], *, turned: bool) -> Model:
    """Give the base with the thresholds of some groups turned round, or such that everybody is green."""
    names = {name for group in groups for name in BASE.metrics[group]}
    paid = BASE.thresholds["paid"]
    changed = {name: (_turned if turned else _flat)(one) for name, one in paid.items() if name in names}
    return replace(BASE, version="draft", thresholds={**BASE.thresholds, "paid": {**paid, **changed}})


def _turned(one: Threshold) -> Threshold:
    return Threshold(not one.lower_is_better, one.red, one.yellow, one.green)


def _flat(one: Threshold) -> Threshold:
    """Let a metric be green whatever it is."""
    far = 1e6 if one.lower_is_better else -1e6
    return Threshold(one.lower_is_better, far, 2 * far, 3 * far)


WORSE = (
    Edit(
        "weights moved to a dimension that tells nothing",
        weighed(_weights(0.03, 0.03, 0.03, 0.88, 0.03)),
        BASE,
        TELLING,
    ),
    Edit("thresholds turned round", scaled((SUPPORT, FINANCIAL, ADOPTION), turned=True), BASE, TELLING),
    Edit("thresholds of two dimensions turned round", scaled((SUPPORT, ADOPTION), turned=True), BASE, TELLING),
    Edit(
        "thresholds that everybody meets, and Platform Value left out nearly",
        weighed(_weights(0.30, 0.25, 0.25, 0.15, 0.05), scaled((SUPPORT, FINANCIAL, ADOPTION), turned=False)),
        BASE,
        TELLING,
    ),
    Edit("caps removed", replace(BASE, version="draft", caps=dict.fromkeys(BASE.caps, 100.0)), BASE, SILENT, 0.6),
)
"""Bad edits: each takes away at least half of what the base knows."""

EQUAL = (
    Edit("one point moved", weighed(_weights(0.19, 0.17, 0.15, 0.09, 0.40)), BASE, TELLING),
    Edit(
        "a cap half a point lower",
        replace(BASE, version="draft", caps={**BASE.caps, "critical_confirmed": 49.5}),
        BASE,
        SILENT,
        0.6,
    ),
    Edit(
        "weights of dimensions that tell alike changed for each other",
        weighed(_weights(0.10, 0.20, 0.30, 0.20, 0.20)),
        weighed(_weights(0.30, 0.20, 0.10, 0.20, 0.20)),
        ALIKE,
    ),
    Edit(
        "nearly all weight moved to a dimension that tells as much",
        weighed(_weights(0.05, 0.10, 0.70, 0.05, 0.10)),
        weighed(_weights(0.70, 0.10, 0.05, 0.05, 0.10)),
        ALIKE,
    ),
    Edit("turned round where nothing tells", scaled((SUPPORT, FINANCIAL, ADOPTION), turned=True), BASE, SILENT),
)
"""Edits that are as good as their base in truth, trivial ones and far ones."""
