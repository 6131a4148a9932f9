"""The plan of a model: its metrics laid out as a score goes through them, each with what it counts for."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from scoring.model import Model, Segment
from scoring.once import once
from scoring.scales import Scale, scale_of

PLATFORM_VALUE = "platform_value"
"""The group whose metrics are the pillars."""


class PlannedMetric(NamedTuple):
    """A metric or pillar: its share of the group, `nominal` its share of the model; a pillar has no scale.

    One without a share, or without a threshold, does not count.
    """

    name: str
    share: float
    nominal: float
    scale: Scale | None
    counts: bool


class PlannedGroup(NamedTuple):
    """A dimension or Platform Value, its weight among those of its side, and its metrics."""

    name: str
    weight: float
    metrics: tuple[PlannedMetric, ...]


Plan: TypeAlias = tuple[PlannedGroup, ...]
"""The dimensions in the order of the model, and Platform Value last."""


@once
def plans(model: Model) -> Mapping[Segment, Plan]:
    """Lay out a model for the accounts of each segment."""
    return {segment: (*_dimensions(model, segment), _platform_value(model)) for segment in model.thresholds}


def _dimensions(model: Model, segment: Segment) -> Iterator[PlannedGroup]:
    scales = {name: scale_of(threshold) for name, threshold in model.thresholds[segment].items()}
    for name, shares in model.metrics.items():
        weight, nominal = model.dimensions[name], model.churn_risk * model.dimensions[name]
        metrics = (
            PlannedMetric(metric, share, nominal * share, scales.get(metric), share > 0 and metric in scales)
            for metric, share in shares.items()
        )
        yield PlannedGroup(name, weight, tuple(metrics))


def _platform_value(model: Model) -> PlannedGroup:
    weight = model.platform_value
    pillars = (PlannedMetric(name, share, weight * share, None, share > 0) for name, share in model.pillars.items())
    return PlannedGroup(PLATFORM_VALUE, weight, tuple(pillars))
