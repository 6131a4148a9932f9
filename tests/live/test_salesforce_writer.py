"""Records into Salesforce: each once, none over a better one, those that fail named."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from config.record_map import RecordMap
from handlers.sinks.salesforce import SalesforceWriter
from handlers.sinks.standing import Replacing
from scoring.instants import DAY, HOUR, Instant, parse_instant
from scoring.metrics.measure import Measure
from scoring.record import Record, Status
from scoring.score import Measurements, grade
from tests.fakes.salesforce import LOCKED, FakeSalesforce
from tests.fakes.server import Fault, Response
from tests.live.orgs import CONFIG, client, served

OBJECT = "Health_Score__c"
AS_OF = parse_instant("2026-11-01")


def account(number: int) -> str:
    """Give the id of an account."""
    return f"001{number:012d}AAA"


def record(number: int, value: float = 80.0, status: Status = "final", as_of: Instant = AS_OF) -> Record:
    """Give the record of an account whose messaging pillar has a value."""
    pillars = {"messaging": Measure(value)}
    name = f'"Hôtel" {number},\nParis'
    measurements = Measurements(account(number), "paid", as_of, {}, pillars, account_name=name)
    return Record("2026-10", status, as_of + 6 * HOUR, measurements, grade(measurements, CONFIG.model))


def write(
    org: FakeSalesforce, *records: Record, replace_final: bool = False, bulk_above: int = 2_000
) -> SalesforceWriter:
    """Write records into an org, and give the writer, which says what became of them."""
    crm = client(org, bulk_above=bulk_above)
    writer = SalesforceWriter(crm, CONFIG.record_map, may=Replacing(final=replace_final), sleep=lambda _: None)
    writer.write(iter(records))
    return writer


LEAN: RecordMap = tuple(
    field
    for field in CONFIG.record_map
    if field.path.startswith("record.") or field.path in {"score.account_id", "score.as_of", "score.final_score"}
)
"""The fields without which nothing can be written."""


def _as_of(template: Record, number: int) -> Record:
    """Give a record like another, of another account."""
    return replace(template, score=replace(template.score, account_id=account(number)))


def scores(org: FakeSalesforce) -> dict[str, float]:
    """Give the scores that an org has, by account, in the order in which they were created."""
    return {kept["Account__c"]: kept["Recorded_Final_Score__c"] for kept in org.records[OBJECT].values()}


def without_stamps(org: FakeSalesforce) -> list[dict[str, object]]:
    """Give an org's records but for their own ids, by key."""
    kept = [{name: value for name, value in one.items() if name != "Id"} for one in org.records[OBJECT].values()]
    return sorted(kept, key=lambda one: str(one["External_Key__c"]))


def test_a_record_has_all_fields_of_the_map_in_their_types(org: FakeSalesforce) -> None:
    """Numbers are numbers, dates are dates; the org takes nothing that it does not know."""
    assert write(org, record(1)).failed == {}
    [kept] = org.records[OBJECT].values()
    assert kept.keys() >= {field.field for field in CONFIG.record_map}
    assert kept["Account__c"] == account(1)
    assert kept["External_Key__c"] == f"{account(1)}_2026-10"
    assert kept["As_Of__c"] == "2026-11-01T00:00:00Z"
    assert kept["Scoring_Date__c"] == "2026-11-01"
    assert kept["Recorded_Final_Score__c"] == 80.0
    assert kept["Churn_Risk_Score__c"] is None
    assert '"messaging"' in kept["Receipt__c"]


def test_a_run_that_is_repeated_changes_nothing(org: FakeSalesforce) -> None:
    """The second run finds what the first wrote, and writes the same again."""
    records = [record(number) for number in range(15)]
    write(org, *records)
    first = without_stamps(org)
    again = write(org, *records)
    assert without_stamps(org) == first
    assert [len(first), again.failed, again.outranked] == [15, {}, []]


def test_records_are_written_in_the_order_of_their_accounts(org: FakeSalesforce) -> None:
    """So that no two calls wait for one account's lock."""
    write(org, *(record(number) for number in (3, 1, 2)))
    assert list(scores(org)) == [account(1), account(2), account(3)]


def test_of_two_records_with_one_key_the_later_is_written(org: FakeSalesforce) -> None:
    """A key that stands twice in a call would fail both."""
    assert write(org, record(1, 50), record(1, 60)).failed == {}
    assert scores(org) == {account(1): 60.0}


@pytest.mark.parametrize(
    "lesser",
    [record(1, 10, as_of=AS_OF - DAY), record(1, 10, "provisional"), record(1, 10, "provisional", AS_OF + DAY)],
    ids=["older", "provisional", "provisional and newer"],
)
def test_a_lesser_record_never_takes_the_place_of_another(org: FakeSalesforce, lesser: Record) -> None:
    """What a store elsewhere does not know of, the org itself does; the others are written."""
    write(org, record(1))
    writer = write(org, lesser, record(2, 70))
    assert scores(org) == {account(1): 80.0, account(2): 70.0}
    assert [writer.outranked, writer.failed] == [[account(1)], {}]


def test_of_two_records_of_a_day_the_older_does_not_replace_the_newer(org: FakeSalesforce) -> None:
    """Two fields say when a record was scored, and one of them only the day."""
    write(org, record(1, status="provisional", as_of=AS_OF + 18 * HOUR))
    writer = write(org, record(1, 10, "provisional", AS_OF + 6 * HOUR))
    assert (scores(org), writer.outranked) == ({account(1): 80.0}, [account(1)])


@pytest.mark.parametrize("greater", [record(1, 90), record(1, 90, as_of=AS_OF + DAY)], ids=["final", "newer"])
def test_a_greater_record_takes_the_place_of_a_provisional_one(org: FakeSalesforce, greater: Record) -> None:
    """A month's close makes its record final."""
    write(org, record(1, 50, "provisional"))
    write(org, greater)
    assert scores(org) == {account(1): 90.0}


def test_a_final_record_gives_way_where_that_is_wanted(org: FakeSalesforce) -> None:
    """Only when told to."""
    write(org, record(1))
    assert write(org, record(1, 10, "provisional"), replace_final=True).outranked == []
    assert scores(org) == {account(1): 10.0}


def test_a_part_of_a_second_does_not_outrank_itself(org: FakeSalesforce) -> None:
    """The org keeps whole seconds; the same record is written again all the same."""
    one = record(1, 50, "provisional", AS_OF + 999_999)
    write(org, one)
    assert write(org, one).outranked == []
    assert [kept["As_Of__c"] for kept in org.records[OBJECT].values()] == ["2026-11-01T00:00:00Z"]


def test_a_locked_row_is_tried_again(org: FakeSalesforce) -> None:
    """Three times, alone; then it is named and the others stand."""
    org.refuse(record(1).key, LOCKED, LOCKED, LOCKED)
    org.refuse(record(2).key, LOCKED, LOCKED, LOCKED, LOCKED)
    writer = write(org, *(record(number) for number in range(4)))
    assert list(writer.failed) == [account(2)]
    assert "UNABLE_TO_LOCK_ROW" in writer.failed[account(2)]
    assert sorted(scores(org)) == [account(0), account(1), account(3)]
    assert org.count("/composite/") == 4


def test_a_row_that_fails_is_named_and_written_the_next_time(org: FakeSalesforce) -> None:
    """One account's failure stops no other, and heals with the next run."""
    org.refuse(record(1).key, ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Not on a\nSunday"))
    records = [record(number) for number in range(3)]
    writer = write(org, *records)
    assert writer.failed == {account(1): "FIELD_CUSTOM_VALIDATION_EXCEPTION: Not on a Sunday"}
    assert write(org, *records).failed == {}
    assert sorted(scores(org)) == [account(number) for number in range(3)]


def test_a_lost_answer_is_no_failure(org: FakeSalesforce) -> None:
    """The rows were created, the answer was cut: the call that is made again finds them there."""
    org.plan("/composite/", Fault("cut", after=True))
    assert write(org, record(1), record(2)).failed == {}
    assert len(scores(org)) == 2


def test_an_outage_names_every_account_and_raises_nothing(org: FakeSalesforce) -> None:
    """The records were taken in by the store: the next run writes them."""
    org.plan("/query", *[Fault("answer", Response(503))] * 3)
    writer = write(org, record(1), record(2))
    assert list(writer.failed) == [account(1), account(2)]
    assert scores(org) == {}


def test_nothing_to_write_costs_nothing(org: FakeSalesforce) -> None:
    """Not even a log-in."""
    write(org)
    assert org.calls == []


def by_kind(org: FakeSalesforce) -> dict[str, int]:
    """Count an org's calls."""
    return {part: org.count(part) for part in ("/token", "/query", "/composite/", "/jobs/")}


def test_200_accounts_take_three_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log-in, one query of what is there, one collection; a second run takes as many."""
    with served(FakeSalesforce(), tmp_path, monkeypatch) as org:
        records = [record(number) for number in range(200)]
        for run in (1, 2):
            write(org, *records)
            assert by_kind(org) == {"/token": run, "/query": run, "/composite/": run, "/jobs/": 0}
        assert len(scores(org)) == 200


def test_many_accounts_take_a_job_and_a_query_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second run asks for all that the period has, page by page; the job's few calls are all else."""
    with served(FakeSalesforce(page_size=200), tmp_path, monkeypatch) as org:
        records = [record(number) for number in range(300)]
        for run, queries in ((1, 1), (2, 3)):
            assert write(org, *records, bulk_above=250).failed == {}
            assert by_kind(org) == {"/token": run, "/query": queries, "/composite/": 0, "/jobs/": 7 * run}
        assert len(scores(org)) == 300


def test_a_job_leaves_in_the_org_what_collections_would(
    org: FakeSalesforce, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way that rows take makes no difference to what is written, nor a second time over the first."""
    records = [record(number) for number in range(3)]
    rewritten = [record(0, 12.5), *records[1:]]
    _write_twice(org, records, rewritten, bulk_above=2)
    with served(FakeSalesforce(), tmp_path_factory.mktemp("other"), monkeypatch) as other:
        _write_twice(other, records, rewritten)
        assert without_stamps(other) == without_stamps(org)
    assert len(org.bulk.jobs) == 2


def _write_twice(org: FakeSalesforce, first: Iterable[Record], second: Iterable[Record], bulk_above: int = 9) -> None:
    for records in (first, second):
        assert write(org, *records, bulk_above=bulk_above).failed == {}


def test_accounts_that_were_written_before_take_seven_calls_a_job_and_one_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two jobs of at most 5,000; what the period has comes by 2,000 a page. So 20,000 take 39 with the token."""
    with served(FakeSalesforce(), tmp_path, monkeypatch) as org:
        for number in range(6_000):
            key, there = f"{account(number)}_2026-10", {"Scoring_Period__c": "2026-10", "Status__c": "provisional"}
            org.put(OBJECT, External_Key__c=key, Account__c=account(number), **there)
        template = record(0)
        writer = SalesforceWriter(client(org), LEAN)
        writer.write(_as_of(template, number) for number in range(6_000))
        assert writer.failed == {}
        assert by_kind(org) == {"/token": 1, "/query": 3, "/composite/": 0, "/jobs/": 14}
        assert len(scores(org)) == 6_000


def unscored(number: int) -> Record:
    """Give a final record without a score."""
    measurements = replace(record(number).measurements, pillars={})
    return replace(record(number), measurements=measurements, score=grade(measurements, CONFIG.model))


def test_a_record_without_a_score_replaces_none_that_has_one_until_a_person_says_so(org: FakeSalesforce) -> None:
    """It is named, and stays due; where there was no score, or none at all, it is written."""
    write(org, record(1))
    there = dict(org.records[OBJECT])
    refused = write(org, unscored(1), unscored(2))
    assert list(refused.failed) == [account(1)]
    assert "has a score" in refused.failed[account(1)]
    assert {key: row for key, row in org.records[OBJECT].items() if key in there} == there
    assert write(org, unscored(2)).failed == {}
    let = SalesforceWriter(client(org), CONFIG.record_map, may=Replacing(scored=True), sleep=lambda _: None)
    let.write([unscored(1)])
    assert let.failed == {}
    assert all(row["Recorded_Final_Score__c"] is None for row in org.records[OBJECT].values())
