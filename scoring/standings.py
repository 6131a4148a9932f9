"""How many accounts stand under one draft after another: of each group of metrics only what a draft touches is summed.

It gives the figures of the flat re-scorer that lists show, and no others, in a third of its time or less.
"""

from collections.abc import Mapping, Sequence
from math import fsum
from typing import NamedTuple

from scoring.metrics.measure import Raw
from scoring.model import Model, Segment
from scoring.rescorer import Cell, Group, Layout, plan
from scoring.rounding import shown
from scoring.signals import SignalReading, read_caps
from scoring.verdict import capped, lowest, tier_of
from scoring.what_if import Standing

QUIET = SignalReading(None, (), ())
"""What no signal at all comes to."""


class Sum(NamedTuple):
    """What is known of a group of metrics: the shares of those that have a score, and their scores times these."""

    weight: float
    weighted: float


class Summed(NamedTuple):
    """A cell, the sums of its groups under the present model, and what its signals come to there."""

    cell: Cell
    sums: tuple[Sum, ...]
    reading: SignalReading


class _Part(NamedTuple):
    """A group under a draft: how it counts, its part of the model; whether it is a side, and summed anew."""

    group: Group
    weight: float
    nominal: float
    whole: float
    is_side: bool
    is_touched: bool


def summed(cells: Sequence[Cell], model: Model, layout: Layout) -> list[Summed]:
    """Sum up cells of a layout under the present model."""
    plans = {segment: plan(model, segment, layout) for segment in model.thresholds}
    return [
        Summed(
            cell, tuple([_sum(cell.raws, group) for group in plans[cell.segment]]), _reading(cell, model)
        )
        for cell in cells
    ]  # fmt: skip


class Standings:
    """Says how cells that were summed up under the present model stand under a draft that has the same metrics."""

    def __init__(self, present: Model, draft: Model, layout: Layout) -> None:
        """Find out what of the present model a draft touches."""
        self._draft = draft
        self._signals_stay = (present.caps, present.expiry_days) == (draft.caps, draft.expiry_days)
        self._parts: Mapping[Segment, tuple[_Part, ...]] = {
            segment: _parts(plan(present, segment, layout), plan(draft, segment, layout), draft)
            for segment in draft.thresholds
        }

    def of(self, one: Summed) -> Standing:
        """Say how one stands."""
        cell, draft = one.cell, self._draft
        signals = one.reading if self._signals_stay else _reading(cell, draft)
        total = _Total()
        for part, own in zip(self._parts[cell.segment], one.sums, strict=True):
            total.add(part, _sum(cell.raws, part.group) if part.is_touched else own)
        quantitative, coverage = total.quantitative(draft), 100.0 * total.known
        if quantitative is None:
            return Standing(None, None, None, None, shown(coverage))
        final, cap = capped(quantitative, signals.cap), signals.cap
        tier = tier_of(final, coverage, signals, draft, signals_known=cell.signals_known)
        least = lowest(capped(total.low, cap), signals, draft, signals_known=cell.signals_known)
        most = capped(total.low + 100.0 * total.missing, cap)
        return Standing(shown(final), tier, shown(least), shown(most), shown(coverage))


class _Total:
    """The sums of groups, put together: shares of the model that are known and missing, and the points of the known."""

    __slots__ = ("_churn_risk", "_platform_value", "_weight", "known", "low", "missing")

    def __init__(self) -> None:
        self.known = self.missing = self.low = self._weight = self._churn_risk = 0.0
        self._platform_value: float | None = None

    def add(self, part: _Part, own: Sum) -> None:
        """Add a group."""
        nominal, (weight, weighted) = part.nominal, own
        self.missing += nominal * (part.whole - weight)
        if not weight:
            return
        self.known += nominal * weight
        self.low += nominal * weighted
        if part.is_side:
            self._platform_value = weighted / weight
        else:
            self._weight += part.weight
            self._churn_risk += part.weight * weighted / weight

    def quantitative(self, model: Model) -> float | None:
        """Give the score of the groups; None where nothing is known."""
        side = model.churn_risk if self._weight else 0.0
        other = 0.0 if self._platform_value is None else model.platform_value
        if not side + other:
            return None
        churn_risk = self._churn_risk / self._weight if side else 0.0
        return (side * churn_risk + other * (self._platform_value or 0.0)) / (side + other)


def _parts(present: Sequence[Group], draft: Sequence[Group], model: Model) -> tuple[_Part, ...]:
    weights = [*(model.dimensions[name] for name in model.metrics), 1.0]
    sides = [*(model.churn_risk for _ in model.metrics), model.platform_value]
    shares = [*model.metrics.values(), model.pillars]
    are_sides = [*(False for _ in model.metrics), True]
    return tuple(
        _Part(new, weight, side * weight, fsum(own.values()), is_side, _counting(old) != _counting(new))
        for old, new, weight, side, own, is_side in zip(present, draft, weights, sides, shares, are_sides, strict=True)
    )


def _counting(group: Group) -> list[tuple[object, ...]]:
    return [(one.place, one.share, one.scale) for one in group.metrics]


def _sum(raws: Sequence[Raw], group: Group) -> Sum:
    weight, weighted = 0.0, 0.0
    for one in group.metrics:
        raw = raws[one.place]
        if raw is not None:
            weight += one.share
            weighted += one.share * one.score(raw)
    return Sum(weight, weighted)


def _reading(cell: Cell, model: Model) -> SignalReading:
    return read_caps(cell.signals, cell.as_of, model) if cell.signals else QUIET
