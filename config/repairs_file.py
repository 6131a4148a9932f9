"""The file repairs.yaml."""

from pathlib import Path
from string import Formatter
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StrictStr, model_validator

from config.kinds import Keys, Number, Positive, Strict, wrong
from config.reading import read_table
from config.repairs import REPAIRS, Repairs
from scoring.metrics.catalogue import BY_NAME
from scoring.repair import Way

PLACES = frozenset(("before", "after"))


def _sentence(text: str) -> str:
    try:
        named = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise wrong("expected a sentence; a brace stands alone in it") from error
    if not text.strip() or not named <= PLACES:
        raise wrong("expected a sentence with {before} and {after} at most")
    return text


class WayTable(Strict):
    """A metric's line: a step and the most it can move, or the value that it can be brought to."""

    step: Positive | None = None
    most: Positive | None = None
    to: Number | None = None
    says: Annotated[StrictStr, AfterValidator(_sentence)]

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        given = self.step is not None, self.most is not None, self.to is not None
        if given not in {(True, True, False), (False, False, True)}:
            raise wrong("expected step and most, or to alone")
        if self.step is not None and self.most is not None and self.most < self.step:
            raise wrong("expected most to be at least one step")
        return self

    def way(self) -> Way:
        """Give the way in the core's terms."""
        return Way(self.step or 0.0, self.most or 0.0, self.to)


class RepairsFile(Strict):
    """The file repairs.yaml."""

    most_metrics: Annotated[int, Field(ge=1, le=4)]
    metrics: Annotated[dict[str, WayTable], Keys("metric", dict.fromkeys(BY_NAME, WayTable), required=False)]


def load_repairs(directory: Path) -> Repairs:
    """Load repairs.yaml from a folder of figures; without one nothing can be repaired.

    Raises ConfigError with every problem of the file.
    """
    path = directory / REPAIRS
    if not path.exists():
        return Repairs()
    file = read_table(RepairsFile, path)
    ways = {name: table.way() for name, table in file.metrics.items()}
    return Repairs(ways, {name: table.says for name, table in file.metrics.items()}, file.most_metrics)
