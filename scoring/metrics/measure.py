"""A measure: one metric's raw value, or nothing, and what must be said about it."""

from typing import TypeAlias

from msgspec import Struct

Raw: TypeAlias = int | float | None
"""A raw value in the unit of the metric's name; None: missing."""


class Measure(Struct, frozen=True):
    """A raw value in the unit of the metric's name (None: missing), and flags."""

    raw: Raw = None
    flags: tuple[str, ...] = ()


Measures: TypeAlias = dict[str, Measure]
MISSING = Measure()


def invalid(name: str) -> Measure:
    """Give the measure of a value that is an error of its source."""
    return Measure(None, (f"invalid:{name}",))


def small_sample(metric: str, size: int) -> tuple[str, ...]:
    """Flag a rate, mean or median over fewer than five conversations, or messages."""
    return (f"small_sample:{metric}",) if size < 5 else ()


def share(metric: str, part: int, whole: int) -> Measure:
    """Give a percentage of conversations; missing where there are none."""
    return Measure(100.0 * part / whole, small_sample(metric, whole)) if whole else MISSING


def percent_change(now: float, before: float) -> float:
    """Give the change from `before` (not zero) to `now`, in percent."""
    return (now - before) / before * 100.0
