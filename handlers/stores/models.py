"""Models as a store keeps them: beside the records that were made under them, by their version."""

from config.errors import ConfigError
from config.model_text import model_from_text
from handlers.stores.protocol import RecordStore
from scoring.model import Model


def kept_model(store: RecordStore, version: str) -> Model | None:
    """Give a model that a store keeps; None where it has none of the version, or none that can be read."""
    text = store.model(version)
    try:
        return None if text is None else model_from_text(text)
    except ConfigError:
        return None
