"""The limits of the guards that hold a close."""

from dataclasses import dataclass

from scoring.drift import DriftLimits

GUARDS = "guards.yaml"


@dataclass(frozen=True, slots=True)
class Guards:
    """When a close is held; None where a guard is off. Shares are in percent, moves in the metric's unit."""

    uncovered: bool | None = True
    fewer_scored_pct: float | None = 20.0
    tier_changes_pct: float | None = 20.0
    tier_changes_least: float = 10.0
    metric_shift_pct: float | None = 50.0
    metric_shift_times: float = 1.5
    metric_shift_closes: float = 3.0
    drift_pct: float | None = 25.0
    drift_times: float = 2.0
    drift_closes: float = 3.0

    @property
    def drift(self) -> DriftLimits:
        """Say from when a change is the source's; those built in where the guard is off."""
        usual = DriftLimits().pct if self.drift_pct is None else self.drift_pct
        return DriftLimits(usual, self.tier_changes_least, self.drift_times, self.drift_closes)
