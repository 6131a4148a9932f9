"""What of a model decides what is measured; all else decides only what a measure is worth."""

from dataclasses import replace

from scoring.model import Model


def measures_alike(one: Model, other: Model) -> bool:
    """Tell whether two models measure the same of any facts, so that what one measured can be graded under the other.

    A field that is added to the model counts as one that decides what is measured, until it is named here.
    """
    return _measuring(one) == _measuring(other)


def _measuring(model: Model) -> Model:
    """Leave out of a model what is read by grading alone; the names of metrics and pillars stay."""
    return replace(
        model,
        version="",
        churn_risk=0.0,
        platform_value=0.0,
        dimensions={},
        metrics={name: dict.fromkeys(shares, 0.0) for name, shares in model.metrics.items()},
        pillars=dict.fromkeys(model.pillars, 0.0),
        thresholds={},
        tiers=(),
        coverage_floor=0.0,
        caps={},
        expiry_days={},
    )
