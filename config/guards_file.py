"""The file guards.yaml."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from config.guards import GUARDS, Guards
from config.kinds import Strict
from config.reading import read_table

_Percent = Annotated[float, Field(ge=0, le=100)]
_Count = Annotated[float, Field(ge=1)]


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
