"""What differs between two models, in words: which figure, from what to what."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from handlers.words.figures import group_title, title
from scoring.metrics.catalogue import BY_NAME, TITLES
from scoring.model import Model
from scoring.model_changes import ModelChange, model_changes


class Said(NamedTuple):
    """A change in words: what it is about, and the values before and after."""

    what: str
    before: str
    after: str


_PLACES = {
    "churn_risk": "Weight of Churn Risk",
    "platform_value": "Weight of Platform Value",
    "coverage_floor": "Coverage floor (%)",
    "tiers": "Lowest scores of the tiers",
    "dimensions": "Weight of the dimension",
    "metrics": "Share of the metric",
    "pillars": "Share of the pillar",
    "caps": "Cap",
    "expiry_days": "Days a signal counts",
    "thresholds": "Thresholds",
}


def changes_said(then: Model, now: Model) -> list[Said]:
    """Say every figure and word that differs, in the order of their paths."""
    return [said for change in model_changes(then, now) for said in _said(change)]


def _said(change: ModelChange) -> Iterator[Said]:
    head, *rest = change.path.split(".")
    what = _PLACES.get(head, head.replace("_", " ").capitalize())
    named = [name for name in map(_name, rest) if name]
    yield Said(": ".join([what, ", ".join(named)] if named else [what]), _value(change.then), _value(change.now))


def _name(part: str) -> str:
    if part in BY_NAME:
        return title(part)
    return group_title(part) if part in TITLES else part.replace("_", " ")


def _value(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(_item, value)) or "nothing"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _item(value: object) -> str:
    return " ".join(map(_value, value)) if isinstance(value, tuple) else _value(value)
