"""What can be changed within 30 days: the ways by which a repair may reach the next tier."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scoring.repair import Way

REPAIRS = "repairs.yaml"


@dataclass(frozen=True, slots=True)
class Repairs:
    """The ways by metric or pillar, what to do in words, and how many of them make a plan at most."""

    ways: Mapping[str, Way] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    most_metrics: int = 3
