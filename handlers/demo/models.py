"""The model that the demo's first months were scored under, before its weights were changed."""

from dataclasses import replace

from config.model_text import model_text, version_of
from scoring.model import Model

CHANGED = "2026-02"
"""The first month that was closed under the present weights."""

_CHURN_RISK, _PLATFORM_VALUE = 0.70, 0.30


def first_model(model: Model) -> Model:
    """Give the present model as its first version was: Churn Risk counted for more, Platform Value for less."""
    first = replace(model, version="", churn_risk=_CHURN_RISK, platform_value=_PLATFORM_VALUE)
    return replace(first, version=version_of(model_text(first)))
