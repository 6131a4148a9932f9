"""A record of names that the program does not have, or has no longer, is told and written all the same."""

import json

from hypothesis import given, settings

from config.loader import load_config
from config.record_map import row
from handlers.words.explanation import Beside, explanation
from scoring.metrics.catalogue import BY_NAME
from tests.scoring.foreign import Proved, records

MAP = load_config().record_map


@settings(max_examples=40)
@given(records())
def test_an_explanation_names_what_it_has_no_words_for_as_the_record_does(proved: Proved) -> None:
    """Every metric that has no value is named, whoever made the record."""
    record, model = proved.record, proved.model
    told = " ".join(explanation(record.score, record.measurements, model, Beside(stored=record)).split())
    metrics = [item for dimension in record.score.dimensions.values() for item in dimension.metrics.items()]
    missing = [name for name, metric in [*metrics, *record.score.platform_value.items()] if metric.score is None]
    assert all(" ".join(name.replace("_", " ").split()) in told for name in missing)
    assert "The stored record" not in told


@settings(max_examples=40)
@given(records())
def test_a_row_has_the_numbers_of_the_record_and_nothing_for_what_it_never_had(proved: Proved) -> None:
    """The receipt tells the rest: each metric by the name it had."""
    cells = dict(row(proved.record, MAP))
    assert cells["final_score"] == proved.record.score.final_score
    assert [cells[name] for name in BY_NAME] == [None] * len(BY_NAME)
    receipt = json.loads(str(cells["receipt"]))
    names = {name: set(dimension.metrics) for name, dimension in proved.record.score.dimensions.items()}
    assert {name: set(metrics) for name, metrics in receipt["dimensions"].items()} == names
