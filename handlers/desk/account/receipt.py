"""The receipt: of each metric its value, its target, its points of those that are possible, or why it has none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import fsum

from markupsafe import Markup

from handlers.pages.svg import hidden, rect
from handlers.words.figures import group_title, target, title, value
from handlers.words.missing import why_missing
from handlers.words.parts import Part, parts_of
from scoring.blind_spots import BlindSpot
from scoring.metrics.catalogue import TITLES
from scoring.model import Model
from scoring.score import Measurements, Score

_HIGH = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One metric: its words, its score of 100, its points, those that are possible; `why` says what is missing."""

    name: str
    title: str
    value: str
    target: str
    score: float | None
    points: float
    possible: float
    bar: Markup | None
    why: str = ""

    @property
    def lost(self) -> float:
        """Give the points that it lacks."""
        return self.possible - self.points


@dataclass(frozen=True, slots=True)
class Group:
    """A dimension, or Platform Value: its score, and its rows."""

    name: str
    title: str
    score: float | None
    rows: Sequence[Row]

    @property
    def points(self) -> float:
        """Add up its points."""
        return fsum(row.points for row in self.rows)

    @property
    def lost(self) -> float:
        """Add up the points that it lacks."""
        return fsum(row.lost for row in self.rows)


def receipt_of(score: Score, measurements: Measurements, model: Model, blind: Sequence[BlindSpot]) -> list[Group]:
    """Give the receipt of a score, group by group, as far as the model weighs them."""
    parts = parts_of(score, model)
    most = max((part.metric.weight for part in parts), default=1.0) or 1.0
    known = {name: one.score for name, one in score.dimensions.items()} | {"platform_value": score.platform_value_score}
    made = _Receipt(score, measurements, model, blind, most)
    return [
        Group(name, group_title(name), known[name], tuple(made.rows([part for part in parts if part.group == name])))
        for name in known
        if any(part.group == name for part in parts)
    ]


@dataclass(frozen=True, slots=True)
class _Receipt:
    score: Score
    measurements: Measurements
    model: Model
    blind: Sequence[BlindSpot]
    most: float

    def rows(self, parts: Sequence[Part]) -> Iterator[Row]:
        """Give a row for each part."""
        thresholds = self.model.thresholds[self.score.segment]
        for part in parts:
            metric, name = part.metric, part.name
            lower_bound = f"waiting:{name}" in self.score.flags
            said = "" if metric.raw is None else value(name, metric.raw, part.window_days, lower_bound=lower_bound)
            aim = target(name, thresholds.get(name)).removeprefix("full points at ")
            why = why_missing(part, self.measurements, self.model, self.blind) if part.missing else ""
            possible = 100.0 * metric.weight
            bar = None if part.missing else self._bar(metric.points, possible)
            yield Row(name, _title(name), said, aim, metric.score, metric.points, possible, bar, why)

    def _bar(self, points: float, possible: float) -> Markup:
        """Draw points of those that are possible; the widest is that of the heaviest metric."""
        whole = 100.0 * self.most
        drawn = rect(0, possible / whole, 2, _HIGH - 4, "possible"), rect(0, points / whole, 2, _HIGH - 4, "had")
        return hidden(*drawn, height=_HIGH)


def _title(name: str) -> str:
    """Name a metric as its group's heading leaves it to be named."""
    return title(name).removesuffix(f" ({TITLES['platform_value']})")
