"""How sure the learned weights are: 90 % intervals by Laplace's approximation."""

import numpy as np

from handlers.calibrate.arrays import Vector
from handlers.calibrate.descent import curvature
from handlers.calibrate.estimator import Fit

NORMAL_90 = 1.6448536269514722
_FLAT = 1e-8


def weight_intervals(fitted: Fit) -> list[tuple[float, float]]:
    """Give, by group, between which limits a weight lies with 90 %, given the rows and the experts' word.

    Laplace's approximation: the objective is taken for a parabola around its lowest place, and the limits
    are those of the logit of each weight, so that they lie between 0 and 1. Resamples would be too narrow
    here: with few churns every resample stays near the experts.
    """
    spread = _covariance(fitted)
    parts, weights = fitted.objective.rows.parts, fitted.weights
    groups = parts.group_weights(weights)
    limits = []
    for member, group in zip(parts.membership.T, groups.tolist(), strict=True):
        slope = weights * (member - group) / (group * (1 - group))
        width = NORMAL_90 * float(np.sqrt(slope @ spread @ slope))
        middle = float(np.log(group / (1 - group)))
        limits.append((_share(middle - width), _share(middle + width)))
    return limits


def _covariance(fitted: Fit) -> Vector:
    """Invert the curvature over the weights' logarithms; along what changes nothing there is no spread."""
    values, vectors = np.linalg.eigh(curvature(fitted.place.at, fitted.objective))
    inverse = np.where(values > _FLAT, 1 / np.maximum(values, _FLAT), 0.0)
    whole = (vectors * inverse) @ vectors.T
    return np.asarray(whole[:-2, :-2])


def _share(logit: float) -> float:
    return float(1 / (1 + np.exp(-logit)))
