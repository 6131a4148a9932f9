"""The catalogue: what is known of a metric by its name."""

from scoring.metrics.catalogue import METRICS, named


def test_a_metric_has_the_place_and_words_of_its_row() -> None:
    """One row for each name."""
    assert [named(metric.name) for metric in METRICS] == list(METRICS)


def test_a_name_that_only_an_old_record_knows_is_its_own_words() -> None:
    """It has no source, window or unit any more."""
    gone = named("detractors_pct")
    assert (gone.label, gone.role, gone.window, gone.unit) == ("detractors pct", None, None, "")
