"""Finalise: the period that has ended, whole or by shards, resumed where it was stopped, closed when all is done."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from handlers import fold
from handlers.clock import now
from handlers.cloud.close_steps import FinaliseError
from handlers.cloud.requests import FinaliseRequest, Shard, read_finalise
from handlers.finalise import (
    LEAST_MILLISECONDS,
    LEFT_TO_CLOSE_MILLISECONDS,
    LEFT_TO_TELL_MILLISECONDS,
    handler,
)
from handlers.jobs.crew import Crew
from handlers.jobs.faults import UnfinishedError
from handlers.jobs.guards import GUARDS
from handlers.jobs.records import Terms
from handlers.jobs.runs import Resumable, Totals, handing_on
from handlers.sinks.choice import Sinks
from handlers.sources.reading import UnreadableError
from handlers.stores.dynamodb.store import deployed_store
from handlers.stores.protocol import StoreError
from handlers.words.changes import FIRST
from scoring.account import Account
from scoring.instants import format_date, format_instant, parse_instant
from scoring.record import Record
from tests.doors.clouds import (
    BUCKET,
    BUSY,
    FIGURES,
    HOTELS,
    PREFIX,
    Cloud,
    Context,
    account,
    again,
    client_of_aws,
    delivered,
    emf,
)
from tests.doors.systems import CONFIG, Systems, served
from tests.doors.telling import talk, told_of_feeds
from tests.fakes.server import Fault, Response

PERIOD, END = "2025-10", parse_instant("2025-11-01")
DUE = "2025-11-01T06:00:00Z"
ALL = [account(hotel) for hotel in range(HOTELS)]
REFUSED = ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "not this one")


@pytest.fixture
def systems(cloud: Cloud, certificates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Systems]:
    """Serve all hotels up to the end of the period; some of what they told is folded."""
    assert (
        again(fold.handler(delivered([*told_of_feeds(END), *(talk(n, END) for n in range(HOTELS))]), Context())) == []
    )
    cloud.calls.clear()
    with served(Systems(END, HOTELS), certificates, monkeypatch) as given_systems:
        yield given_systems


def close(request_id: str = "", **event: object) -> dict[str, Any]:
    """Close, as AWS calls the function; give its answer."""
    return handler({"time": DUE, **event}, Context(request_id))


def asked(plan: Mapping[str, Any], step: str) -> list[dict[str, Any]]:
    """Give the requests of the shards of a step, as the state machine makes them of a plan."""
    is_listed = plan["is_listed"] and not (step == "score" and plan["score"]["dry_run"])
    shards = _listed(plan["list"]) if is_listed else plan[f"{step}s"]
    return [plan[step] | shard for shard in shards]


def _listed(where: Mapping[str, str]) -> list[dict[str, Any]]:
    """Read a list of shards as a distributed map does: an array of JSON, from S3."""
    body = boto3.client("s3").get_object(Bucket=where["bucket"], Key=where["key"])["Body"].read()
    told: list[dict[str, Any]] = json.loads(body)
    return told


def shards_of(cloud: Cloud) -> set[str]:
    """Name the shards of the period that are noted as closed."""
    items = [item for item in cloud.items("company-registry") if item["pk"]["S"] == "closed"]
    return {shard for item in items for shard in item["shards"]["SS"]}


def missing(output: Callable[[], list[dict[str, Any]]]) -> list[float]:
    """Give what was counted as missing."""
    return [value for name, dimensions, value in emf(output()) if name == "FinaliserMissing" and len(dimensions) == 1]


def test_the_month_that_has_ended_is_closed_into_salesforce(cloud: Cloud, systems: Systems) -> None:
    """By when it was due, however late it is: final records of all accounts, with the usage pulled before."""
    answer = close()
    assert answer == {
        "period": PERIOD,
        "status": "final",
        "model_version": CONFIG.model.version,
        "is_waiting": False,
        "accounts": HOTELS,
        "scored": HOTELS,
        "unscored": 0,
        "deleted": 0,
        "outranked": 0,
        "failed": 0,
        "alerted": 1,
        "alerts_new": 1,
        "alerts_left": 0,
    }
    assert sorted(systems.written) == ALL
    alerted = [key for key, row in systems.written.items() if row["Alert_Since__c"] is not None]
    assert [key for (key, _), record in cloud.records().items() if record["alert"]] == alerted
    assert [systems.written[key]["Alert_Since__c"] for key in alerted] == [format_date(END)]
    assert {str(row["Drivers__c"]).split(": ")[0] for row in systems.written.values()} == {FIRST.split(": ")[0]}
    assert all("\nWhat is missing: " in str(row["Drivers__c"]) for row in systems.written.values())
    assert {period for _, period in cloud.records()} == {PERIOD}
    assert {record["status"] for record in cloud.records().values()} == {"final"}
    assert len(systems.instance.customer_queries) == 1
    assert not systems.workspace.calls
    assert _platform_scores(cloud) == [50 + hotel for hotel in range(HOTELS)]
    assert shards_of(cloud) == {"00000/1"}


def _platform_scores(cloud: Cloud) -> list[object]:
    records = sorted(cloud.records().items())
    adoption = (record["score"]["dimensions"]["adoption_engagement"] for _, record in records)
    return [one["metrics"]["platform_score"]["raw"] for one in adoption]


@pytest.mark.parametrize(
    ("due", "period"),
    [("2026-01-01T06:00:00Z", "2025-12"), ("2025-11-30T23:59:59Z", "2025-10"), ("2025-03-01T00:00:00Z", "2025-02")],
)
def test_the_period_is_the_last_that_had_ended_when_it_was_due(due: str, period: str) -> None:
    """Across years and in the middle of a month."""
    assert read_finalise({"time": due}).closing(now())[0] == period


def test_a_period_that_has_not_ended_is_refused(cloud: Cloud) -> None:
    """Nothing is written of it."""
    with pytest.raises(ValueError, match="has not ended"):
        handler({"period": "2999-01"}, Context())
    assert cloud.records() == {}


def test_closed_again_nothing_changes(cloud: Cloud, systems: Systems) -> None:
    """A retry by AWS has the same request id: no chunk is scored or written a second time."""
    first = close("the-request")
    rows, records, writes = systems.written, cloud.records(), systems.org.count("/composite")
    assert close("the-request") == first
    assert (systems.written, cloud.records()) == (rows, records)
    assert systems.org.count("/composite") == writes
    close("another-request")
    assert {key: _without_run(row) for key, row in systems.written.items()} == {
        key: _without_run(row) for key, row in rows.items()
    }
    assert len(systems.org.records["Health_Score__c"]) == HOTELS


def _without_run(row: dict[str, object]) -> dict[str, object]:
    """Leave out of a row when it was made."""
    made = {field.field for field in CONFIG.record_map if field.path == "record.scored_at"}
    return {name: value for name, value in row.items() if name not in made and not name.endswith("Modstamp")}


def test_a_dry_run_leaves_a_csv_and_nothing_in_salesforce(cloud: Cloud, systems: Systems) -> None:
    """Every account is in the file; the month is not closed by it."""
    answer = close(dry_run=True, run="try")
    assert (answer["status"], answer["accounts"], answer["would_hold"]) == ("provisional", HOTELS, {})
    assert not systems.org.calls
    s3 = boto3.client("s3")
    (key,) = [item["Key"] for item in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert key.startswith(f"dry-runs/{PERIOD}/provisional/try/")
    text = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["account_id"] for row in rows] == ALL
    assert all(row["drivers"].startswith(f"{FIRST} | ") for row in rows)
    assert shards_of(cloud) == set()
    assert cloud.records() == {}


def test_a_dry_run_that_resumes_judges_nothing(cloud: Cloud, systems: Systems) -> None:
    """The guards have not seen what it did before."""
    assert "would_hold" in close(dry_run=True, run="try")
    again = close(dry_run=True, run="try")
    assert again["accounts"] == HOTELS
    assert "would_hold" not in again
    assert cloud.records() == {}
    assert not systems.org.calls


def test_a_dry_run_of_a_closed_month_touches_no_final_record(cloud: Cloud, systems: Systems) -> None:
    """What it would come to is in the file."""
    close()
    before, rows = cloud.records(), systems.written
    close(dry_run=True)
    assert cloud.records() == before
    assert systems.written == rows
    assert len(boto3.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]) == 1


def test_only_the_accounts_that_are_asked_for_are_closed(cloud: Cloud, systems: Systems) -> None:
    """By ids of 15 or 18 characters; it does not make the month closed."""
    assert close(accounts=[account(2), account(5)[:15]])["accounts"] == 2
    assert sorted(systems.written) == [account(2), account(5)]
    assert shards_of(cloud) == set()


def test_an_account_that_nobody_knows_is_refused_by_name(cloud: Cloud, systems: Systems) -> None:
    """Rather than closing none and saying that all went well."""
    with pytest.raises(UnreadableError, match="001000000000000AAA"):
        close(accounts=[account(2), "001000000000000AAA"])
    assert not systems.written
    assert cloud.records() == {}


@pytest.mark.parametrize("wrong", [{"perod": "2025-10"}, {"shard": {"index": 2, "of": 2}}, {"plan": -1}, {"shard": 3}])
def test_what_cannot_be_asked_for_is_refused_by_name(cloud: Cloud, wrong: dict[str, Any]) -> None:
    """A wrong word in an event is an error, and nothing is called."""
    with pytest.raises(UnreadableError, match="no request to finalise"):
        handler(wrong, Context())
    assert cloud.calls == []


@given(st.integers(0, 20), st.integers(1, 50))
def test_shards_are_all_accounts_and_no_account_twice(accounts: int, of: int) -> None:
    """For any portfolio and number of shards; whichever others there are, an account is in the same."""
    for number in range(accounts):
        one = Account(account(number), {"salesforce": (account(number),)})
        assert sum(Shard(index, of).has(one) for index in range(of)) == 1


def test_a_close_by_shards_is_the_close(cloud: Cloud, systems: Systems, output: Callable[[], Any]) -> None:
    """The plan pulls the usage once; its shards, in any order and one twice, close the month when all are done."""
    plan = close(plan="3", run="november")
    shards = asked(plan, "write")
    scores = asked(plan, "score")
    assert len(shards) == len(scores) == 3
    for shard in [*scores, scores[0]]:
        handler(json.loads(json.dumps(shard)), Context())
    assert {record["status"] for record in cloud.records().values()} == {"provisional"}
    looked = handler(json.loads(json.dumps(plan["guard"])), Context())
    assert (looked["is_held"], looked["held"]) == (False, {})
    assert not systems.written
    for number, shard in enumerate([shards[2], shards[0], shards[2]]):
        handler(json.loads(json.dumps(shard)), Context(f"task-{number}"))
    handler({"period": PERIOD, "check": True}, Context())
    handler(json.loads(json.dumps(shards[1])), Context())
    handler({"period": PERIOD, "check": True}, Context())
    assert missing(output) == [1]
    assert sorted(systems.written) == ALL
    assert len(systems.instance.customer_queries) == 1
    assert shards_of(cloud) == {f"0000{index}/3" for index in range(3)}


def test_what_a_shard_scored_is_not_scored_again_by_the_steps_that_follow(cloud: Cloud, systems: Systems) -> None:
    """The guard and the write take the records as they are: no fact is read."""
    plan = close(plan=2, run="november", since=format_instant(now()))
    for shard in asked(plan, "score"):
        handler(json.loads(json.dumps(shard)), Context())
    before = len(cloud.calls)
    for request in (plan["guard"], *asked(plan, "write")):
        handler(json.loads(json.dumps(request)), Context())
    assert sorted(systems.written) == ALL
    assert not [call for call in cloud.calls[before:] if f"{PREFIX}-facts" in str(call.params)]


@pytest.mark.usefixtures("cloud")
def test_a_plan_of_any_number_of_shards_fits_a_state(systems: Systems) -> None:
    """Of one shard it is all there is; of more the list stands in S3, each shard once, whatever confirms are said."""
    one = close(plan=1, usage=False)
    assert ("list" in one, asked(one, "write")) == (False, [one["write"] | {"shard": {"index": 0, "of": 1}}])
    many = close(plan=10_000, usage=False, run="november", confirm=list(GUARDS))
    assert many["list"] == {"bucket": BUCKET, "key": "closes/november/shards.json"}
    assert len(json.dumps(many)) < 5_000
    assert [request["shard"]["index"] for request in asked(many, "write")] == list(range(10_000))
    assert asked(many, "score")[9_999] == many["score"] | {"shard": {"index": 9_999, "of": 10_000}}
    assert not systems.written


def test_the_shards_of_a_plan_keep_to_what_was_asked(cloud: Cloud, systems: Systems) -> None:
    """Two accounts in two shards are two accounts; a dry run stays one."""
    plan = close(plan=2, accounts=[account(1), account(6)], dry_run=True)
    answers = [handler(json.loads(json.dumps(shard)), Context()) for shard in asked(plan, "write")]
    assert plan["scores"] == []
    assert [(answer["accounts"], answer["status"]) for answer in answers] == [(1, "provisional")] * 2
    assert cloud.records() == {}
    assert not systems.written


def test_the_check_says_whether_the_month_is_closed(cloud: Cloud, systems: Systems, output: Callable[[], Any]) -> None:
    """Before the close it counts one missing, after it none, and it closes nothing itself."""
    check = {"time": "2025-11-02T06:00:00Z", "check": True}
    assert handler(check, Context()) == {"period": PERIOD, "closed": False}
    assert cloud.records() == {}
    close()
    assert handler(check, Context()) == {"period": PERIOD, "closed": True}
    assert missing(output) == [1]
    assert len(systems.written) == HOTELS


def test_an_account_that_fails_is_named_and_the_others_are_closed(
    cloud: Cloud, systems: Systems, output: Callable[[], list[dict[str, Any]]]
) -> None:
    """The run fails so that it is asked again; then the month is closed."""
    systems.org.refuse(f"{account(3)}_{PERIOD}", REFUSED)
    with pytest.raises(FinaliseError, match=f"1 of {HOTELS} accounts failed"):
        close("the-request")
    assert sorted(systems.written) == sorted(set(ALL) - {account(3)})
    lines = output()
    (line,) = [line for line in lines if line.get("message") == "not closed"]
    assert (line["account"], line["level"]) == (account(3), "ERROR")
    assert "not this one" in line["error"]
    (closed,) = [line for line in lines if line.get("message") == "closed"]
    assert (closed["scored"], closed["failed"]) == (HOTELS, 1)
    assert shards_of(cloud) == set()
    close("the-request")
    assert sorted(systems.written) == ALL
    assert shards_of(cloud) == {"00000/1"}


def test_an_account_that_the_store_does_not_give_is_named_and_the_others_are_closed(
    cloud: Cloud, systems: Systems
) -> None:
    """Reading one account's facts fails: one failure, no stop."""
    cloud.fail("Query", BUSY, "hotel-4")
    with pytest.raises(FinaliseError, match="1 of 7 accounts failed"):
        close()
    assert sorted(systems.written) == sorted(set(ALL) - {account(4)})


def test_an_account_that_a_newer_version_wrote_is_named_and_the_others_are_closed(
    cloud: Cloud, systems: Systems
) -> None:
    """As when this version was put back: the run fails for it alone."""
    (item,) = [one for one in cloud.items("company-accounts") if one["sk"]["S"].endswith(f"/{account(2)}")]
    newer = {"S": item["body"]["S"].replace('"form":1', '"form":2')}
    client_of_aws("dynamodb").put_item(TableName="company-accounts", Item={**item, "body": newer})
    with pytest.raises(FinaliseError, match="1 of 7 accounts failed"):
        close()
    assert sorted(systems.written) == sorted(set(ALL) - {account(2)})


def test_without_looker_the_period_is_closed_and_the_usage_had_by_the_retry(
    cloud: Cloud, systems: Systems, output: Callable[[], list[dict[str, Any]]]
) -> None:
    """All accounts are closed without usage, the run fails, and asked again closes them with it."""
    systems.instance.server.plan("/login", Fault("answer", Response(404, {"message": "Not found"})))
    with pytest.raises(FinaliseError, match="usage: Looker refused the login"):
        close("the-request")
    assert sorted(systems.written) == ALL
    assert _platform_scores(cloud) == [None] * HOTELS
    assert [line["level"] for line in output() if line.get("message") == "no usage"] == ["ERROR"]
    assert shards_of(cloud) == set()
    close("the-request")
    assert _platform_scores(cloud) == [50 + hotel for hotel in range(HOTELS)]
    assert shards_of(cloud) == {"00000/1"}


def test_without_looker_no_plan_is_made(cloud: Cloud, systems: Systems) -> None:
    """The state machine asks for it again."""
    systems.instance.server.plan("/login", Fault("answer", Response(404, {"message": "Not found"})))
    with pytest.raises(FinaliseError, match="no usage"):
        close(plan=2)
    assert cloud.records() == {}


def test_figures_go_to_the_table_that_is_configured(
    cloud: Cloud, systems: Systems, monkeypatch: pytest.MonkeyPatch, restarted: Callable[[], None]
) -> None:
    """One item a run, of one that failed as well; none where there is no table."""
    close()
    assert cloud.items(FIGURES) == []
    monkeypatch.setenv("CUSTOM_METRICS_TABLE", FIGURES)
    restarted()
    for row in systems.org.records["Health_Score__c"].values():
        row["Recorded_Final_Score__c"] = None
    systems.org.refuse(f"{account(3)}_{PERIOD}", REFUSED)
    with pytest.raises(FinaliseError):
        close("the-request")
    close("the-request")
    failed, done = sorted(cloud.items(FIGURES), key=lambda item: item["timestamp"]["S"])
    assert {item["metric"]["S"] for item in (failed, done)} == {"healthscore.finalise"}
    assert (failed["status"], failed["failed"]) == ({"S": "failed"}, {"N": "1"})
    assert (done["status"], done["accounts"], done["period"]) == ({"S": "ok"}, {"N": str(HOTELS)}, {"S": PERIOD})


def test_a_table_of_figures_that_is_not_there_leaves_no_month_open(
    cloud: Cloud, systems: Systems, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is an error that somebody hears of; the records are written all the same."""
    monkeypatch.setenv("CUSTOM_METRICS_TABLE", "no-such-table")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        close()
    assert sorted(systems.written) == ALL
    assert shards_of(cloud) == {"00000/1"}


class LateContext(Context):
    """A call that has no time left."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """Tell how much time is left: too little to begin a chunk."""
        return 200_000


def test_without_time_no_chunk_is_begun(cloud: Cloud, systems: Systems) -> None:
    """The run says that it is not finished; asked again with time, it is."""
    with pytest.raises(UnfinishedError, match=f"score: 0 of {HOTELS} accounts are done: ask again"):
        handler({"time": DUE}, LateContext("the-request"))
    assert cloud.records() == {}
    close("the-request")
    assert sorted(systems.written) == ALL


class HurriedContext(Context):
    """A call with little more time left than a close needs."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """Tell how much time is left."""
        return LEFT_TO_CLOSE_MILLISECONDS + 400


def test_a_source_that_hangs_keeps_no_month_open(cloud: Cloud, systems: Systems) -> None:
    """The usage is waited for as long as leaves time to close; the records are written, and the call fails by name."""
    systems.instance.server.plan("/run/json", *[Fault("slow", seconds=60)] * 9)
    with pytest.raises(FinaliseError, match=r"0 of \d+ accounts failed; usage: Looker .* gave no answer in time"):
        handler({"time": DUE}, HurriedContext("the-request"))
    assert sorted(systems.written) == ALL
    assert systems.instance.server.count("/run/json") == 1
    assert len(cloud.records()) == HOTELS
    assert shards_of(cloud) == set()


def ending(request_id: str) -> Context:
    """Give a call that has no time left to ask anybody by the time a chunk is begun."""
    left = chain([LEFT_TO_TELL_MILLISECONDS], repeat(LEAST_MILLISECONDS))

    class EndingContext(Context):
        @staticmethod
        def get_remaining_time_in_millis() -> int:
            return next(left)

    return EndingContext(request_id)


def test_salesforce_is_waited_for_no_longer_than_the_call_lasts(cloud: Cloud, systems: Systems) -> None:
    """The function names the accounts before AWS ends it; asked again it writes them."""
    with pytest.raises(FinaliseError, match=f"{HOTELS} of {HOTELS} accounts failed"):
        handler({"time": DUE, "usage": False}, ending("the-request"))
    assert not systems.org.calls
    assert shards_of(cloud) == set()
    close("the-request")
    assert sorted(systems.written) == ALL


class Reading:
    """Takes records and keeps the accounts that they are of."""

    def __init__(self) -> None:
        """Keep none yet."""
        self.accounts: list[str] = []

    def write(self, records: Iterable[Record]) -> None:
        """Take records."""
        self.accounts += [record.score.account_id for record in records]


def test_a_run_goes_on_where_it_was_stopped(cloud: Cloud, systems: Systems) -> None:
    """Chunks that the checkpoints has are not closed again, and count all the same; a failed one is closed again."""
    assert systems.hotels == HOTELS
    store, written = deployed_store("dynamodb://company", now), Reading()
    accounts = [Account(key, {"salesforce": (key,)}) for key in ALL]

    def go_on(until: int) -> Totals:
        period = Terms(PERIOD, END, CONFIG.model, "final", now())
        late = Resumable("run", store.checkpoints, lambda: len(written.accounts) >= until, period.now, chunk=2)
        return late.each("write", accounts, handing_on(Crew(store), lambda *_: Sinks(csv=written), period))

    with pytest.raises(UnfinishedError, match="4 of 7"):
        go_on(4)
    cloud.fail("PutItem", BUSY, ALL[6])
    with pytest.raises(StoreError):
        go_on(99)
    cloud.heal()
    assert written.accounts == ALL[:6]
    totals = go_on(99)
    assert (totals.accounts, len(totals.unscored), totals.failed) == (HOTELS, HOTELS, {})
    assert written.accounts == ALL
    assert go_on(99) == totals
    assert written.accounts == ALL


def keys(systems: Systems) -> set[object]:
    """Give the keys of the records that Salesforce holds."""
    return {row["External_Key__c"] for row in systems.org.records["Health_Score__c"].values()}


def test_what_the_crm_refused_is_written_by_the_next_run(cloud: Cloud, systems: Systems) -> None:
    """Whichever period that closes."""
    assert cloud.records() == {}
    systems.org.refuse(f"{account(3)}_{PERIOD}", REFUSED)
    with pytest.raises(FinaliseError, match="1 of 7 accounts failed"):
        close("october")
    assert f"{account(3)}_{PERIOD}" not in keys(systems)
    close("september", period="2025-09", confirm=list(GUARDS))
    assert f"{account(3)}_{PERIOD}" in keys(systems)


def test_a_request_without_anything_is_for_the_last_month() -> None:
    """As a person gives it who tries."""
    assert read_finalise({}) == FinaliseRequest()


def test_a_store_without_accounts_closes_nothing(cloud: Cloud, systems: Systems) -> None:
    """An empty portfolio is no closed month: it says what to do."""
    cloud.replace("company-accounts")
    with pytest.raises(FinaliseError, match="the store has no accounts: put them in with healthscore accounts import"):
        close()
    assert not systems.written
    assert shards_of(cloud) == set()


def test_a_shard_reads_its_accounts_and_no_other(cloud: Cloud, systems: Systems) -> None:
    """By one query between two places; one that is named is read by its key."""
    shard = {"index": 1, "of": 3}
    handler({"period": PERIOD, "step": "score", "usage": False, "shard": shard}, Context())
    (query,) = [one for one in cloud.operations("Query") if ":v2" in str(one.params) and _of_accounts(one.params)]
    first, last = sorted(value["S"] for value in query.params["ExpressionAttributeValues"].values())[:2]
    assert (first, last) == ("55555555", "aaaaaaa9~")
    mine = {account(n) for n in range(HOTELS) if Shard(1, 3).has(Account(account(n), {}))}
    assert {key for key, _ in cloud.records()} == mine
    assert systems.hotels == HOTELS


def _of_accounts(params: Mapping[str, Any]) -> bool:
    return str(params["TableName"]) == "company-accounts"
