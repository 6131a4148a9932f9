"""What a score is made of, in words and points: its groups and their parts, what is missing."""

from collections.abc import Sequence
from math import fsum
from typing import NamedTuple

from handlers.words.figures import group_title, percent, points, title
from handlers.words.layout import Passage, paragraph, points_of
from scoring.metrics.catalogue import TITLES
from scoring.model import Model, window_days
from scoring.score import MetricScore, Score


class Part(NamedTuple):
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


def missing(score: Score, parts: Sequence[Part]) -> list[str]:
    """Say in lines how much is missing, and which metrics by group."""
    said = missing_said(score, parts)
    return [] if said is None else ["What is missing", *paragraph(said.text, "  "), *points_of(said.points)]


def missing_said(score: Score, parts: Sequence[Part]) -> Passage | None:
    """Say how much is missing, and which metrics by group; None where nothing is."""
    lost = [part for part in parts if part.missing]
    if not lost:
        return None
    text = f"{missing_share(score, parts)} `healthscore doctor` says what it takes to know them."
    groups = {group: [part for part in parts if part.group == group] for group in (*score.dimensions, "platform_value")}
    named = [f"{group_title(group)}: {_names(own)}" for group, own in groups.items() if any(p.missing for p in own)]
    return Passage(text, tuple(named))


def missing_share(score: Score, parts: Sequence[Part]) -> str:
    """Say how much is missing."""
    lost = sum(part.missing for part in parts)
    return f"{lost} of {len(parts)} metrics and pillars, {percent(100 - score.coverage_pct)} of all that counts."


def _names(parts: Sequence[Part]) -> str:
    names = [part.name for part in parts if part.missing]
    listed = ", ".join(title(name).removesuffix(f" ({TITLES['platform_value']})") for name in names)
    return f"all of it ({listed})" if len(names) == len(parts) else listed
