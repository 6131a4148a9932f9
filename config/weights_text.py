"""weights.yaml with other weights in it: the rest of the text, comments included, stays as it is."""

from collections.abc import Mapping

from config.schema import SIDES
from config.yaml_edit import Place, with_texts


def joint_values(joint: Mapping[str, float]) -> dict[Place, float]:
    """Give the values of weights.yaml that make these joint weights: of each dimension, and of Platform Value last."""
    churn_risk, platform_value = SIDES
    dimensions = {name: weight for name, weight in joint.items() if name != platform_value}
    side = round(1.0 - joint[platform_value], 12)
    values: dict[Place, float] = {
        ("health_score", churn_risk): side,
        ("health_score", platform_value): joint[platform_value],
    }
    return values | {(churn_risk, name): weight / side for name, weight in dimensions.items()}


def metric_values(shares: Mapping[str, Mapping[str, float]]) -> dict[Place, float]:
    """Give the values of weights.yaml that make these shares of metrics, by dimension."""
    return {("weights", group, name): share for group, own in shares.items() for name, share in own.items()}


def with_values(text: str, values: Mapping[Place, float]) -> str:
    """Write numbers into the text of a YAML file, each in the place of the one that stands there.

    Raises ValueError where one has no place of its own in the text.
    """
    return with_texts(text, {place: _number(value) for place, value in values.items()})


def _number(value: float) -> str:
    """Write a number with at least two decimals, and as many more as it has."""
    short = f"{value:.2f}"
    return short if float(short) == value else repr(value)
