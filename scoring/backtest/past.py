"""An account's own past: what its metrics were at one date, and what they used to be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import NamedTuple

from scoring.alerts import RENEWAL
from scoring.instants import DAY, Instant
from scoring.model import Segment, Threshold
from scoring.plans import PLATFORM_VALUE
from scoring.scales import metric_score
from scoring.score import MetricScore, PartKey, Score

Thresholds = Mapping[Segment, Mapping[str, Threshold]]

PAST_DAYS = (365, 90)
"""What used to be is looked for from a year before a date up to so many days before it."""

WORSE = 0.5
"""A raw value is much worse where it moved by this share of the way from green to red, or more."""

GREEN_SCORE, RED_SCORE = 100.0, 0.0

_PILLAR = Threshold(lower_is_better=False, green=GREEN_SCORE, yellow=50.0, red=RED_SCORE)


class _Known(NamedTuple):
    raw: float
    score: float


@dataclass(frozen=True, slots=True)
class Shift:
    """One metric or pillar at a date and as it used to be; `worse` is the share of the way from green to red.

    `before` and `score_before` are None where nothing is known of the past.
    """

    name: str
    raw: float
    score: float
    weight: float
    before: float | None
    score_before: float | None
    worse: float

    @property
    def lost(self) -> float:
        """Give the points that it cost."""
        return 0.0 if self.score_before is None else self.weight * (self.score_before - self.score)

    @property
    def is_red(self) -> bool:
        """Tell whether it is at red, or worse."""
        return self.score <= RED_SCORE

    @property
    def came_to_red(self) -> bool:
        """Tell whether it is at red and, as far as is known, used not to be."""
        return self.is_red and (self.score_before is None or self.score_before > RED_SCORE)

    @property
    def is_hidden(self) -> bool:
        """Tell whether it became much worse, and still has full points."""
        return self.worse >= WORSE and self.score >= GREEN_SCORE


def past_of(scores: Iterable[Score], at: Instant) -> list[Score]:
    """Choose the scores that say what used to be: a year to three months before; where there are none, all before."""
    before = [score for score in scores if score.as_of < at]
    oldest, newest = (at - days * DAY for days in PAST_DAYS)
    return [score for score in before if oldest <= score.as_of <= newest] or before


def usual(values: Iterable[float | None]) -> float | None:
    """Give the middle of what is known, a value that there was; None of nothing."""
    known = [value for value in values if value is not None]
    return median_low(known) if known else None


def fall(now: Score, past: Sequence[Score]) -> float | None:
    """Say how many points the score without caps has fallen from what it used to be."""
    before = usual(score.quantitative_score for score in past)
    return None if before is None or now.quantitative_score is None else before - now.quantitative_score


def shifts(now: Score, past: Sequence[Score], thresholds: Thresholds) -> list[Shift]:
    """Hold each metric and pillar against its past; the renewal's nearness is left out, which falls for everybody.

    A metric that is not approved counts with weight 0 where it has thresholds.
    """
    before = [score.parts for score in past]
    scales = ((key, part, _scale(key, thresholds.get(now.segment, {}))) for key, part in now.parts.items())
    found = (
        _shift(key[1], part, [one[key] for one in before if key in one], scale)
        for key, part, scale in scales
        if scale is not None and key[1] != RENEWAL
    )
    return [shift for shift in found if shift is not None]


def _scale(key: PartKey, thresholds: Mapping[str, Threshold]) -> Threshold | None:
    group, name = key
    return _PILLAR if group == PLATFORM_VALUE else thresholds.get(name)


def _shift(name: str, part: MetricScore, past: Iterable[MetricScore], scale: Threshold) -> Shift | None:
    """Hold one part against what it used to be; None where it is not known now."""
    if part.raw is None:
        return None
    known = sorted(_Known(one.raw, _score(one.raw, one, scale)) for one in past if one.raw is not None)
    before, score_before = known[(len(known) - 1) // 2] if known else (None, None)
    down = 0.0 if before is None else (part.raw - before if scale.lower_is_better else before - part.raw)
    worse = down / abs(scale.red - scale.green)
    return Shift(name, part.raw, _score(part.raw, part, scale), part.weight, before, score_before, worse)


def _score(raw: float, part: MetricScore, scale: Threshold) -> float:
    return metric_score(raw, scale) if part.score is None else part.score
