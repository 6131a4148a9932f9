"""The limits of the guards that hold a close."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from config.kinds import Strict
from config.reading import read_table

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


class GuardsFile(Strict):
    """The file guards.yaml."""

    uncovered: bool | None
    fewer_scored_pct: _Percent | None
    tier_changes_pct: _Percent | None
    tier_changes_least: _Count
    metric_shift_pct: _Percent | None
    metric_shift_times: _Count
    metric_shift_closes: _Count


def load_guards(directory: Path) -> Guards:
    """Load guards.yaml from a folder of figures; without one, the figures built in.

    Raises ConfigError with every problem of the file.
    """
    path = directory / GUARDS
    return Guards(**read_table(GuardsFile, path).model_dump()) if path.exists() else Guards()
