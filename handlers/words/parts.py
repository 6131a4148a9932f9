"""What a score is made of, in words and points: its groups, what costs and helps most, what is missing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import fsum

from handlers.words.figures import group_title, percent, points, target, title, value
from handlers.words.layout import marked, paragraph, points_of
from scoring.metrics.catalogue import TITLES
from scoring.model import Model, Threshold, window_days
from scoring.rounding import shown
from scoring.score import MetricScore, Score

MOST = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One metric or pillar that the model weighs: its group, its share of the whole model, its score.

    `window_days` is how far back it looks (None: a present value).
    """

    group: str
    name: str
    share: float
    metric: MetricScore
    window_days: float | None = None

    @property
    def missing(self) -> bool:
        """Tell whether it has no score."""
        return self.metric.score is None

    @property
    def lost(self) -> float:
        """Give the points that it costs."""
        return 100.0 * self.metric.weight - self.metric.points


def parts_of(score: Score, model: Model) -> list[Part]:
    """List the metrics and pillars that the model weighs."""
    windows = window_days(model)
    metrics = [
        Part(group, name, _share(group, name, model), metric, windows[name])
        for group, dimension in score.dimensions.items()
        for name, metric in dimension.metrics.items()
    ]
    pillars = [
        Part("platform_value", name, model.platform_value * model.pillars[name], metric)
        for name, metric in score.platform_value.items()
    ]
    return [part for part in [*metrics, *pillars] if part.share > 0]


def _share(dimension: str, metric: str, model: Model) -> float:
    return model.churn_risk * model.dimensions[dimension] * model.metrics[dimension][metric]


def table(score: Score, parts: Sequence[Part]) -> list[str]:
    """Show Churn Risk, its dimensions and Platform Value with their scores, coverage and weight."""
    groups = {group: [part for part in parts if part.group == group] for group in score.dimensions}
    pillars = [part for part in parts if part.group == "platform_value"]
    churn_risk = [part for group in groups.values() for part in group]
    return [
        f"{'What it is made of':<32}{'score':>8}{'coverage':>11}{'weight':>9}",
        _row("Churn Risk (high is healthy)", score.churn_risk_score, churn_risk),
        *(_row(f"  {group_title(group)}", score.dimensions[group].score, own) for group, own in groups.items()),
        _row(TITLES["platform_value"], score.platform_value_score, pillars),
    ]


def _row(label: str, result: float | None, parts: Sequence[Part]) -> str:
    whole = fsum(part.share for part in parts)
    known = fsum(part.share for part in parts if not part.missing)
    coverage = percent(100 * known / whole) if whole else "none"
    shown_result = "missing" if result is None else points(result)
    return f"  {label:<30}{shown_result:>8}{coverage:>11}{percent(100 * whole):>9}"


def costs(score: Score, parts: Iterable[Part], thresholds: Mapping[str, Threshold]) -> list[str]:
    """Name the parts that cost most points, with their targets; nothing where there is no score."""
    if score.quantitative_score is None:
        return []
    lines = [
        line
        for part, raw in _most(parts, lambda part: part.lost)
        for line in marked(
            f"{points(part.lost):>4} points:",
            f"{_raw(part, raw, score)}; {target(part.name, thresholds.get(part.name))}",
        )
    ]
    heading = f"What costs most ({points(100 - score.quantitative_score)} points are lost in all{_before_cap(score)})"
    return [heading, *(lines or ["  Nothing: all that is known has full points."])]


def helps(score: Score, parts: Iterable[Part]) -> list[str]:
    """Name the parts that help most, with the points they add of those they could."""
    if score.quantitative_score is None:
        return []
    lines = [
        line
        for part, raw in _most(parts, lambda part: part.metric.points)
        for line in marked(
            f"{points(part.metric.points):>4} of {points(100 * part.metric.weight):>4} points:",
            _raw(part, raw, score),
        )
    ]
    heading = f"What helps most ({points(score.quantitative_score)} points in all{_before_cap(score)})"
    return [heading, *(lines or ["  Nothing: all that is known is at its worst."])]


def _most(parts: Iterable[Part], figure: Callable[[Part], float]) -> list[tuple[Part, float]]:
    known = [(part, part.metric.raw) for part in parts if part.metric.raw is not None and shown(figure(part)) > 0]
    return nlargest(MOST, known, key=lambda pair: figure(pair[0]))


def _before_cap(score: Score) -> str:
    return "" if score.final_score == score.quantitative_score else ", before the cap"


def _raw(part: Part, raw: float, score: Score) -> str:
    lower_bound = f"waiting:{part.name}" in score.flags
    return f"{title(part.name)}: {value(part.name, raw, part.window_days, lower_bound=lower_bound)}"


def missing(score: Score, parts: Sequence[Part]) -> list[str]:
    """Say how much is missing, what it could mean, and which metrics by group."""
    lost = [part for part in parts if part.missing]
    if not lost:
        return ["What is missing", "  Nothing: every metric that the model weighs is known."]
    text = f"{len(lost)} of {len(parts)} metrics and pillars, {percent(100 - score.coverage_pct)} of the weight."
    if score.low is not None and score.high is not None:
        text += (
            f" With all of it at its worst the score would be {points(score.low)}, at its best {points(score.high)}."
        )
    groups = {group: [part for part in parts if part.group == group] for group in (*score.dimensions, "platform_value")}
    named = [f"{group_title(group)}: {_names(own)}" for group, own in groups.items() if any(p.missing for p in own)]
    return ["What is missing", *paragraph(text, "  "), *points_of(named)]


def _names(parts: Sequence[Part]) -> str:
    names = [part.name for part in parts if part.missing]
    listed = ", ".join(title(name).removesuffix(f" ({TITLES['platform_value']})") for name in names)
    return f"all of it ({listed})" if len(names) == len(parts) else listed
