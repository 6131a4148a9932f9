"""Why a metric has no value, in a few words."""

from collections.abc import Sequence

from config.source import label_of
from handlers.words.flags import sentences
from handlers.words.history import why_blind
from handlers.words.parts import Part
from scoring.blind_spots import BlindSpot
from scoring.metrics.catalogue import named
from scoring.model import Model
from scoring.score import Measurements

_NOTHING = "Nothing that it is measured by is known."
_NONE_SUCH = "There was none to measure."
_NO_TARGET = "The model has no target for it in this segment."


def why_missing(part: Part, measurements: Measurements, model: Model, blind: Sequence[BlindSpot]) -> str:
    """Say why a metric or pillar that the model weighs has no score."""
    if part.metric.raw is not None:
        return _NO_TARGET
    measures = measurements.dimensions.get(part.group, measurements.pillars)
    own = measures[part.name].flags if part.name in measures else ()
    if own:
        return " ".join(sentences(own, measurements, model))
    role = named(part.name).role
    spots = [spot for spot in blind if model.roles.get(spot.source) == role]
    if spots:
        return "; ".join(f"{label_of(spot.source)}: {why_blind(spot)}" for spot in spots) + "."
    return _NONE_SUCH if role == "support" else _NOTHING
