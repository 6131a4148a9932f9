"""Shares of a few: a proportion, and the limits that hold it."""

from math import sqrt
from typing import NamedTuple

NORMAL = 1.959963984540054
"""So many standard errors hold 95 % of a normal distribution."""


class Proportion(NamedTuple):
    """So many of so many; `low` and `high` are the limits of Wilson's 95 % interval, 0 and 1 where there are none."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """Give the share; None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def low(self) -> float:
        """Give the lower limit."""
        return max(0.0, self._middle - self._half) if self.whole and self.part else 0.0

    @property
    def high(self) -> float:
        """Give the upper limit."""
        return min(1.0, self._middle + self._half) if self.whole and self.part < self.whole else 1.0

    @property
    def _middle(self) -> float:
        return (self.part + NORMAL**2 / 2) / (self.whole + NORMAL**2)

    @property
    def _half(self) -> float:
        """Half the width of Wilson's score interval (Wilson, 1927)."""
        spread = self.part * (self.whole - self.part) / self.whole + NORMAL**2 / 4
        return NORMAL * sqrt(spread) / (self.whole + NORMAL**2)
