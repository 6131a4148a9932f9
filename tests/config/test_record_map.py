"""The record map: everything of a score, in order, by the names it was promised under."""

import json
from collections.abc import Mapping
from dataclasses import replace
from math import fsum

import pytest
from msgspec import structs

from config.loader import load_config
from config.record_map import DRIVERS, FITTING, FLAG_WORDS, PATHS, Cell, RecordField, cell, columns, row
from scoring.alerts import Alert
from scoring.instants import DAY, parse_instant
from scoring.metrics.catalogue import BY_NAME, DIMENSIONS, METRICS, PILLARS
from scoring.metrics.measure import MISSING, Measure
from scoring.record import Record
from scoring.score import Measurements, grade
from scoring.signals import Signal

CONFIG = load_config()
MAP = CONFIG.record_map
AS_OF = parse_instant("2026-11-01")


def record(measure: Measure = MISSING, **changes: object) -> Record:
    """Give a record whose metrics and pillars all have one measure."""
    dimensions: dict[str, dict[str, Measure]] = {}
    for metric in METRICS:
        dimensions.setdefault(metric.dimension, {})[metric.name] = measure
    pillars = {pillar.name: measure for pillar in PILLARS}
    ages = {"intercom": 2, "salesforce": 30, "looker": None}
    measurements = Measurements(
        "001RM000004UF9sYAG", "paid", AS_OF, dimensions, pillars, age_hours=ages, window_days={"p1_p2_volume": 30.0}
    )
    measurements = replace(measurements, account_name="Four Seasons", **changes)  # type: ignore[arg-type]
    return Record("2026-10", "final", AS_OF + 6 * DAY // 24, measurements, grade(measurements, CONFIG.model))


def cells(of: Record) -> Mapping[str, Cell]:
    """Give the row of a record by column."""
    return dict(row(of, MAP))


def test_every_metric_pillar_and_dimension_has_its_columns() -> None:
    """Nothing that is measured or scored can be left out of the record."""
    expected = {f"score.dimensions.{name}.{part}" for name in DIMENSIONS for part in ("score", "coverage_pct")}
    for metric in METRICS:
        expected |= {f"score.dimensions.{metric.dimension}.metrics.{metric.name}.{part}" for part in ("raw", "score")}
    for pillar in PILLARS:
        expected |= {f"score.platform_value.{pillar.name}.{part}" for part in ("raw", "score")}
    assert expected <= {field.path for field in MAP}


def test_columns_have_the_promised_names_in_their_order() -> None:
    """Scripts read the CSV by these names."""
    head = "account_id account_name period status as_of segment model_version external_key scoring_date"
    whole = (
        "quantitative_score final_score tier churn_risk_score platform_value_score coverage_pct low high cap cap_rule"
    )
    expected = [*head.split(), *whole.split()]
    for dimension in DIMENSIONS:
        expected += [f"{dimension}_score", f"{dimension}_coverage_pct"]
        expected += [name for metric in METRICS if metric.dimension == dimension for name in named(metric.name)]
    expected += [name for pillar in PILLARS for name in named(pillar.name)]
    assert list(columns(MAP)) == [*expected, "flags", "receipt", "alert_since", "drivers"]


def named(metric: str) -> tuple[str, str]:
    """Give the columns of a metric: as measured, as scored."""
    return metric, f"{metric}_score"


def test_there_are_more_than_thirty_custom_fields() -> None:
    """The Salesforce object has a field of its own for every value."""
    assert len({field.field for field in MAP}) == len(MAP) > 30


def test_a_row_tells_who_when_and_under_which_model() -> None:
    """The first columns are the record's identity."""
    assert row(record(), MAP)[:9] == (
        ("account_id", "001RM000004UF9sYAG"),
        ("account_name", "Four Seasons"),
        ("period", "2026-10"),
        ("status", "final"),
        ("as_of", "2026-11-01T00:00:00Z"),
        ("segment", "paid"),
        ("model_version", CONFIG.model.version),
        ("external_key", "001RM000004UF9sYAG_2026-10"),
        ("scoring_date", "2026-11-01"),
    )


def test_a_row_holds_what_the_score_holds() -> None:
    """Each cell is the very value at the end of its path."""
    made = record(Measure(3.0))
    said = cells(made)
    assert said["final_score"] == made.score.final_score
    assert said["coverage_pct"] == 100.0
    for metric in METRICS:
        part = made.score.dimensions[metric.dimension].metrics[metric.name]
        assert (said[metric.name], said[f"{metric.name}_score"]) == (3.0, part.score)
    for pillar in PILLARS:
        assert (said[pillar.name], said[f"{pillar.name}_score"]) == (3.0, 3.0)


def test_an_unscored_account_has_empty_cells_and_never_a_zero() -> None:
    """Missing is None in every cell but coverage, which is 0."""
    said = cells(record())
    zeros = {name for name, value in said.items() if value == 0}
    assert zeros == {"coverage_pct", *(f"{name}_coverage_pct" for name in DIMENSIONS)}
    filled = {name for name, value in said.items() if value is not None} - zeros
    identity = {name for name, _ in row(record(), MAP)[:9]}
    assert filled == identity | {"flags", "receipt"}


def test_a_cap_has_its_value_and_its_rule() -> None:
    """A confirmed critical signal caps at 50, and the record says by which rule."""
    signal = Signal("Critical", "Confirmed", "Active", AS_OF - DAY)
    said = cells(record(Measure(3.0), signals=(signal,)))
    assert (said["cap"], said["cap_rule"]) == (50.0, "critical_confirmed")


def test_flags_are_one_text() -> None:
    """Flags stand in one cell, in order, and each lone word can be asked for by itself."""
    made = record(flags=("stale:looker", "segment_assumed"))
    assert cells(made)["flags"] == "low_confidence;segment_assumed;stale:looker;unscored"
    by_word = {word: PATHS[f"score.flags.{word}"].get(made) for word in FLAG_WORDS}
    assert {word for word, said in by_word.items() if said} == {"low_confidence", "segment_assumed", "unscored"}


def test_an_instant_is_written_as_its_field_asks() -> None:
    """As a date or a date-time, both in UTC."""
    field = RecordField("scored_at", "Scored_At__c", "record.scored_at", "datetime", "Scored At")
    assert cell(record(), field) == "2026-11-01T06:00:00Z"
    assert cell(record(), replace(field, type="date")) == "2026-11-01"


WAITING = ("_pct.score", "_cx_score.score", "nps_score.score", "sentiment.score", "sentiment_trend.score")
"""The scores of metrics that are not approved."""


@pytest.mark.parametrize("path", sorted({*PATHS} - {DRIVERS}))
def test_every_path_can_be_asked_of_every_record(path: str) -> None:
    """No path fails on a full or an empty record, and each gives what it says it gives."""
    wanted = {"text": str, "number": float, "instant": int, "yes_no": bool}[PATHS[path].kind]
    signal = Signal("Critical", "Confirmed", "Active", None)
    alert = Alert(AS_OF, "steady", 43.2, 97, 1, 20, 200, "2026-10")
    full = replace(record(Measure(3.0), signals=(signal,)), alert=alert)
    values = [PATHS[path].get(record()), PATHS[path].get(full)]
    assert all(value is None or isinstance(value, wanted) for value in values)
    assert values[1] is not None or path.endswith(WAITING)
    assert PATHS[path].kind in FITTING


def test_words_are_filled_in_by_who_writes_a_record() -> None:
    """The figures know none: without words the cell is empty."""
    (field,) = (one for one in MAP if one.path == DRIVERS)
    assert cell(record(), field) is None
    assert cell(record(), replace(field, get=lambda of: f"why {of.key}")) == "why 001RM000004UF9sYAG_2026-10"


def test_a_record_of_before_a_metric_was_there_has_an_empty_cell() -> None:
    """A stored score that lacks a metric of today's catalogue can still be written."""
    made = record(Measure(3.0))
    old = {name: structs.replace(group, metrics={}) for name, group in made.score.dimensions.items()}
    assert cells(replace(made, score=replace(made.score, dimensions=old)))["p1_p2_volume"] is None


def test_the_receipt_proves_the_score() -> None:
    """Points of the receipt add up to the score, and raw values come with source, window and age."""
    signal = Signal("Moderate", "Likely", "Active", AS_OF - DAY, category="Competitor")
    made = record(Measure(3.0), signals=(signal,))
    receipt = json.loads(str(cells(made)["receipt"]))
    groups = [*receipt["dimensions"].values(), receipt["platform_value"]]
    lines = {name: line for group in groups for name, line in group.items()}
    assert lines.keys() == BY_NAME.keys()
    assert fsum(line["points"] for line in lines.values()) == pytest.approx(receipt["quantitative_score"], abs=0.05)
    assert fsum(line["weight"] for line in lines.values()) == pytest.approx(1)
    volume = lines["p1_p2_volume"]
    assert (volume["raw"], volume["source"], volume["window_days"], volume["age_hours"]) == (3.0, "intercom", 30, 2)
    assert receipt["signals"] == [
        {
            "category": "Competitor",
            "severity": "Moderate",
            "confidence": "Likely",
            "status": "Active",
            "date_observed": "2026-10-31T00:00:00Z",
        }
    ]


def test_the_receipt_fits_a_long_text_field() -> None:
    """A long text of Salesforce holds 131,072 characters at most; 32,768 unless asked for more."""
    assert len(str(cells(record(Measure(1 / 3)))["receipt"])) < 32_768
