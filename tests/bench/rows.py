"""What is printed: a figure with its spread, how often `json.loads` it takes, its goal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

TITLES = ("", "what", "median", "min..max", "x json.loads", "goal", "reached")
_WIDTHS = (2, 52, 15, 16, 21, 17, 7)


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some rounds, the least and the greatest."""

    median: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Take the median of values, at least one, and how far they lie apart."""
    return Spread(median(values), min(values), max(values))


@dataclass(frozen=True, slots=True)
class Goal:
    """A limit that the median of the figure, or of its ratio to `json.loads`, keeps to."""

    sign: Literal["<=", ">="]
    limit: float
    of_ratio: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the result: of benchmark `key`, a figure in a unit; `ratio` is to `json.loads`."""

    key: str
    what: str
    unit: str
    figure: Spread
    ratio: Spread | None = None
    goal: Goal | None = None

    @property
    def reached(self) -> bool | None:
        """Tell whether the goal is reached; None where there is none."""
        judged = self.ratio if self.goal is not None and self.goal.of_ratio else self.figure
        if self.goal is None or judged is None:
            return None
        return judged.median <= self.goal.limit if self.goal.sign == "<=" else judged.median >= self.goal.limit


def shown(row: Row) -> str:
    """Write a row as a line of the table."""
    figure, ratio = row.figure, row.ratio
    return lined_up(
        (
            row.key,
            row.what,
            f"{_number(figure.median)} {row.unit}",
            f"{_number(figure.low)}..{_number(figure.high)}",
            "" if ratio is None else f"{ratio.median:.2f} ({ratio.low:.2f}..{ratio.high:.2f})",
            _goal(row),
            {None: "", True: "yes", False: "NO"}[row.reached],
        )
    )


def lined_up(cells: Iterable[str]) -> str:
    """Write the cells of a line below one another."""
    return " ".join(cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True)).rstrip()


def _goal(row: Row) -> str:
    if row.goal is None:
        return ""
    limit = _number(row.goal.limit)
    return f"{row.goal.sign} {limit} x" if row.goal.of_ratio else f"{row.goal.sign} {limit} {row.unit}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 or value == int(value) else f"{value:.3g}"
