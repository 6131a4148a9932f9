"""What helps and what costs an account most, against what accounts like it usually have."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from handlers.words.figures import count, points, target, title, value
from handlers.words.layout import marked, paragraph
from handlers.words.parts import Part
from scoring.model import Model
from scoring.peers import FEWEST, Peers, usual_score
from scoring.rounding import shown
from scoring.score import Score

MOST = 3
_LEAST = 0.05
"""What is less does not show as a point lost."""


@dataclass(frozen=True, slots=True)
class _News:
    """A part, its raw value, the points by which it is better than what is usual, and that in words."""

    part: Part
    raw: float
    gap: float
    usual: str

    @property
    def size(self) -> float:
        return abs(self.gap)


class Against(NamedTuple):
    """What costs or helps most: a heading, against what it is held, and lines of points and words."""

    heading: str
    usual: str
    lines: tuple[tuple[str, str], ...]


def costs(score: Score, parts: Sequence[Part], peers: Peers | None, model: Model) -> list[str]:
    """Name in lines what costs most points against what is usual, with its target; nothing without a score."""
    return _section(costing(score, parts, peers, model))


def helps(score: Score, parts: Sequence[Part], peers: Peers | None, model: Model) -> list[str]:
    """Name in lines what brings most points against what is usual; nothing where there is no score."""
    return _section(helping(score, parts, peers, model))


def costing(score: Score, parts: Sequence[Part], peers: Peers | None, model: Model) -> Against | None:
    """Name what costs most points against what is usual, with its target; None where there is no score."""
    if score.quantitative_score is None:
        return None
    thresholds = model.thresholds[score.segment]
    worse = _most([one for one in _news(parts, peers, model) if shown(-one.gap) > 0])
    lines = [_line(one, score, f"; {target(one.part.name, thresholds.get(one.part.name))}") for one in worse]
    heading = f"What costs most ({lost_in_all(score, score.quantitative_score)})"
    said = _held(heading, lines, "worse", _against(score, peers))
    return said._replace(usual=f"{losing(score, parts)} {said.usual}".strip())


def lost_in_all(score: Score, quantitative: float) -> str:
    """Say how many points an account is short of 100."""
    return f"{points(100 - quantitative)} points are lost in all{_before_cap(score)}"


def losing(score: Score, parts: Sequence[Part]) -> str:
    """Name by what most points are lost, as the record itself has it; nothing where none is, or there is no score."""
    gaps = [(100 * part.metric.weight - part.metric.points, part) for part in parts if part.metric.raw is not None]
    most = sorted((one for one in gaps if one[0] >= _LEAST), key=lambda one: (-one[0], one[1].group, one[1].name))
    if score.quantitative_score is None or not most:
        return ""
    return f"Most is lost by {'; '.join(_loss(part, gap, score) for gap, part in most[:MOST])}."


def _loss(part: Part, gap: float, score: Score) -> str:
    return f"{title(part.name)}, {_now(part, score)} ({points(gap)})"


def helping(score: Score, parts: Sequence[Part], peers: Peers | None, model: Model) -> Against | None:
    """Name what brings most points against what is usual; None where there is no score."""
    if score.quantitative_score is None:
        return None
    better = _most([one for one in _news(parts, peers, model) if shown(one.gap) > 0])
    lines = [_line(one, score, "") for one in better]
    heading = f"What helps most ({points(score.quantitative_score)} points in all{_before_cap(score)})"
    return _held(heading, lines, "better", _against(score, peers))


def _held(heading: str, lines: Sequence[tuple[str, str]], way: str, usual: str) -> Against:
    return Against(heading, f"Against {usual}:" if lines else f"Nothing is {way} than {usual}.", tuple(lines))


def _section(said: Against | None) -> list[str]:
    if said is None:
        return []
    lines = (marked(f"{gap:>4} points:", words) for gap, words in said.lines)
    return [said.heading, *paragraph(said.usual, "  "), *(line for own in lines for line in own)]


def _against(score: Score, peers: Peers | None) -> str:
    segment = score.segment.capitalize()
    if peers is None or not peers.usual:
        return f"a middling score of 50 (fewer than {FEWEST} other {segment} accounts have a record to compare with)"
    others = count(peers.accounts, "other")
    return f"what {segment} accounts usually have (the median of {others}, {peers.period})"


def _news(parts: Sequence[Part], peers: Peers | None, model: Model) -> list[_News]:
    return [_one(part, part.metric.raw, peers, model) for part in parts if part.metric.raw is not None]


def _one(part: Part, raw: float, peers: Peers | None, model: Model) -> _News:
    key = part.group, part.name
    gap = part.metric.points - part.metric.weight * usual_score(key, peers, model)
    usual = None if peers is None else peers.usual.get(key)
    return _News(part, raw, gap, "" if usual is None else f", usually {value(part.name, usual, None)}")


def _most(news: list[_News]) -> list[_News]:
    return sorted(news, key=lambda one: -one.size)[:MOST]


def _line(one: _News, score: Score, aim: str) -> tuple[str, str]:
    return points(one.size), f"{title(one.part.name)}: {_now(one.part, score)}{one.usual}{aim}"


def _now(part: Part, score: Score) -> str:
    if part.metric.raw is None:
        return ""
    return value(part.name, part.metric.raw, part.window_days, lower_bound=f"waiting:{part.name}" in score.flags)


def _before_cap(score: Score) -> str:
    return "" if score.final_score == score.quantitative_score else ", before the cap"
