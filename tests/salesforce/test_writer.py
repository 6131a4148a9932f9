"""The writer, the fake Salesforce and the metadata agree on every field of a record."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.record_map import RecordField, RecordMap
from handlers.metadata.fields import record_fields
from handlers.metadata.files import FIELDS as FOLDER
from handlers.metadata.picklists import SPELLINGS
from handlers.sinks.salesforce import SalesforceWriter
from scoring.instants import HOUR, parse_instant
from scoring.metrics.catalogue import METRICS, PILLARS
from scoring.metrics.measure import Measure
from scoring.model import Segment
from scoring.record import Record
from scoring.score import Measurements, grade
from scoring.signals import Signal
from tests.fakes.salesforce import FakeSalesforce
from tests.live.orgs import CONFIG, client, served
from tests.salesforce.package import of_type
from tests.salesforce.schema import objects

OBJECT = "Health_Score__c"
ACCOUNT = "001000000000001AAA"
AS_OF = parse_instant("2026-11-01")
LARGEST, SMALLEST = Measure(1e15), Measure(-1e15)


@pytest.fixture
def org(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSalesforce]:
    """Give an org that has the package, all of it."""
    with served(FakeSalesforce(), tmp_path, monkeypatch) as serving:
        serving.create_only = {OBJECT: frozenset()}
        serving.declare_package(OBJECT)
        yield serving


def record(
    measure: Measure, severity: str | None = None, confidence: str = "Confirmed", segment: Segment = "paid"
) -> Record:
    """Give a record whose metrics all have one measure, with a signal or without."""
    dimensions: dict[str, dict[str, Measure]] = {}
    for metric in METRICS:
        dimensions.setdefault(metric.dimension, {})[metric.name] = measure
    pillars = {pillar.name: Measure(50.0) for pillar in PILLARS} if measure.raw is not None else {}
    signals = () if severity is None else (Signal(severity, confidence, "Active", AS_OF),)
    measurements = Measurements(ACCOUNT, segment, AS_OF, dimensions, pillars, signals, account_name="A" * 255)
    return Record("2026-10", "final", AS_OF + 6 * HOUR, measurements, grade(measurements, CONFIG.model))


def failures(org: FakeSalesforce, written: Record, record_map: RecordMap = CONFIG.record_map) -> list[str]:
    """Write a record, and give what the org had against it."""
    writer = SalesforceWriter(client(org), record_map, sleep=lambda _: None)
    writer.write([written])
    return list(writer.failed.values())


def with_field(path: str, **changes: str) -> RecordMap:
    """Give the record map with one field changed."""
    return tuple(replace(field, **changes) if field.path == path else field for field in CONFIG.record_map)  # type: ignore[arg-type]


RECORDS = {
    "missing": record(Measure(None)),
    "largest": record(LARGEST, "Critical"),
    "smallest": record(SMALLEST, "Moderate", segment="standard"),
    "suspected": record(Measure(1 / 3), "Critical", "Suspected"),
}


@pytest.mark.parametrize("written", RECORDS.values(), ids=RECORDS)
def test_any_record_can_be_written_and_written_again(org: FakeSalesforce, written: Record) -> None:
    """Every value fits its field, and a parent that may be said again does no harm."""
    assert failures(org, written) == []
    later = replace(written, scored_at=written.scored_at + HOUR)
    assert failures(org, later) == []
    (kept,) = org.records[OBJECT].values()
    assert (kept["Account__c"], kept["External_Key__c"]) == (ACCOUNT, f"{ACCOUNT}_2026-10")


@pytest.mark.parametrize(
    ("path", "changes", "refusal"),
    [
        ("score.cap.rule", {"field": "Unheard__c"}, "INVALID_FIELD: No such column 'Unheard__c'"),
        ("score.final_score", {"field": "Final_Score__c"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ("score.tier", {"field": "Final_Tier__c"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ("score.tier", {"field": "Segment__c"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ("score.account_name", {"field": "Previous_Tier__c"}, "STRING_TOO_LONG"),
        ("score.cap.rule", {"field": "Scoring_Date__c"}, "JSON_PARSER_ERROR"),
        ("score.platform_value_score", {"field": "Is_Current__c"}, "JSON_PARSER_ERROR"),
    ],
)
def test_what_does_not_go_into_a_field_is_refused(
    org: FakeSalesforce, path: str, changes: dict[str, str], refusal: str
) -> None:
    """A field that the metadata lacks, one that is computed, a wrong word, too much text, a wrong type."""
    (failure,) = failures(org, RECORDS["largest"], with_field(path, **changes))
    assert refusal in failure


def test_a_number_too_large_is_refused(org: FakeSalesforce) -> None:
    """Salesforce keeps 16 whole digits of a raw value."""
    (failure,) = failures(org, record(Measure(1e16)))
    assert "NUMBER_OUTSIDE_VALID_RANGE" in failure


def test_a_record_without_its_month_is_refused(org: FakeSalesforce) -> None:
    """What the flows go by must be there."""
    period: RecordField = next(field for field in CONFIG.record_map if field.path == "record.period")
    others = tuple(field for field in CONFIG.record_map if field is not period)
    (failure,) = failures(org, RECORDS["largest"], others)
    assert "REQUIRED_FIELD_MISSING" in failure


def test_the_fields_are_those_of_the_record_map() -> None:
    """What is committed is what the map makes: type, precision, label, help, words."""
    made = dict(record_fields(CONFIG.record_map, CONFIG.model))
    assert {name: (FOLDER / name).read_text() for name in made} == made


def test_other_fields_are_not_the_middlewares() -> None:
    """Beside the map's fields there are those that formulas and flows keep."""
    ours = {"Is_Current__c", "Previous_Final_Score__c", "Previous_Tier__c", "Low_Confidence__c", "Stale_Source__c"}
    computed = {name for name, field in objects()[OBJECT].items() if field.is_computed}
    others = {path.name.partition(".")[0] for path in FOLDER.iterdir()} - {field.field for field in CONFIG.record_map}
    assert others == ours | computed


def test_every_field_that_is_read_is_there_in_its_kind() -> None:
    """config/sources.yaml and the metadata name the same objects and fields, and agree on what they hold."""
    goes = {"text": {"text", "picklist"}, "number": {"number"}, "date": {"date"}, "yes_no": {"yes_no", "picklist"}}
    for crm_object in CONFIG.intake.objects.values():
        there = objects()[crm_object.object]
        assert crm_object.owner_field is None or crm_object.owner_field in there
        for name in crm_object.required:
            assert name not in crm_object.fields or there[name].kind in goes[crm_object.fields[name].type], name


def test_every_word_that_can_be_chosen_has_a_meaning() -> None:
    """A value of the package's picklists that config gives no meaning would be flagged on every account."""
    for crm_object in CONFIG.intake.objects.values():
        for name, field in crm_object.fields.items():
            words = CONFIG.model.words.get(f"{crm_object.kind}.{field.name}")
            there = objects()[crm_object.object].get(name)
            if words is not None and there is not None:
                assert [word for word in there.words or () if words.meaning(word) is None] == [], name


DECIDING = [
    (crm_object.object, name, f"{crm_object.kind}.{field.name}")
    for crm_object in CONFIG.intake.objects.values()
    for name, field in crm_object.fields.items()
    if f"{crm_object.kind}.{field.name}" in CONFIG.intake.words and crm_object.object.endswith("__c")
] + [("Account", "Success_Tier__c", "account.success_tier")]


@pytest.mark.parametrize(("crm_object", "name", "place"), DECIDING)
def test_the_words_that_can_be_chosen_are_those_that_config_gives_a_meaning(
    crm_object: str, name: str, place: str
) -> None:
    """All of them and no other, in a picklist that takes nothing else."""
    field = objects()[crm_object][name]
    assert field.component is not None
    assert field.words == frozenset(CONFIG.intake.words[place]) - SPELLINGS
    assert field.component.text("valueSet/restricted") == "true"


def test_no_picklist_takes_a_word_that_is_not_in_it() -> None:
    """Also those whose words decide nothing. What flows write on the org's own opportunities is open: see needs.py."""
    open_ones = [
        f"{field.object}.{field.name}"
        for field in of_type("CustomField")
        if field.text("type") == "Picklist" and field.text("valueSet/restricted") != "true"
    ]
    assert open_ones == ["Opportunity.Renewal_State__c"]


@pytest.mark.parametrize("field", ["severity", "confidence", "status"])
def test_words_of_signals_that_can_be_chosen_are_the_models(field: str) -> None:
    """Roll-ups and caps of the package go by these words as they are."""
    there = objects()["Churn_Signal__c"][f"{field.capitalize()}__c"].words or ()
    words = CONFIG.model.words[f"signal.{field}"]
    assert [words.meaning(word) for word in there] == [*there]
    assert {*words.meanings.values()} == {*there}
