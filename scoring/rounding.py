"""The one rounding: half up, to one decimal unless more are asked for, where a value is shown or written."""

from math import floor
from typing import overload

TIE = 1e-9
"""A value this near to a tie is a tie: binary floats cannot hold most of them."""


def shown(value: float, decimals: int = 1) -> float:
    """Round half up, to one decimal (65.35 becomes 65.4) or as many as are asked for."""
    scale: int = 10**decimals
    return floor((value + TIE) * scale + 0.5) / scale


@overload
def difference(before: float, after: float) -> float: ...
@overload
def difference(before: float | None, after: float | None) -> float | None: ...
def difference(before: float | None, after: float | None) -> float | None:
    """Give the points from one shown value to another, exactly as decimals; None where either has no number."""
    return None if before is None or after is None else (round(10 * after) - round(10 * before)) / 10
