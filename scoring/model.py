"""The model: every figure the score depends on, at a version."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from scoring.once import once
from scoring.roles import Roles
from scoring.words import Words

Segment: TypeAlias = Literal["paid", "standard"]
Window: TypeAlias = Literal["support", "trend", "history"]
SEGMENTS: Mapping[str, Segment] = {"paid": "paid", "standard": "standard"}
CapRule: TypeAlias = Literal["critical_confirmed", "critical_2plus", "critical_1", "moderate_1plus"]


@dataclass(frozen=True, slots=True)
class Threshold:
    """Raw values at which a metric scores 100 (green), 50 (yellow) and 0 (red)."""

    lower_is_better: bool
    green: float
    yellow: float
    red: float


@dataclass(frozen=True, slots=True)
class FeedLimits:
    """Ages in days after which a silent source is flagged stale, and its window missing (dead)."""

    stale_days: float
    dead_days: float | None


@dataclass(frozen=True, slots=True)
class Windows:
    """How far back metrics look, in days: support, and the history of payments, changes and reviews."""

    support_days: float
    history_days: float

    @property
    def trend_days(self) -> float:
        """The trend compares one support window with the two before it."""
        return 3 * self.support_days

    def days(self, window: Window | None) -> float | None:
        """Give the length of a window by its name; a present value has none."""
        if window is None:
            return None
        lengths = {"support": self.support_days, "trend": self.trend_days, "history": self.history_days}
        return lengths[window]


@dataclass(frozen=True, slots=True)
class Rules:
    """The words of support that metrics count by; all in lower case."""

    urgent_priorities: frozenset[str]
    urgent_tags: frozenset[str]
    escalation_tags: frozenset[str]
    customer_started: frozenset[str]
    agent_previews: frozenset[str]
    agent_resolved: frozenset[str]
    greetings: frozenset[str]


@dataclass(frozen=True, slots=True)
class Currencies:
    """The currency that thresholds are in, and what one unit of it is worth in the others."""

    corporate: str
    rates: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Model:
    """Weights, thresholds, caps, tiers and rules.

    Shares are of 1. `metrics` maps dimension to metric to share within the dimension; a share of
    0 means shown but not yet approved. `tiers` are (name, floor), highest first. `metric_windows`
    names the window of each metric that has one; the others are present values. `words` are by kind
    and field (`signal.severity`). `limits` and `roles` are by source: those that are in use.
    """

    version: str
    churn_risk: float
    platform_value: float
    dimensions: Mapping[str, float]
    metrics: Mapping[str, Mapping[str, float]]
    pillars: Mapping[str, float]
    thresholds: Mapping[Segment, Mapping[str, Threshold]]
    tiers: tuple[tuple[str, float], ...]
    coverage_floor: float
    caps: Mapping[CapRule, float]
    expiry_days: Mapping[str, float | None]
    paid_arr_floor: float
    standard_arr_ceiling: float
    limits: Mapping[str, FeedLimits]
    windows: Windows
    metric_windows: Mapping[str, Window]
    rules: Rules
    words: Mapping[str, Words]
    currencies: Currencies
    roles: Roles

    @property
    def doubts_signals(self) -> bool:
        """Tell whether what is not known of signals counts: once words of signals had no meanings in models."""
        return "signal.severity" in self.words


@once
def window_days(model: Model) -> Mapping[str, float | None]:
    """Say of each metric how far back it looks, in days; None for a present value."""
    names = (name for shares in model.metrics.values() for name in shares)
    return {name: model.windows.days(model.metric_windows.get(name)) for name in names}
