"""The Salesforce client, through the real library, against an org over HTTPS."""

from typing import Any

import pytest

from handlers.clients.crm import AbsentError, RowResult
from handlers.clients.remote import SourceError
from tests.fakes.salesforce import CLIENT_SECRET, EXPIRED, LIMIT_EXCEEDED, LOCKED, FakeSalesforce
from tests.fakes.server import Fault, Request, Response
from tests.live.orgs import client

OBJECT, KEY = "Health_Score__c", "External_Key__c"
ACCOUNT = "001AA0000000001AAA"


def names(org: FakeSalesforce, soql: str = "SELECT Name FROM Account ORDER BY Name") -> list[str]:
    """Ask an org for names."""
    return [record["Name"] for record in client(org).query(soql)]


def put_accounts(org: FakeSalesforce, *named: str) -> list[str]:
    """Make accounts."""
    return [org.put("Account", Name=name) for name in named]


def rows(count: int, **fields: object) -> list[dict[str, Any]]:
    """Make rows to be written."""
    return [{KEY: f"{number:05d}", "Account__c": ACCOUNT, "Tier__c": "Healthy", **fields} for number in range(count)]


def written(org: FakeSalesforce) -> dict[str, object]:
    """Give the tiers that an org has, by key."""
    return {record[KEY]: record["Tier__c"] for record in org.records[OBJECT].values()}


def test_it_logs_in_only_when_asked_for_something(org: FakeSalesforce) -> None:
    """A client costs nothing until it is used, and then one log-in."""
    crm = client(org)
    assert org.calls == []
    assert crm.api_usage() is None
    assert list(crm.query("SELECT Name FROM Account")) == list(crm.query("SELECT Name FROM Account")) == []
    assert [org.log_ins, crm.api_usage()] == [1, (12, 100_000)]
    assert {call.path.split("/")[3] for call in org.calls[1:]} == {"v66.0"}


def test_a_query_streams_all_its_pages(org: FakeSalesforce) -> None:
    """Five records in pages of two come by three calls, each when it is needed."""
    put_accounts(org, "a", "b", "c", "d", "e")
    records = client(org).query("SELECT Name FROM Account ORDER BY Name")
    assert [next(records)["Name"], next(records)["Name"]] == ["a", "b"]
    assert org.count("/query") == 1
    assert [record["Name"] for record in records] == ["c", "d", "e"]
    assert org.count("/query") == 3


@pytest.mark.parametrize("again", [{"done": False}, {"done": True}])
def test_a_page_that_comes_twice_is_no_answer(org: FakeSalesforce, again: dict[str, object]) -> None:
    """As many records as there are, and yet not all of them; or the same page for ever."""
    put_accounts(org, "a", "b", "c", "d")
    pages: list[dict[str, Any]] = []

    def bend(request: Request, answer: Response) -> Response:
        if "/query" in request.path and isinstance(answer.body, dict):
            pages.append(answer.body)
            return answer if len(pages) == 1 else Response(200, {**pages[0], **again})
        return answer

    org.bend = bend
    with pytest.raises(SourceError, match="a page of a query twice"):
        names(org)


def test_deleted_records_come_where_they_are_asked_for(org: FakeSalesforce) -> None:
    """Only a query with deleted records sees the recycle bin."""
    gone, _ = put_accounts(org, "gone", "there")
    org.delete("Account", gone, "2026-10-05T00:00:00.000+0000")
    soql = "SELECT Name FROM Account ORDER BY Name"
    assert names(org, soql) == ["there"]
    assert [record["Name"] for record in client(org).query(soql, with_deleted=True)] == ["gone", "there"]


def test_values_are_quoted(org: FakeSalesforce) -> None:
    """A value is a value, whatever quotes and conditions stand in it."""
    put_accounts(org, "it's", "other")
    soql = "SELECT Name FROM Account WHERE Name = {name}"
    assert [record["Name"] for record in client(org).query(soql, name="it's")] == ["it's"]
    assert list(client(org).query(soql, name="' AND Name != '")) == []


def test_a_session_that_ends_is_begun_again_once(org: FakeSalesforce) -> None:
    """Between two pages the session ends; the page comes all the same."""
    put_accounts(org, "a", "b", "c")
    records = client(org).query("SELECT Name FROM Account ORDER BY Name")
    next(records)
    org.expire()
    assert [record["Name"] for record in records] == ["b", "c"]
    assert org.log_ins == 2


def test_sessions_that_end_at_once_are_not_begun_for_ever(org: FakeSalesforce) -> None:
    """A second refusal of a fresh session is the end."""
    org.plan("/query", *[Fault("answer", EXPIRED)] * 9)
    with pytest.raises(SourceError, match=r"refused \(401\): INVALID_SESSION_ID.*session policy"):
        names(org)
    assert org.log_ins == 2


def test_a_wrong_secret_is_refused_without_being_told(org: FakeSalesforce) -> None:
    """The error names the variables, never what they hold."""
    with pytest.raises(SourceError, match="SALESFORCE_CLIENT_SECRET") as refused:
        list(client(org, secret="not-the-secret").query("SELECT Name FROM Account"))  # noqa: S106 - a made-up one
    assert "not-the-secret" not in str(refused.value)
    assert "invalid_client" in str(refused.value)


def test_an_echoed_secret_is_blotted_out(org: FakeSalesforce) -> None:
    """Even where the other side says the secret, the error does not."""
    org.plan("/token", Fault("answer", Response(400, {"error": f"bad secret {CLIENT_SECRET}"})))
    with pytest.raises(SourceError, match="bad secret") as refused:
        names(org)
    assert CLIENT_SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (LIMIT_EXCEEDED, r"refused \(403\): REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.: the day's API"),
        (Response(503, "out of order"), r"refused \(503\): out of order: try again later"),
        (Response(200, "<html>Maintenance</html>"), "not JSON"),
        (Response(200, {"records": "none"}), "cannot be read"),
        (Response(200, ["of another shape"]), "cannot be read"),
        (Response(401, "who are you?"), r"refused \(401\): who are you\?"),
        (Response(200, {"records": [], "done": True, "totalSize": 3}), "gave 0 of 3 records"),
        (
            Response(
                200,
                {"records": [{"Name": "a"}], "done": False, "totalSize": 3, "nextRecordsUrl": "@elsewhere.example/"},
            ),
            "broke a query off",
        ),
        (
            Response(200, {"records": [], "done": False, "totalSize": 3, "nextRecordsUrl": "/services/data/v66.0/q"}),
            "broke a query off",
        ),
        (Response(200, {"records": [{"Name": "a"}], "done": False, "totalSize": 1}), "broke a query off"),
        (Response(400, [{"errorCode": "QUERY_TIMEOUT", "message": "too long"}]), "give the user View All Data"),
        (Response(400, [{"errorCode": "OPERATION_TOO_LARGE", "message": "exceeded"}]), "give the user View All Data"),
        (Response(400, [{"errorCode": "QUERY_TOO_COMPLICATED", "message": "no"}]), "name fewer formula fields"),
    ],
)
def test_what_goes_wrong_is_said_in_one_line(org: FakeSalesforce, answer: Response, said: str) -> None:
    """A refusal, an outage, a wrong or truncated answer: one error that says what happened."""
    org.plan("/query", *[Fault("answer", answer)] * 3)
    with pytest.raises(SourceError, match=said) as error:
        names(org)
    assert "\n" not in str(error.value)


def test_a_cut_connection_is_tried_again_then_said(org: FakeSalesforce) -> None:
    """Three cuts are one too many for two retries."""
    put_accounts(org, "a")
    org.plan("/query", Fault("cut"), Fault("cut"))
    assert names(org) == ["a"]
    org.plan("/query", *[Fault("cut")] * 3)
    with pytest.raises(SourceError, match="cannot be reached"):
        names(org)


def test_an_unknown_object_is_told_apart(org: FakeSalesforce) -> None:
    """What the org does not have can be gone without; a wrong field cannot."""
    with pytest.raises(AbsentError, match="INVALID_TYPE"):
        names(org, "SELECT Name FROM Nothing__c")
    with pytest.raises(SourceError, match=r"INVALID_FIELD: No such column 'Nam'.*sources.yaml") as wrong:
        names(org, "SELECT Nam FROM Account")
    assert not isinstance(wrong.value, AbsentError)


def test_an_object_is_described(org: FakeSalesforce) -> None:
    """Its fields, and what may be done with them."""
    described = client(org).describe(OBJECT)
    assert {KEY, "Tier__c", "Final_Score__c"} & {field["name"] for field in described["fields"]} == {KEY, "Tier__c"}
    with pytest.raises(AbsentError):
        client(org).describe("Nothing__c")
    with pytest.raises(SourceError, match="no API name"):
        client(org).describe("Account/../User")


def test_the_last_calls_of_the_day_are_left_to_others(org: FakeSalesforce) -> None:
    """The run stops where only the reserve is left, before the org would refuse everybody."""
    org.used, org.limit = 79, 100
    crm = client(org)
    assert list(crm.query("SELECT Name FROM Account")) == []
    with pytest.raises(SourceError, match=r"80 of the day's 100 API calls are used, the last 20% are left"):
        list(crm.query("SELECT Name FROM Account"))
    assert org.used == 80


def test_rows_are_written_200_a_call_and_never_twice(org: FakeSalesforce) -> None:
    """450 rows take three calls; the second time they are updated."""
    assert [result.created for result in client(org).upsert(OBJECT, KEY, rows(450))] == [True] * 450
    assert org.count("/composite/") == 3
    again = [{KEY: row[KEY], "Tier__c": "At Risk"} for row in rows(450)]
    assert client(org).upsert(OBJECT, KEY, again) == [RowResult(row[KEY], True, False) for row in again]
    assert written(org) == {row[KEY]: "At Risk" for row in again}


def test_each_row_of_a_half_failed_collection_is_looked_at(org: FakeSalesforce) -> None:
    """The call succeeds, and two of its rows did not."""
    org.refuse("00001", LOCKED)
    told = client(org).upsert(OBJECT, KEY, [*rows(2), {**rows(3)[2], "Unheard__c": 1}])
    assert [result.ok for result in told] == [True, False, False]
    assert told[1].failed_by("UNABLE_TO_LOCK_ROW")
    assert told[2].errors == ("INVALID_FIELD: No such column 'Unheard__c' on sobject of type Health_Score__c",)
    assert list(written(org)) == ["00000"]


def test_a_call_that_fails_fails_its_rows_alone(org: FakeSalesforce) -> None:
    """The rows of the other calls are written."""
    org.plan("/composite/", Fault("answer", Response(400, [{"errorCode": "JSON_PARSER_ERROR", "message": "no"}])))
    told = client(org).upsert(OBJECT, KEY, rows(600))
    assert [result.ok for result in told] == [False] * 200 + [True] * 400
    assert told[0].errors == ("Salesforce refused (400): JSON_PARSER_ERROR: no",)


def test_after_two_failed_calls_the_rest_is_not_tried(org: FakeSalesforce) -> None:
    """An outage costs two calls' patience, not a hundred's, and every row has its reason."""
    org.plan("/composite/", *[Fault("answer", Response(503))] * 99)
    told = client(org).upsert(OBJECT, KEY, rows(1_000))
    assert {result.errors for result in told} == {("Salesforce refused (503): try again later",)}
    assert [len(told), org.count("/composite/")] == [1_000, 6]


def test_an_answer_for_too_few_rows_is_no_success(org: FakeSalesforce) -> None:
    """Rows that were not answered for were not written, as far as we know."""
    org.plan("/composite/", Fault("answer", Response(200, [{"success": True, "created": True, "errors": []}])))
    assert [result.ok for result in client(org).upsert(OBJECT, KEY, rows(2))] == [False, False]


def test_a_lost_answer_writes_nothing_twice(org: FakeSalesforce) -> None:
    """The call is made again where its answer was lost; the rows are there once."""
    org.create_only = {}
    org.plan("/composite/", Fault("cut", after=True))
    assert all(result.ok for result in client(org).upsert(OBJECT, KEY, rows(3)))
    assert len(org.records[OBJECT]) == 3


def test_many_rows_are_written_by_a_bulk_job(org: FakeSalesforce) -> None:
    """Above the threshold one job writes what collections would write, with empties emptied."""
    given = rows(30, Cap__c=None, Coverage_Pct__c=91.5)
    told = client(org, bulk_above=29).upsert(OBJECT, KEY, given)
    assert told == [RowResult(str(row[KEY]), ok=True) for row in given]
    kept = [{name: record[name] for name in given[0]} for record in org.records[OBJECT].values()]
    assert kept == given
    assert [org.count("/composite/"), len(org.bulk.jobs)] == [0, 1]


def test_failed_and_unprocessed_rows_of_a_bulk_job_are_read_back(org: FakeSalesforce) -> None:
    """A finished job may have left rows out: each is named with its reason."""
    org.refuse("00001", LOCKED)
    org.bulk.leave_unprocessed = 2
    told = client(org, bulk_above=0).upsert(OBJECT, KEY, rows(5))
    assert [result.ok for result in told] == [True, False, True, False, False]
    assert told[1].failed_by("UNABLE_TO_LOCK_ROW")
    assert told[4].errors == ("not processed: try again",)


def test_a_bulk_job_begins_a_session_anew(org: FakeSalesforce) -> None:
    """The library's own jobs do not."""
    crm = client(org, bulk_above=1)
    assert list(crm.query("SELECT Name FROM Account")) == []
    org.expire()
    assert all(result.ok for result in crm.upsert(OBJECT, KEY, rows(3)))
    assert org.log_ins == 2
    assert len(written(org)) == 3


@pytest.mark.parametrize(
    ("method", "part"),
    [("POST", "/ingest"), ("PUT", "/batches"), ("PATCH", ""), ("GET", ""), ("GET", "/unprocessedRecords")],
)
def test_a_session_that_ends_in_the_middle_of_a_job_is_begun_again(org: FakeSalesforce, method: str, part: str) -> None:
    """After its making, its upload, its closing, a poll, or between its results: the rows are written once."""
    org.create_only = {}
    ended: list[str] = []

    def end(asked: Request) -> None:
        if not ended and asked.method == method and "/jobs/" in asked.path and asked.path.endswith(part):
            ended.append(asked.path)
            org.expire()

    org.witness = end
    told = client(org, bulk_above=1).upsert(OBJECT, KEY, rows(3))
    assert len(ended) == 1
    assert [result.ok for result in told] == [True] * 3
    assert len(org.records[OBJECT]) == 3


def test_a_bulk_job_that_fails_fails_all_its_rows(org: FakeSalesforce) -> None:
    """Nothing is taken for written that may not be."""
    org.bulk.fail = True
    told = client(org, bulk_above=1).upsert(OBJECT, KEY, rows(3))
    assert [(result.ok, result.sure) for result in told] == [(False, False)] * 3
    assert told[0].errors == ("the bulk job ended as Failed",)
