"""One account's receipt before and after, side by side: the same facts, graded under each model."""

from collections.abc import Iterator
from typing import NamedTuple

from handlers.desk.what_if.form import label_of
from handlers.words.figures import group_title, value
from handlers.words.parts import Part, parts_of
from scoring.rounding import difference, shown
from scoring.score import Measurements, Score, grade
from scoring.what_if import Comparison


class Line(NamedTuple):
    """A metric that either model weighs: its raw value, and the points that it gives under each; None: not known."""

    title: str
    raw: str
    now: float | None
    draft: float | None

    @property
    def change(self) -> float | None:
        """Give the difference of the points as shown."""
        return None if self.now is None or self.draft is None else difference(shown(self.now), shown(self.draft))


class Section(NamedTuple):
    """A dimension or Platform Value: its score under each model, and its lines."""

    title: str
    now: float | None
    draft: float | None
    lines: tuple[Line, ...]


class Receipt(NamedTuple):
    """An account under both models."""

    now: Score
    draft: Score
    sections: tuple[Section, ...]

    @property
    def name(self) -> str:
        """Name the account."""
        return self.now.account_name or self.now.account_id


def receipt_of(measured: Measurements, comparison: Comparison) -> Receipt:
    """Grade an account under both models."""
    now, draft = grade(measured, comparison.present), grade(measured, comparison.draft)
    parts = {(one.group, one.name): one for one in parts_of(now, comparison.present)}
    others = {(one.group, one.name): one for one in parts_of(draft, comparison.draft)}
    groups = dict.fromkeys(group for group, _ in (*parts, *others))
    return Receipt(now, draft, tuple(_section(group, now, draft, parts, others) for group in groups))


_Parts = dict[tuple[str, str], Part]


def _section(group: str, now: Score, draft: Score, parts: _Parts, others: _Parts) -> Section:
    keys = dict.fromkeys(key for key in (*parts, *others) if key[0] == group)
    lines = tuple(_lines(keys, parts, others))
    return Section(group_title(group), _score(now, group), _score(draft, group), lines)


def _lines(keys: dict[tuple[str, str], None], parts: _Parts, others: _Parts) -> Iterator[Line]:
    for key in keys:
        one = parts.get(key) or others[key]
        raw = one.metric.raw
        said = "missing" if raw is None else value(one.name, raw, one.window_days)
        yield Line(label_of(one.name), said, _points(parts.get(key)), _points(others.get(key)))


def _points(part: Part | None) -> float | None:
    """Give the points of a metric: 0 where a model does not weigh it, none where its value is not known."""
    if part is None:
        return 0.0
    return None if part.metric.score is None else part.metric.points


def _score(score: Score, group: str) -> float | None:
    return score.dimensions[group].score if group in score.dimensions else score.platform_value_score
