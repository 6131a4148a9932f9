"""Random raw metrics of accounts, and random models to score them under: by a seed, and by the thousand."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random

from scoring.instants import DAY
from scoring.metrics.measure import Measure, Raw
from scoring.model import SEGMENTS, Model, Threshold
from scoring.rescorer import Figures
from scoring.score import Measurements, Score
from scoring.signals import SEVERITIES, STATUSES, WORDED, Signal
from tests.scoring.accounts import AS_OF, ID

_SEGMENTS = sorted(SEGMENTS.values())
_MISSING = (0.0, 0.1, 0.5, 0.9, 1.0)
"""How much of a cell may be missing."""

_HEALTHY = (0.0, 0.5, 0.97)
"""How much of it may be as good as can be."""


def measurements(rng: Random, model: Model, count: int) -> Iterator[Measurements]:
    """Give so many accounts that a model can score, of which any metric may be missing."""
    return (_measured(rng, model) for _ in range(count))


def _measured(rng: Random, model: Model) -> Measurements:
    segment, missing, health = rng.choice(_SEGMENTS), rng.choice(_MISSING), rng.choice(_HEALTHY)
    thresholds = model.thresholds[segment]
    return Measurements(
        ID,
        segment,
        AS_OF + rng.randrange(30) * DAY,
        {name: _group(rng, shares, thresholds, missing, health) for name, shares in model.metrics.items()},
        {name: Measure(_pillar(rng, missing, health)) for name in model.pillars},
        tuple(_signal(rng) for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 3)))),
        signals_known=rng.random() < 0.8,
    )


def _group(
    rng: Random, shares: Mapping[str, float], thresholds: Mapping[str, Threshold], missing: float, health: float
) -> dict[str, Measure]:
    return {name: Measure(_raw(rng, thresholds.get(name), missing, health)) for name in shares}


def _raw(rng: Random, threshold: Threshold | None, missing: float, health: float) -> Raw:
    if rng.random() < missing:
        return None
    if threshold is None:
        return rng.randrange(100)
    if rng.random() < health:
        return threshold.green
    bounds = sorted((threshold.green, threshold.yellow, threshold.red))
    return rng.choice((*bounds, round(bounds[0]), rng.uniform(bounds[0] - 5, bounds[2] + 5)))


def _pillar(rng: Random, missing: float, health: float) -> Raw:
    if rng.random() < missing:
        return None
    return 100 if rng.random() < health else rng.choice((0, 50, rng.uniform(0, 100)))


def _signal(rng: Random) -> Signal:
    return Signal(
        rng.choice((*SEVERITIES, "odd", None)),
        rng.choice(("Suspected", "Likely", "Confirmed", None)),
        rng.choice((*STATUSES, "Active", "Active", None)),
        rng.choice((None, AS_OF - rng.randrange(200) * DAY)),
        unknown=tuple(name for name in WORDED if rng.random() < 0.1),
    )


def draft(rng: Random, model: Model) -> Model:
    """Change every figure of a model that does not change what is measured."""
    churn_risk = rng.choice((0.0, 0.6, 1.0, rng.random()))
    days = rng.choice((30.0, 60.0, None))
    return replace(
        model,
        version="draft",
        churn_risk=churn_risk,
        platform_value=1 - churn_risk,
        dimensions=_shares(rng, model.dimensions),
        metrics={name: _shares(rng, shares) for name, shares in model.metrics.items()},
        pillars=_shares(rng, model.pillars),
        thresholds={segment: _thresholds(rng, table) for segment, table in model.thresholds.items()},
        tiers=(*((name, floor + rng.uniform(-8, 8)) for name, floor in model.tiers[:-1]), model.tiers[-1]),
        coverage_floor=rng.uniform(0, 100),
        caps={rule: round(rng.uniform(20, 95), 1) for rule in model.caps},
        expiry_days=dict.fromkeys(model.expiry_days, days),
    )


def _shares(rng: Random, shares: Mapping[str, float]) -> dict[str, float]:
    drawn = {name: rng.choice((0.0, 1.0, rng.random())) for name in shares}
    total = sum(drawn.values())
    return {name: share / total for name, share in drawn.items()} if total else dict(shares)


def _thresholds(rng: Random, table: Mapping[str, Threshold]) -> dict[str, Threshold]:
    kept = {name: one for name, one in table.items() if rng.random() < 0.95}
    return {name: _threshold(rng, one) for name, one in kept.items()}


def _threshold(rng: Random, one: Threshold) -> Threshold:
    yellow = rng.choice((one.green, one.yellow, one.red, (one.green + one.red) / 2))
    return replace(one, yellow=yellow)


def figures_of(score: Score) -> Figures:
    """Give the figures of a score as the flat re-scorer gives them."""
    return Figures(
        score.quantitative_score,
        score.final_score,
        score.tier,
        score.churn_risk_score,
        score.platform_value_score,
        score.coverage_pct,
        score.low,
        score.high,
        score.cap,
        tuple(dimension.score for dimension in score.dimensions.values()),
        tuple(dimension.coverage_pct for dimension in score.dimensions.values()),
    )
