"""Peers: what other accounts of a segment usually have, so that one account can be held against them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median_low

from scoring.model import Model, Segment
from scoring.plans import PLATFORM_VALUE
from scoring.record import Record
from scoring.scales import metric_score
from scoring.score import PartKey, Score

FEWEST = 5
"""Of fewer accounts than these nothing is usual."""
MIDDLE = 50.0
"""What a metric is held against where nothing is usual: the score at yellow."""


@dataclass(frozen=True, slots=True)
class Peers:
    """The median raw value of each metric and pillar, over so many other accounts of a segment in a period."""

    segment: Segment
    period: str
    accounts: int
    usual: Mapping[PartKey, float]


def peers_of(records: Iterable[Record], account_id: str, segment: Segment, period: str) -> Peers:
    """Say what accounts of a segment other than this one usually have, by their records of a period."""
    others = [one.score for one in records if one.score.account_id != account_id and one.score.segment == segment]
    found: dict[PartKey, list[float]] = {}
    for score in others:
        for key, raw in _scored(score):
            found.setdefault(key, []).append(raw)
    usual = {key: median_low(values) for key, values in found.items() if len(values) >= FEWEST}
    return Peers(segment, period, len(others), usual)


def _scored(score: Score) -> Iterable[tuple[PartKey, float]]:
    for key, metric in score.parts.items():
        if metric.score is not None and metric.raw is not None:
            yield key, metric.raw


def usual_score(key: PartKey, peers: Peers | None, model: Model) -> float:
    """Score what is usual of a metric or pillar under a model; where nothing is, the middle."""
    group, name = key
    usual = None if peers is None else peers.usual.get(key)
    if usual is None or peers is None:
        return MIDDLE
    if group == PLATFORM_VALUE:
        return usual
    threshold = model.thresholds[peers.segment].get(name)
    return MIDDLE if threshold is None else metric_score(usual, threshold)
