"""The model that the product ships with."""

from functools import cache

from config.loader import load_config
from scoring.model import Model


@cache
def the_model() -> Model:
    """Give the model of the figures in `config/`."""
    return load_config().model
