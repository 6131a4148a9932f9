"""The flat re-scorer: every figure that it gives is the one that `grade` gives."""

from collections.abc import Iterable
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.metrics.measure import Measure
from scoring.model import Model
from scoring.rescorer import Cell, flatten, layout_of, rescore
from scoring.score import Measurements, grade
from tests.models import the_model
from tests.scoring.cells import draft, figures_of, measurements
from tests.scoring.foreign import Proved, records

MODEL = the_model()
LAYOUT = layout_of(MODEL)


def differing(measured: Iterable[Measurements], model: Model) -> list[Measurements]:
    """Give what is re-scored otherwise than it is graded."""
    told = list(measured)
    figures = rescore([flatten(one, LAYOUT) for one in told], model, LAYOUT)
    return [one for one, flat in zip(told, figures, strict=True) if flat != figures_of(grade(one, model))]


def test_thousands_of_cells_under_many_models_have_the_figures_of_grade() -> None:
    """Weights, thresholds, caps, tiers, floors and expiries of any size; any metric missing, any signal logged."""
    rng = Random(11)  # noqa: S311 - no secret
    models = [MODEL, *(draft(rng, MODEL) for _ in range(60))]
    assert [differing(measurements(rng, model, 40), model) for model in models] == [[]] * len(models)


@settings(max_examples=50)
@given(st.integers(0, 2**32))
def test_any_cell_under_any_model_has_the_figures_of_grade(seed: int) -> None:
    """Seeds that nobody chose."""
    rng = Random(seed)  # noqa: S311 - no secret
    assert differing(measurements(rng, MODEL, 5), draft(rng, MODEL)) == []


@settings(max_examples=50)
@given(records())
def test_so_it_is_with_metrics_that_no_catalogue_has(proved: Proved) -> None:
    """A layout is made of models, whatever they measure."""
    layout = layout_of(proved.model)
    cell = flatten(proved.record.measurements, layout)
    assert list(rescore([cell], proved.model, layout)) == [figures_of(proved.record.score)]


def test_the_cells_try_every_outcome() -> None:
    """Unscored and each tier, with and without a cap: else the equality above would prove little."""
    rng = Random(11)  # noqa: S311 - no secret
    found = {(one.tier, one.cap is None) for one in rescore(_cells(rng, 2_000), MODEL, LAYOUT)}
    tiers = (None, "Unknown", *(name for name, _ in MODEL.tiers))
    assert found >= {(tier, True) for tier in tiers} | {(None, False), ("Critical", False), ("Unknown", False)}


def _cells(rng: Random, count: int) -> list[Cell]:
    return [flatten(one, LAYOUT) for one in measurements(rng, MODEL, count)]


def test_a_layout_has_what_any_of_its_models_has_once() -> None:
    """In the order of the first that has it."""
    more = replace(MODEL, pillars={**MODEL.pillars, "new": 0.0})
    assert layout_of(MODEL, more) == (*LAYOUT, ("platform_value", "new"))
    assert layout_of(MODEL, MODEL) == LAYOUT


def test_what_a_layout_lacks_is_missing() -> None:
    """As `grade` would say of an account of which it was not measured."""
    measured = next(measurements(Random(5), MODEL, 1))  # noqa: S311 - no secret
    full = {name: {metric: Measure(1) for metric in group} for name, group in measured.dimensions.items()}
    group, metric = LAYOUT[0]
    fewer = {name: {m: one for m, one in full[name].items() if m != metric} for name in full}
    cell = flatten(replace(measured, dimensions=full), LAYOUT[1:])
    graded = grade(replace(measured, dimensions=fewer), MODEL)
    assert group in fewer
    assert list(rescore([cell], MODEL, LAYOUT[1:])) == [figures_of(graded)]
