"""The one rounding: to one decimal, half up, where a value is shown or written."""

from math import floor

TIE = 1e-9
"""A value this near to a tie is a tie: binary floats cannot hold most of them."""


def shown(value: float) -> float:
    """Round to one decimal, half up (65.35 becomes 65.4)."""
    return floor((value + TIE) * 10 + 0.5) / 10
