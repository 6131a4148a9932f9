"""The limits of the guards that hold a close."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from config.kinds import Strict
from config.reading import read_table
from scoring.drift import DriftLimits

GUARDS = "guards.yaml"
_Percent = Annotated[float, Field(ge=0, le=100)]
_Count = Annotated[float, Field(ge=1)]


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


class GuardsFile(Strict):
    """The file guards.yaml; figures that came later may be absent."""

    uncovered: bool | None
    fewer_scored_pct: _Percent | None
    tier_changes_pct: _Percent | None
    tier_changes_least: _Count
    metric_shift_pct: _Percent | None
    metric_shift_times: _Count
    metric_shift_closes: _Count
    drift_pct: _Percent | None = 25.0
    drift_times: _Count = 2.0
    drift_closes: _Count = 3.0


def load_guards(directory: Path) -> Guards:
    """Load guards.yaml from a folder of figures; without one, the figures built in.

    Raises ConfigError with every problem of the file.
    """
    path = directory / GUARDS
    return Guards(**read_table(GuardsFile, path).model_dump()) if path.exists() else Guards()
