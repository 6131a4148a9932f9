"""Two clocks in words: why what was shown then is not what is known now."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from config.source import label_of
from handlers.words.figures import count, number, points, short, with_sign
from handlers.words.history import NOTHING
from handlers.words.layout import clean
from scoring.clocks import Cause, Clocks, Figure, Late, Move
from scoring.instants import format_date
from scoring.model_changes import ModelChange
from scoring.score import MetricScore

CAUSES: Mapping[Cause, str] = {
    "undated": "came without a later date",
    "forgotten": "may be forgotten by now",
    "mapping": "mapped otherwise",
    "late": "seen after the record",
    "as_of": "the record is of an earlier instant",
    "model": "the model has changed",
}
"""What each cause is called in a table."""

MEANINGS: Mapping[Cause, str] = {
    "undated": (
        "what came without a later date bears none after the record: it was delivered late or imported, a source "
        "was covered or an owner named afterwards, or another version of the program measured"
    ),
    "forgotten": "the month is so long ago that observations of it may be forgotten",
}
"""What is to be known of a cause beside its name."""

_FIGURES: Mapping[str, str] = {
    "final_score": "Score",
    "tier": "Tier",
    "quantitative_score": "Score before a cap",
    "churn_risk_score": "Churn Risk",
    "platform_value_score": "Platform Value",
    "low": "Range from",
    "high": "Range to",
    "coverage_pct": "Covered, %",
    "cap": "Cap",
    "segment": "Segment",
    "arr": "ARR",
    "currency": "Currency",
    "flags": "Flags",
}

_TOLD = 5
"""So many figures of a changed model are told."""

_SCORES = frozenset("final_score quantitative_score churn_risk_score platform_value_score low high cap".split())


def figure_title(name: str) -> str:
    """Name a figure as people call it."""
    return _FIGURES[name]


def figure_words(name: str, figure: Figure) -> str:
    """Write a figure."""
    if isinstance(figure, tuple):
        return ", ".join(map(clean, figure)) or NOTHING
    if isinstance(figure, str):
        return clean(figure)
    if figure is None:
        return NOTHING
    return points(figure) if name in _SCORES else number(figure)


def metric_words(name: str, metric: MetricScore | None) -> str:
    """Write the raw value of a metric, and its score where it has one."""
    if metric is None or metric.raw is None:
        return NOTHING
    raw = short(name, metric.raw)
    return raw if metric.score is None else f"{raw}: {points(metric.score)}"


def cause_words(causes: Iterable[Cause]) -> str:
    """Name causes; empty where there are none."""
    return "; ".join(CAUSES[cause] for cause in causes)


def move_words(moves: Iterable[Move]) -> str:
    """Say what each cause made of the score: points, or nothing of it, or that it cannot be said."""
    return "; ".join(f"{CAUSES[move.cause]} ({_points(move)})" for move in moves)


def _points(move: Move) -> str:
    return "no number on one side" if move.points is None else with_sign(move.points)


def late_words(late: Iterable[Late]) -> str:
    """Count what was seen after the record, by source and kind."""
    kinds = Counter((one.subject.kind, one.subject.source) for one in late)
    return ", ".join(f"{count(n, kind)} ({label_of(source)})" for (kind, source), n in sorted(kinds.items()))


def model_words(changes: Sequence[ModelChange]) -> str:
    """Say what the models say otherwise: the first of it, and how much more there is."""
    told = [f"{clean(one.path)} {_leaf(one.then)} then, {_leaf(one.now)} now" for one in changes[:_TOLD]]
    more = len(changes) - _TOLD
    return "; ".join([*told, *([f"and {more:,} more"] if more > 0 else [])])


def _leaf(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return NOTHING if value is None else clean(str(value))


def late_line(one: Late) -> str:
    """Say of one subject since when it is so, and when that was seen."""
    source, kind, name = one.subject
    said = f"so since {format_date(one.at)}, seen {format_date(one.known_at)}"
    return f"{kind} {clean(name)} ({label_of(source)}): {said}"


def meanings(clocks: Clocks) -> list[str]:
    """Say what is to be known of the causes beside their names."""
    return [MEANINGS[cause] for cause in clocks.causes if cause in MEANINGS]
