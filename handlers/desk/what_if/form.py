"""The form of a draft: every figure that may be changed, beside what stands there now and what the portfolio has."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import NamedTuple

from markupsafe import Markup

from handlers.desk.what_if.strips import HANDLES, Field, field_of, strip
from handlers.jobs.draft_figures import Edits, Figures, Wrong, written
from handlers.jobs.gate_limits import joint_weights
from handlers.words.figures import group_title
from scoring.metrics.catalogue import DIMENSIONS, named
from scoring.model import Model, Segment
from scoring.rescorer import layout_of
from scoring.what_if_rows import Rows

_SEGMENTS: tuple[Segment, ...] = ("paid", "standard")
_VALUE = "platform_value"
_GREATEST = 1e15
"""No figure is larger; sums of such stay exact enough, and never run over."""


class Box(NamedTuple):
    """A field to type a figure into: its name, what it is called, what stands there, and what stands there now."""

    name: str
    label: str
    value: str
    base: str
    is_changed: bool
    is_wrong: bool


class Threshold(NamedTuple):
    """The three boxes of a metric in one segment, and the portfolio's values with the handles."""

    segment: str
    boxes: tuple[Box, ...]
    picture: Markup


class Metric(NamedTuple):
    """A metric of the form: its share of its dimension, and its thresholds by segment."""

    title: str
    unit: str
    share: Box | None
    thresholds: tuple[Threshold, ...]

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Give all boxes."""
        return (*([] if self.share is None else [self.share]), *(box for one in self.thresholds for box in one.boxes))


class Block(NamedTuple):
    """Boxes that stand together; `adds_up` says that they are shares of 1."""

    title: str
    boxes: tuple[Box, ...]
    adds_up: bool = False

    @property
    def total(self) -> str:
        """Give the sum of shares as far as they are numbers."""
        return _sum(self.boxes)


class Group(NamedTuple):
    """A dimension of the form: its part of the whole score, its metrics."""

    name: str
    title: str
    part: float
    metrics: tuple[Metric, ...]

    @property
    def is_changed(self) -> bool:
        """Tell whether any of its figures is changed or wrong."""
        return any(box.is_changed or box.is_wrong for one in self.metrics for box in one.boxes)

    @property
    def total(self) -> str:
        """Give the sum of the shares of its metrics."""
        return _sum([one.share for one in self.metrics if one.share is not None])


@dataclass(frozen=True)
class Form:
    """What the form shows: figures in force, what is asked for, what is wrong with it, the portfolio's own values."""

    figures: Figures
    asked: Edits
    wrong: Sequence[Wrong]
    model: Model
    fields: Mapping[tuple[str, Segment], Field] = field(default_factory=dict)

    @property
    def groups(self) -> tuple[Group, ...]:
        """Give the dimensions with their metrics."""
        parts = joint_weights(self.model)
        return tuple(
            Group(name, group_title(name), 100 * parts[name], tuple(self._metrics(name))) for name in DIMENSIONS
        )

    @property
    def sides(self) -> tuple[Block, ...]:
        """Give the blocks of shares that stand above metrics, and the pillars."""
        return (
            Block("Sides of the score", self._boxes("weights.health_score.", group_or_side), adds_up=True),
            Block("Dimensions of Churn Risk", self._boxes("weights.churn_risk.", group_title), adds_up=True),
            Block("Pillars of Platform Value", self._boxes(f"weights.weights.{_VALUE}.", label_of), adds_up=True),
        )

    @property
    def verdicts(self) -> tuple[Block, ...]:
        """Give the blocks that turn points into a tier."""
        return (
            Block("Lowest score of each tier", self._boxes("thresholds.tiers.", str)),
            Block(
                "Coverage floor (%), below which the tier is Unknown", self._boxes("thresholds.coverage_floor", _floor)
            ),
            Block("Caps: the highest score that signals allow", self._boxes("thresholds.caps.", _rule)),
            Block("Days a signal counts (empty: for ever)", self._boxes("thresholds.signal_expiry_days.", str)),
        )

    @property
    def is_verdict_changed(self) -> bool:
        """Tell whether a tier, a cap, the floor or an expiry is changed."""
        return any(box.is_changed or box.is_wrong for block in self.verdicts for box in block.boxes)

    @property
    def is_side_changed(self) -> bool:
        """Tell whether a side, a dimension or a pillar is changed."""
        return any(box.is_changed or box.is_wrong for block in self.sides for box in block.boxes)

    def _metrics(self, group: str) -> Iterator[Metric]:
        for name in self.model.metrics[group]:
            share = f"weights.weights.{group}.{name}"
            thresholds = tuple(self._thresholds(group, name))
            if thresholds:
                box = self._box(share, f"{label_of(name)}, share") if share in self.figures.values else None
                yield Metric(label_of(name), named(name).unit, box, thresholds)

    def _thresholds(self, group: str, name: str) -> Iterator[Threshold]:
        for segment in _SEGMENTS:
            names = [f"thresholds.thresholds.{group}.{name}.{segment}.{place}" for place in range(3)]
            if all(one in self.figures.values for one in names):
                label = f"{label_of(name)}, {segment.capitalize()}"
                boxes = tuple(self._box(one, f"{label}, {word}") for one, word in zip(names, HANDLES, strict=True))
                yield Threshold(segment.capitalize(), boxes, self._picture(name, segment, boxes))

    def _picture(self, name: str, segment: Segment, boxes: Sequence[Box]) -> Markup:
        now = self.model.thresholds[segment][name]
        marks = now.green, now.yellow, now.red
        drawn = self.fields.get((name, segment)) or field_of((), marks)
        return strip(drawn, marks, [_number(box.value) for box in boxes], [box.name for box in boxes])

    def _boxes(self, beginning: str, label: Callable[[str], str]) -> tuple[Box, ...]:
        names = (name for name in self.figures.values if name.startswith(beginning))
        return tuple(self._box(name, label(name.split(".")[-1])) for name in names)

    def _box(self, name: str, label: str) -> Box:
        base = self.figures.values[name]
        value = self.asked.get(name, base)
        is_wrong = any(name in one.names for one in self.wrong)
        return Box(name, label, value, base, written(value) != written(base), is_wrong)


def fields_of(rows: Rows, model: Model) -> dict[tuple[str, Segment], Field]:
    """Lay out the portfolio's own values of each metric that has thresholds, by segment."""
    found: dict[tuple[str, Segment], Field] = {}
    for place, (_, name) in enumerate(layout_of(model)):
        for segment in _SEGMENTS:
            now = model.thresholds[segment].get(name)
            if now is not None:
                cells = (row.summed.cell for row in rows.rows)
                raws = (cell.raws[place] for cell in cells if cell.segment == segment)
                found[name, segment] = field_of(
                    [raw for raw in raws if raw is not None], (now.green, now.yellow, now.red)
                )
    return found


def asked_of(filled: Mapping[str, str], figures: Figures) -> dict[str, str]:
    """Give the figures that a form was filled in with."""
    return {name: filled[name] for name in figures.values if name in filled}


def label_of(name: str) -> str:
    """Name a metric or pillar."""
    label = named(name).label
    return f"{label[:1].upper()}{label[1:]}"


def group_or_side(name: str) -> str:
    """Name a side."""
    return {"churn_risk": "Churn Risk"}.get(name) or group_title(name)


_RULES = {
    "critical_confirmed": "A Critical signal, confirmed",
    "critical_2plus": "Two or more Critical signals",
    "critical_1": "One Critical signal",
    "moderate_1plus": "Moderate signals",
}


def _rule(name: str) -> str:
    return _RULES.get(name, name)


def _floor(_: str) -> str:
    return "Coverage floor"


def _number(said: str) -> float | None:
    """Give a figure as a number; None where it is none, or so large that it can only be a slip."""
    text = written(said)
    value = None if text == "null" or text.startswith('"') else float(text)
    return None if value is None or abs(value) > _GREATEST else value


def _sum(boxes: Iterable[Box]) -> str:
    return f"{fsum(_number(box.value) or 0.0 for box in boxes):.4f}".rstrip("0").rstrip(".")
