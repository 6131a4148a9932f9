"""A score by the plan of its model is the plain score, to the last bit; a plan is made once for a model."""

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.model import Model
from scoring.once import MOST, once
from scoring.plans import plans
from scoring.score import grade
from tests.models import the_model
from tests.scoring.cells import draft, measurements
from tests.scoring.foreign import Proved, records
from tests.scoring.plain_grade import plain_grade

MODEL = the_model()


def test_thousands_of_scores_under_many_models_are_the_plain_ones() -> None:
    """Weights, thresholds, caps, tiers, floors and expiries of any size; any metric missing, any signal logged."""
    rng = Random(17)  # noqa: S311 - no secret
    for model in (MODEL, *(draft(rng, MODEL) for _ in range(60))):
        for one in measurements(rng, model, 40):
            assert repr(grade(one, model)) == repr(plain_grade(one, model))


@settings(max_examples=50)
@given(st.integers(0, 2**32))
def test_any_score_under_any_model_is_the_plain_one(seed: int) -> None:
    """Seeds that nobody chose; -0.0 is not 0.0 here, and 1 is not 1.0."""
    rng = Random(seed)  # noqa: S311 - no secret
    model = draft(rng, MODEL)
    for one in measurements(rng, MODEL, 5):
        assert repr(grade(one, model)) == repr(plain_grade(one, model))


@settings(max_examples=50)
@given(records())
def test_so_it_is_with_metrics_that_no_catalogue_has(proved: Proved) -> None:
    """A plan is made of the model, whatever it measures."""
    measured = proved.record.measurements
    assert repr(grade(measured, proved.model)) == repr(plain_grade(measured, proved.model))


def test_what_follows_from_a_model_is_worked_out_once() -> None:
    """For as long as few others come in between; an equal model is another one."""
    asked: list[str] = []

    @once
    def version(model: Model) -> str:
        asked.append(model.version)
        return model.version

    first, others = replace(MODEL, version="a"), [replace(MODEL, version=str(number)) for number in range(MOST)]
    assert [version(first), version(first), version(replace(first))] == ["a"] * 3
    assert asked == ["a"] * 2
    assert [version(other) for other in others] == [other.version for other in others]
    assert version(first) == "a"
    assert asked == ["a", "a", *(other.version for other in others), "a"]
    assert plans(MODEL) is plans(MODEL)
