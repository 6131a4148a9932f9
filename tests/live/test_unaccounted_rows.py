"""What Salesforce's answer leaves unaccounted for counts as not written, and stays due (promise 7)."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.record_map import RecordMap
from handlers.clients.remote import Patience
from handlers.clients.salesforce.bulk import LOOK_SECONDS, JobWait
from handlers.sinks.salesforce import SalesforceWriter
from tests.fakes.salesforce import FakeSalesforce
from tests.fakes.server import Request, Response
from tests.live.orgs import AT_ONCE, CONFIG, client, served
from tests.live.test_salesforce_writer import LEAN, OBJECT, account, record

RULE = ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "The score must be approved")
Bend = Callable[[str], str]


@pytest.fixture(name="org")
def _org(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSalesforce]:
    with served(FakeSalesforce(polls=0), tmp_path, monkeypatch) as org:
        yield org


def write(
    org: FakeSalesforce, count: int = 5, *, record_map: RecordMap = LEAN, bulk_above: int = 1, wait: JobWait = AT_ONCE
) -> SalesforceWriter:
    """Write the records of the first accounts, and see to it that nothing is lost in silence."""
    records = [record(number) for number in range(count)]
    crm = client(org, bulk_above=bulk_above, bulk_wait=wait)
    writer = SalesforceWriter(crm, record_map, sleep=lambda _: None)
    writer.write(records)
    missing = {one.score.account_id for one in records} - there(org)
    assert missing <= set(writer.failed)
    assert writer.refused == {f"{one}_2026-10" for one in writer.failed}
    assert all(writer.failed.values())
    return writer


def there(org: FakeSalesforce) -> set[str]:
    """Name the accounts whose record an org has."""
    return {str(row["Account__c"]) for row in org.records[OBJECT].values()}


def refuse(org: FakeSalesforce, *numbers: int) -> None:
    """Refuse the records of some accounts."""
    for number in numbers:
        org.refuse(f"{account(number)}_2026-10", RULE)


def accounts(*numbers: int) -> list[str]:
    """Give the ids of accounts."""
    return [account(number) for number in numbers]


def bend_lists(org: FakeSalesforce, **bends: Bend) -> None:
    """Change what lists of results say."""

    def bend(request: Request, answer: Response) -> Response:
        part = request.path.rpartition("/")[2]
        return replace(answer, body=bends[part](str(answer.body or ""))) if part in bends else answer

    org.bend = bend


def bend_counts(org: FakeSalesforce, **counts: object) -> None:
    """Change what jobs say of themselves."""

    def bend(request: Request, answer: Response) -> Response:
        is_job = request.method == "GET" and "/jobs/" in request.path and isinstance(answer.body, dict)
        return replace(answer, body={**answer.body, **counts}) if is_job else answer  # type: ignore[dict-item]

    org.bend = bend


def blank(column: str) -> Bend:
    """Blank a column of a list."""

    def bend(text: str) -> str:
        rows = [{**row, column: ""} for row in csv.DictReader(io.StringIO(text, newline=""))]
        return _csv(rows)

    return bend


def _csv(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys() if rows else ())
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def nothing(_: str) -> str:
    """Give an empty list."""
    return ""


def header(text: str) -> str:
    """Give the header of a list alone."""
    return text.partition("\n")[0]


def half(text: str) -> str:
    """Cut a list off in the middle of a line."""
    return text[: len(text) // 2]


def backwards(text: str) -> str:
    """Turn the rows of a list around."""
    return _csv(list(csv.DictReader(io.StringIO(text, newline="")))[::-1])


KEY = "External_Key__c"
BENDS: Mapping[str, Bend] = {
    "key blank": blank(KEY),
    "id blank": blank("sf__Id"),
    "nothing": nothing,
    "header alone": header,
    "cut off": half,
    "backwards": backwards,
    "as it is": str,
}


@pytest.mark.parametrize("failed", BENDS)
@pytest.mark.parametrize("written", ["as it is", "nothing", "key blank"])
def test_rows_that_a_job_counts_as_failed_are_named_however_its_lists_come(
    org: FakeSalesforce, failed: str, written: str
) -> None:
    """By the list of the others, or where that cannot be used either, by what the org has."""
    refuse(org, 2, 4)
    bend_lists(org, failedResults=BENDS[failed], successfulResults=BENDS[written])
    assert sorted(write(org).failed) == accounts(2, 4)
    assert org.count("/query") <= 2


def test_a_reason_that_is_given_is_told(org: FakeSalesforce) -> None:
    """The others are told that none was given."""
    refuse(org, 2, 4)
    bend_lists(org, failedResults=lambda text: "\n".join(text.splitlines()[:2]) + "\n")
    failed = write(org).failed
    assert failed == {
        account(2): "FIELD_CUSTOM_VALIDATION_EXCEPTION:The score must be approved:--",
        account(4): "the bulk job does not name it as written, nor why not",
    }


@pytest.mark.parametrize("ends", ["Failed", "Aborted"])
@pytest.mark.parametrize("bend", BENDS)
def test_a_job_that_ends_half_way_has_written_what_the_org_has(org: FakeSalesforce, ends: str, bend: str) -> None:
    """Rows that it came to are written, the others are not, whatever its lists say."""
    org.bulk.ends, org.bulk.leave_unprocessed = ends, 2
    bend_lists(org, successfulResults=BENDS[bend], unprocessedRecords=BENDS[bend])
    writer = write(org)
    assert sorted(writer.failed) == accounts(3, 4)
    assert set(writer.failed.values()) <= {"not processed: try again", f"the bulk job ended as {ends}"}


@pytest.mark.parametrize(
    "counts",
    [
        {"numberRecordsProcessed": 0, "numberRecordsFailed": 0},
        {"numberRecordsFailed": None},
        {"numberRecordsProcessed": ""},
        {"numberRecordsProcessed": 5, "numberRecordsFailed": 0},
    ],
)
def test_counts_that_do_not_fit_the_lists_prove_nothing(org: FakeSalesforce, counts: dict[str, object]) -> None:
    """A batch that failed as a whole is not counted; what the org has decides."""
    refuse(org, 2, 4)
    bend_counts(org, **counts)
    assert sorted(write(org).failed) == accounts(2, 4)


def test_rows_that_no_batch_came_to_are_named(org: FakeSalesforce) -> None:
    """Even where the list of them is empty."""
    org.bulk.leave_unprocessed = 3
    bend_lists(org, unprocessedRecords=nothing)
    assert sorted(write(org).failed) == accounts(2, 3, 4)


@pytest.mark.parametrize(
    "wait",
    [
        lambda: JobWait(every=0, longest=0.02),
        lambda: JobWait(every=0, patience=Patience().within(LOOK_SECONDS + 0.02)),
        lambda: JobWait(every=0, patience=Patience().within(LOOK_SECONDS - 1)),
    ],
    ids=["longest", "the caller's time", "too late"],
)
def test_a_job_that_never_ends_is_stopped_and_asked_for_by_the_org(
    org: FakeSalesforce, wait: Callable[[], JobWait]
) -> None:
    """What it had written by then is written; it writes no more, and the caller has time left to look."""
    org.bulk.ends, org.bulk.leave_unprocessed = None, 2
    writer = write(org, wait=wait())
    assert sorted(writer.failed) == accounts(3, 4)
    assert "did not end in 0 seconds" in writer.failed[account(3)]
    assert [job.state for job in org.bulk.jobs.values()] == ["Aborted"]


def test_lists_that_come_by_pages_are_read_whole(org: FakeSalesforce) -> None:
    """A header says where the next begins."""
    org.bulk.page = 2
    refuse(org, 1, 2, 3, 5, 6)
    writer = write(org, 9)
    assert sorted(writer.failed) == accounts(1, 2, 3, 5, 6)
    assert all("must be approved" in reason for reason in writer.failed.values())


def test_a_page_that_leads_to_itself_ends(org: FakeSalesforce) -> None:
    """The same place twice is no next page."""
    refuse(org, 1)
    org.bend = lambda request, answer: (
        replace(answer, headers={**answer.headers, "Sforce-Locator": "0"}) if "Results" in request.path else answer
    )
    assert sorted(write(org).failed) == accounts(1)


def test_lists_that_cannot_be_read_leave_it_to_the_org(org: FakeSalesforce) -> None:
    """Each answers with an error."""
    refuse(org, 2)
    org.bend = lambda request, answer: Response(400, "no") if "Results" in request.path else answer
    assert sorted(write(org).failed) == accounts(2)


def test_a_key_in_other_capitals_than_the_orgs_is_the_same_key(org: FakeSalesforce) -> None:
    """The org takes the column, and leaves it blank in every list; it answers queries in its own capitals."""
    lower = tuple(replace(field, field=field.field.lower()) for field in LEAN)
    refuse(org, 2, 4)
    assert sorted(write(org, record_map=lower).failed) == accounts(2, 4)
    assert write(org, record_map=lower).failed == {}
    assert len(there(org)) == 5


def test_what_the_org_has_is_believed_only_as_it_was_sent(org: FakeSalesforce) -> None:
    """A record of last time is no proof that this one was written."""
    write(org, record_map=CONFIG.record_map)
    changed = [record(number, 50.0) for number in range(5)]
    refuse(org, 2)
    bend_lists(org, failedResults=nothing, successfulResults=nothing)
    writer = SalesforceWriter(client(org, bulk_above=1), CONFIG.record_map, sleep=lambda _: None)
    writer.write(changed)
    assert sorted(writer.failed) == accounts(2)


def test_where_the_org_cannot_be_asked_all_that_is_open_stays_due(org: FakeSalesforce) -> None:
    """Not known to be written is not written."""
    bend_lists(org, failedResults=half, successfulResults=nothing)
    asked: list[Request] = []

    def bend(request: Request, answer: Response) -> Response:
        if "/query" in request.path:
            asked.append(request)
            return answer if len(asked) == 1 else Response(400, "no")
        return replace(answer, body="") if "Results" in request.path else answer

    refuse(org, 2)
    org.bend = bend
    assert sorted(write(org).failed) == accounts(0, 1, 2, 3, 4)


COLLECTIONS: Mapping[str, Callable[[list[object]], object]] = {
    "shorter": lambda told: told[:-1],
    "nulls": lambda told: [None, *told[1:]],
    "all null": lambda told: [None] * len(told),
    "nothing": lambda _: [],
    "backwards": lambda told: told[::-1],
    "without ids": lambda told: [
        {name: value for name, value in one.items() if name != "id"} if isinstance(one, dict) else one for one in told
    ],
    "one id": lambda told: [{**one, "id": "a0H"} if isinstance(one, dict) and one["success"] else one for one in told],
    "as it is": lambda told: told,
}


@pytest.mark.parametrize("failing", [(), (1,), (1, 3)])
@pytest.mark.parametrize("kind", COLLECTIONS)
def test_rows_of_a_collection_are_named_however_its_answer_comes(
    org: FakeSalesforce, kind: str, failing: tuple[int, ...]
) -> None:
    """What the answer leaves open is asked for; a row is never named for another's failure."""
    refuse(org, *failing)
    org.bend = lambda request, answer: (
        replace(answer, body=COLLECTIONS[kind](answer.body)) if "/composite/" in request.path else answer  # type: ignore[arg-type]
    )
    assert sorted(write(org, bulk_above=99).failed) == accounts(*failing)


@pytest.mark.parametrize("failing", [(), (1,), (1, 3)])
@pytest.mark.parametrize("kind", COLLECTIONS)
def test_rows_that_are_taken_back_are_named_however_the_answer_comes(
    org: FakeSalesforce, kind: str, failing: tuple[int, ...]
) -> None:
    """Those that the org still has, and no others."""
    write(org, bulk_above=99)
    keys = [f"{account(number)}_2026-10" for number in range(5)]
    refuse(org, *failing)
    org.bend = lambda request, answer: (
        replace(answer, body=COLLECTIONS[kind](answer.body)) if request.method == "DELETE" else answer  # type: ignore[arg-type]
    )
    still = SalesforceWriter(client(org), LEAN).remove(keys)
    assert sorted(still) == [keys[number] for number in failing]
    assert all(still.values())
    assert there(org) == {account(number) for number in failing}


def test_rows_of_several_jobs_are_accounted_for_job_by_job(
    org: FakeSalesforce, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where rows are split because they are too large for one."""
    monkeypatch.setattr("handlers.clients.salesforce.bulk.MOST_BYTES", 600)
    refuse(org, 1, 6)
    bend_lists(org, failedResults=nothing)
    assert sorted(write(org, 9).failed) == accounts(1, 6)
    assert len(org.bulk.jobs) > 1


def test_nothing_is_lost_in_silence_whatever_is_bent(org: FakeSalesforce) -> None:
    """Counts, lists, collections and queries, each cut, blanked, turned or refused at random."""

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sets(st.integers(0, 4)), st.integers(0, 3), st.sampled_from([1, 99]), st.integers(0))
    def holds(failing: set[int], left: int, bulk_above: int, seed: int) -> None:
        random = Random(seed)  # noqa: S311 - no secret
        org.records[OBJECT].clear()
        org.row_errors.clear()
        org.bulk.leave_unprocessed, org.bulk.ends = left, random.choice(["JobComplete", "Failed", "Aborted"])
        refuse(org, *failing)
        org.bend = lambda request, answer: _bent(request, answer, random)
        write(org, bulk_above=bulk_above)

    holds()


def _bent(request: Request, answer: Response, random: Random) -> Response:
    if random.random() < 0.4 or "/token" in request.path:
        return answer
    if "Results" in request.path or "unprocessed" in request.path:
        return replace(answer, body=BENDS[random.choice(list(BENDS))](str(answer.body or "")))
    if "/composite/" in request.path and isinstance(answer.body, list):
        return replace(answer, body=COLLECTIONS[random.choice(list(COLLECTIONS))](answer.body))
    if isinstance(answer.body, dict):
        lost = random.choice(list(answer.body))
        return random.choice([Response(400, "no"), replace(answer, body={**answer.body, lost: None})])
    return answer
