"""From a raw value to the score of its metric."""

from typing import TypeAlias

from scoring.model import Threshold

Scale: TypeAlias = tuple[int, float, float, float]
"""A sign, and where green, yellow and red are once raw values are multiplied by it."""


def metric_score(raw: float, threshold: Threshold) -> float:
    """Map a raw value to 0-100: green or better 100, yellow 50, red or worse 0, linear between."""
    return scaled(raw, scale_of(threshold))


def scale_of(threshold: Threshold) -> Scale:
    """Turn a threshold into a scale on which less is better; its sign brings raw values there."""
    sign = 1 if threshold.lower_is_better else -1
    return sign, sign * threshold.green, sign * threshold.yellow, sign * threshold.red


def scaled(raw: float, scale: Scale) -> float:
    """Map a raw value to 0-100 by its scale."""
    sign, green, yellow, red = scale
    value = sign * raw
    if value <= green:
        return 100.0
    if value >= red:
        return 0.0
    if value <= yellow:
        return 100.0 - 50.0 * (value - green) / (yellow - green)
    return 50.0 * (red - value) / (red - yellow)
