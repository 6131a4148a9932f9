"""The record map as it is written: with what is said of each record in words."""

from collections.abc import Callable
from dataclasses import replace

from config.record_map import DRIVERS, RecordMap
from handlers.words.why import why
from scoring.model import Model
from scoring.record import Record

Models = Callable[[str], Model | None]
"""Gives a model by its version; None where it is not known any more."""


def nothing_known(_version: str) -> None:
    """Know no model besides the present one's."""


def spoken(model: Model, record_map: RecordMap, models: Models) -> RecordMap:
    """Give a record map, whose field of drivers says why; a record of another model is told under that model."""
    others: dict[str, Model | None] = {model.version: model}

    def say(record: Record) -> str:
        version = record.score.model_version
        if version not in others:
            others[version] = models(version)
        return why(record, others[version])

    return tuple(replace(field, get=say) if field.path == DRIVERS else field for field in record_map)
