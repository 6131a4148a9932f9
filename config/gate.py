"""The limits of the gate that a change of the figures passes before it is published."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from config.kinds import Strict
from config.reading import read_table

GATE = "gate.yaml"
_Percent = Annotated[float, Field(ge=0, le=100)]
_Count = Annotated[float, Field(ge=1)]


@dataclass(frozen=True, slots=True)
class GateLimits:
    """How far a draft may go without a person's word; None where a limit is off. Shares are in percent."""

    tier_changes_pct: float | None = 20.0
    tier_changes_least: float = 10.0
    newly_at_risk_pct: float | None = 10.0
    weight_move_points: float | None = 10.0
    unmeasured: bool | None = True


class GateFile(Strict):
    """The file gate.yaml."""

    tier_changes_pct: _Percent | None
    tier_changes_least: _Count
    newly_at_risk_pct: _Percent | None
    weight_move_points: _Percent | None
    unmeasured: bool | None


def load_gate(directory: Path) -> GateLimits:
    """Load gate.yaml from a folder of figures; without one, the limits built in.

    Raises ConfigError with every problem of the file.
    """
    path = directory / GATE
    return GateLimits(**read_table(GateFile, path).model_dump()) if path.exists() else GateLimits()
