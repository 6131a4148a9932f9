"""Models and records whose dimensions, metrics and pillars no catalogue of ours has."""

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from scoring.instants import DAY
from scoring.metrics.measure import Measure
from scoring.model import SEGMENTS, Model, Threshold, Window
from scoring.model import window_days as windows_of
from scoring.record import Record
from scoring.score import Measurements, grade
from tests.models import the_model
from tests.scoring.accounts import AS_OF, ID

_NAMES = st.text(st.sampled_from("abcdefg_"), min_size=1, max_size=4)
_RAWS = st.none() | st.sampled_from([0, 1, 25.0, 60.5, 300.0])
_WINDOWS: st.SearchStrategy[Window] = st.sampled_from(["support", "trend", "history"])


@dataclass(frozen=True, slots=True)
class Proved:
    """A record, and the model it was made under."""

    record: Record
    model: Model


@st.composite
def models(draw: st.DrawFn) -> Model:
    """Give a model with dimensions, metrics and pillars of any name."""
    dimensions = draw(st.dictionaries(_NAMES, st.lists(_NAMES, min_size=1, max_size=3, unique=True), min_size=1))
    metrics = sorted({name for names in dimensions.values() for name in names})
    pillars = draw(st.lists(_NAMES, min_size=1, max_size=3, unique=True))
    thresholds = {name: Threshold(lower_is_better=True, green=0.0, yellow=50.0, red=100.0) for name in metrics}
    return replace(
        the_model(),
        dimensions=dict.fromkeys(dimensions, 1 / len(dimensions)),
        metrics={name: dict.fromkeys(names, 1 / len(names)) for name, names in dimensions.items()},
        pillars=dict.fromkeys(pillars, 1 / len(pillars)),
        thresholds=dict.fromkeys(SEGMENTS.values(), thresholds),
        metric_windows=draw(st.dictionaries(st.sampled_from(metrics), _WINDOWS)),
    )


@st.composite
def records(draw: st.DrawFn, of: st.SearchStrategy[Model] | None = None) -> Proved:
    """Give a record under such a model."""
    model = draw(models() if of is None else of)
    measures = st.builds(Measure, raw=_RAWS, flags=st.sampled_from([(), ("odd",)]))
    measurements = Measurements(
        ID,
        draw(st.sampled_from(sorted(SEGMENTS.values()))),
        AS_OF,
        {name: {metric: draw(measures) for metric in shares} for name, shares in model.metrics.items()},
        {name: draw(measures) for name in model.pillars},
        window_days=draw(st.sampled_from([None, windows_of(model)])),
    )
    return Proved(Record("2026-10", "final", AS_OF + DAY, measurements, grade(measurements, model)), model)
