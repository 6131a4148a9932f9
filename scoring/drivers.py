"""Drivers: what moved a score from one grade to the next, by name, in points that add up to the change.

Q is the quantitative score, unrounded. K are the metrics and pillars that have a score on both sides;
their weights e are those that they have where K alone is known. From before to after come, in turn:
- the segment, where it changed: its thresholds on what was measured before;
- what was lost: Q of K before, less Q before;
- each metric of K: mean e x change of its score + change of its e x (its mean score - the mean Q), so
  that a metric whose score and weight stayed has 0, whatever else came or went;
- what came: Q after, less Q of K after.
All these are scaled to what they change under the cap of before; the rest is the change of the cap.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor, fsum
from typing import Literal, TypeAlias

from scoring.metrics.measure import Raw
from scoring.model import Model, Segment
from scoring.plans import PLATFORM_VALUE
from scoring.rounding import TIE
from scoring.score import Measurements, PartKey, group_weights, scored_parts
from scoring.signals import Cap, Signal, causes, read_signals

Kind: TypeAlias = Literal["metric", "pillar", "came", "lost", "segment", "cap"]


@dataclass(frozen=True, slots=True)
class Driver:
    """One cause of a change, and its points: a multiple of 0.1 once it is part of a movement.

    `names` are the metrics and pillars that it is about (of `metric` and `pillar` one, of `segment`
    and `cap` none). `before` and `after` are raw values; of a cap its values. `signals` are those
    that made the cap, or ended.
    """

    kind: Kind
    points: float
    names: tuple[str, ...] = ()
    before: Raw = None
    after: Raw = None
    signals: tuple[Signal, ...] = ()

    @property
    def name(self) -> str:
        """Name what it is about: a metric or pillar; empty where it is about several, or none."""
        return self.names[0] if len(self.names) == 1 else ""


class Side:
    """One side of a change: the scores and weights of what is known, the cap and the signals that count."""

    def __init__(self, measurements: Measurements, model: Model) -> None:
        """Grade what was measured under a model."""
        self.measurements, self.model = measurements, model
        self.scores = scored_parts(measurements, model)
        self.weights = group_weights(self.scores, model)
        self.quantitative = _sum(self.weights, self.scores)
        reading = read_signals(measurements.signals, measurements.as_of, model)
        self.cap, self.counted = reading.cap, reading.counted

    def is_like(self, other: "Side") -> bool:
        """Tell whether nothing moved to the other side, or it cannot be said: one of the two has no score."""
        same = (self.scores, self.weights, self.cap) == (other.scores, other.weights, other.cap)
        return same or not self.weights or not other.weights

    def raw(self, key: PartKey) -> Raw:
        """Give a raw value."""
        group, name = key
        measures = self.measurements.dimensions.get(group, self.measurements.pillars)
        return measures[name].raw

    def of_segment(self, segment: Segment) -> "Side":
        """Grade the same under the thresholds of another segment."""
        return Side(replace(self.measurements, segment=segment), self.model)


def drivers(then: Side, now: Side) -> list[Driver]:
    """Say what moved the final score from one to the other, unrounded; none where either has no score.

    Their points add up to the difference of the final scores before rounding.
    """
    if then.is_like(now):
        return []
    causes = _causes(then, now)
    held = _final(now.quantitative, then.cap) - _final(then.quantitative, then.cap)
    moved = now.quantitative - then.quantitative
    uncapped = then.cap is None or then.quantitative <= then.cap.value
    scale = held / moved if abs(moved) > TIE else float(uncapped)
    scaled = [replace(cause, points=cause.points * scale) for cause in causes]
    return [*scaled, _capped(then, now)]


def in_tenths(causes: Sequence[Driver], change: int) -> tuple[Driver, ...]:
    """Round drivers to tenths that add up to a change in tenths, by their largest remainders; drop those of 0.

    A driver that moved nothing stays 0.
    """
    moving = [cause for cause in causes if abs(cause.points) > TIE]
    down = [floor(10 * cause.points) for cause in moving]
    rest = sorted(range(len(moving)), key=lambda n: (down[n] - 10 * moving[n].points, n))[: change - sum(down)]
    tenths = [value + (place in rest) for place, value in enumerate(down)]
    return tuple(replace(cause, points=n / 10) for cause, n in zip(moving, tenths, strict=True) if n)


def largest_first(then: Side, now: Side, change: int) -> tuple[Driver, ...]:
    """Give what moved a score from one side to the other, the largest first; the points are `change` tenths in all."""
    return summed(in_tenths(drivers(then, now), change))


def summed(causes: Iterable[Driver]) -> tuple[Driver, ...]:
    """Add up drivers of one kind and one name; the largest first. Of values the first before and the last after."""
    found: dict[tuple[Kind, tuple[str, ...]], Driver] = {}
    for cause in causes:
        key = cause.kind, cause.names
        known = found.get(key)
        found[key] = cause if known is None else _joined(known, cause)
    moving = (cause for cause in found.values() if cause.points)
    return tuple(sorted(moving, key=lambda cause: (-abs(cause.points), cause.kind, cause.names)))


def _joined(first: Driver, then: Driver) -> Driver:
    signals = tuple(dict.fromkeys((*first.signals, *then.signals)))
    points = (round(10 * first.points) + round(10 * then.points)) / 10
    return replace(first, points=points, after=then.after, signals=signals)


def _causes(then: Side, now: Side) -> list[Driver]:
    segment = now.measurements.segment
    if then.measurements.segment == segment:
        return _known_causes(then, now)
    changed = then.of_segment(segment)
    first = Driver("segment", changed.quantitative - then.quantitative)
    return [first, *_known_causes(changed, now)]


def _known_causes(then: Side, now: Side) -> list[Driver]:
    """Say what moved within one segment."""
    both = then.scores.keys() & now.scores.keys()
    first, last = group_weights(both, then.model), group_weights(both, now.model)
    start, end = _sum(first, then.scores), _sum(last, now.scores)
    return [
        Driver("lost", start - then.quantitative, _names(then.scores.keys() - both)),
        *(
            Driver(
                "pillar" if key[0] == PLATFORM_VALUE else "metric",
                _own(key, first, last, then, now, (start + end) / 2),
                (key[1],),
                then.raw(key),
                now.raw(key),
            )
            for key in sorted(both)
        ),
        Driver("came", now.quantitative - end, _names(now.scores.keys() - both)),
    ]


def _own(
    key: PartKey,
    first: Mapping[PartKey, float],
    last: Mapping[PartKey, float],
    then: Side,
    now: Side,
    middle: float,
) -> float:
    """Give the points of one metric: by its score at its mean weight, and by its weight at its mean score."""
    scored = (first[key] + last[key]) / 2 * (now.scores[key] - then.scores[key])
    weighed = (last[key] - first[key]) * ((now.scores[key] + then.scores[key]) / 2 - middle)
    return scored + weighed


def _names(keys: Collection[PartKey]) -> tuple[str, ...]:
    return tuple(name for _, name in sorted(keys))


def _sum(weights: Mapping[PartKey, float], scores: Mapping[PartKey, float]) -> float:
    return fsum(weight * scores[key] for key, weight in weights.items())


def _final(quantitative: float, cap: Cap | None) -> float:
    return quantitative if cap is None else min(quantitative, cap.value)


def _capped(then: Side, now: Side) -> Driver:
    """Give what the cap itself changed, and the signals that made it or ended."""
    points = _final(now.quantitative, now.cap) - _final(now.quantitative, then.cap)
    signals = _causing(now, then) if points < 0 else _causing(then, now)
    return Driver("cap", points, (), _value(then.cap), _value(now.cap), signals)


def _causing(side: Side, other: Side) -> tuple[Signal, ...]:
    """Give the signals on which the cap of one side rests, and which do not count on the other."""
    own = (signal for signal in side.counted if signal not in other.counted)
    return tuple(signal for signal in own if side.cap is not None and causes(signal, side.cap.rule))


def _value(cap: Cap | None) -> float | None:
    return None if cap is None else cap.value
