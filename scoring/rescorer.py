"""The flat re-scorer: raw metrics of many accounts and months, scored under another model in a few microseconds each.

It gives the figures of `grade` and nothing else: no points, no flags, no receipt.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import fsum
from typing import NamedTuple, TypeAlias

from scoring.instants import Instant
from scoring.metrics.measure import MISSING, Raw
from scoring.model import Model, Segment
from scoring.plans import PLATFORM_VALUE, PlannedGroup, plans
from scoring.rounding import shown
from scoring.scales import Scale, scaled
from scoring.score import Measurements, mean
from scoring.signals import QUIET, Cap, Signal, SignalReading, read_caps
from scoring.verdict import capped, lowest, tier_of

Layout: TypeAlias = tuple[tuple[str, str], ...]
"""The order of raw metrics in a cell, each by its dimension and name; those of Platform Value are its pillars."""


class Cell(NamedTuple):
    """What was measured of one account at one instant, as flat as it gets: `raws` are in the order of a layout."""

    segment: Segment
    as_of: Instant
    raws: tuple[Raw, ...]
    signals: tuple[Signal, ...] = ()
    signals_known: bool = True


class Figures(NamedTuple):
    """The figures of a score, as shown; `dimensions` and `coverages` are in the order of the model's dimensions."""

    quantitative_score: float | None
    final_score: float | None
    tier: str | None
    churn_risk_score: float | None
    platform_value_score: float | None
    coverage_pct: float
    low: float | None
    high: float | None
    cap: Cap | None
    dimensions: tuple[float | None, ...]
    coverages: tuple[float, ...]


def layout_of(*models: Model) -> Layout:
    """Give an order that has every metric and pillar of some models."""
    named = ((group, name) for model in models for group, shares in _groups(model).items() for name in shares)
    return tuple(dict.fromkeys(named))


def _groups(model: Model) -> dict[str, Mapping[str, float]]:
    return {**model.metrics, PLATFORM_VALUE: model.pillars}


def flatten(measured: Measurements, layout: Layout) -> Cell:
    """Lay out what was measured, for models whose metrics are in the layout."""
    groups = {**measured.dimensions, PLATFORM_VALUE: measured.pillars}
    raws = tuple(groups.get(group, {}).get(name, MISSING).raw for group, name in layout)
    return Cell(measured.segment, measured.as_of, raws, measured.signals, measured.signals_known)


class Metric(NamedTuple):
    """A metric that counts: where its raw value is, its share of the group and of the model; a pillar has no scale."""

    place: int
    share: float
    nominal: float
    scale: Scale | None

    def score(self, raw: float) -> float:
        """Give the score, 0-100, of a raw value."""
        return raw if self.scale is None else scaled(raw, self.scale)


class Group(NamedTuple):
    """A dimension or Platform Value: its metrics that count, its weight, and what of the model is always missing."""

    metrics: tuple[Metric, ...]
    weight: float
    lost: tuple[float, ...]


class _Tally(NamedTuple):
    """A group's score and the weight it rests on; shares of the model that are known, their points, those missing."""

    score: float | None
    weight: float
    known: list[float]
    points: list[float]
    missing: list[float]


def rescore(cells: Iterable[Cell], model: Model, layout: Layout) -> Iterator[Figures]:
    """Score cells of a layout under a model, one after the other: each has the figures that `grade` gives."""
    plans = {segment: plan(model, segment, layout) for segment in model.thresholds}
    return (_figures(cell, plans[cell.segment], model) for cell in cells)


def plan(model: Model, segment: Segment, layout: Layout) -> tuple[Group, ...]:
    """Lay out what counts for accounts of a segment: the dimensions in their order, and Platform Value last."""
    places = {key: place for place, key in enumerate(layout)}
    return tuple(_group(group, places) for group in plans(model)[segment])


def _group(group: PlannedGroup, places: Mapping[tuple[str, str], int]) -> Group:
    counting = [one for one in group.metrics if one.counts and (group.name, one.name) in places]
    metrics = (Metric(places[group.name, one.name], one.share, one.nominal, one.scale) for one in counting)
    lost = (one.nominal for one in group.metrics if one not in counting)
    return Group(tuple(metrics), group.weight, tuple(lost))


def _figures(cell: Cell, groups: Sequence[Group], model: Model) -> Figures:
    tallies = [_tally(group, cell.raws) for group in groups]
    dimensions, pillars = tallies[:-1], tallies[-1]
    churn_risk = mean([(group.weight, one.score) for group, one in zip(groups, dimensions, strict=False)])
    quantitative = mean([(model.churn_risk, churn_risk), (model.platform_value, pillars.score)])
    signals = read_caps(cell.signals, cell.as_of, model) if cell.signals else QUIET
    coverage = 100.0 * fsum([nominal for one in tallies for nominal in one.known])
    final = capped(quantitative, signals.cap)
    low, high = (None, None) if final is None else _range(tallies, cell, signals, model)
    tier = None if final is None else tier_of(final, coverage, signals, model, signals_known=cell.signals_known)
    return Figures(
        _shown(quantitative),
        _shown(final),
        tier,
        _shown(churn_risk),
        _shown(pillars.score),
        shown(coverage),
        _shown(low),
        _shown(high),
        signals.cap,
        tuple([_shown(one.score) for one in dimensions]),
        tuple([shown(100.0 * one.weight) for one in dimensions]),
    )


def _tally(group: Group, raws: Sequence[Raw]) -> _Tally:
    weighted, shares, known, points, missing = [], [], [], [], list(group.lost)
    for place, share, nominal, scale in group.metrics:
        raw = raws[place]
        if raw is None:
            missing.append(nominal)
            continue
        score = raw if scale is None else scaled(raw, scale)
        weighted.append(share * score)
        shares.append(share)
        known.append(nominal)
        points.append(nominal * score)
    weight = fsum(shares)
    return _Tally(fsum(weighted) / weight if shares else None, weight, known, points, missing)


def _range(tallies: Sequence[_Tally], cell: Cell, signals: SignalReading, model: Model) -> tuple[float, float]:
    low = fsum([points for one in tallies for points in one.points])
    high = low + 100.0 * fsum([nominal for one in tallies for nominal in one.missing])
    least = lowest(capped(low, signals.cap), signals, model, signals_known=cell.signals_known)
    return least, capped(high, signals.cap)


def _shown(value: float | None) -> float | None:
    return None if value is None else shown(value)
