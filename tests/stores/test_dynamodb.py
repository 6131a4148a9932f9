"""What the store in DynamoDB promises beyond the contract: what a write costs, and items at their size limit."""

from __future__ import annotations

from base64 import b85encode
from collections import Counter
from contextlib import closing
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from handlers.stores.accounts import Edit
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.store import DynamoStore, open_tables
from handlers.stores.dynamodb.tables import Tables, create_tables
from handlers.stores.protocol import StoreError
from scoring.account import Naming
from scoring.compaction import compact
from scoring.facts import HISTORY, Fact, gather
from scoring.feeds import Covered, Heard
from scoring.instants import DAY, HOUR, Instant
from scoring.observations import Fields, Finding, Gap, Message, Observation, Subject
from tests.engines import CREDENTIALS
from tests.scoring.strategies import CONVERSATION, START
from tests.stores.places import NOW, batch_of, now
from tests.stores.test_store_contract import ANOTHER, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

ACME = "001AA0000000001YAA"
SIGNAL = Subject("salesforce", "signal", "a01")


class Meter:
    """Counts the calls of a client that cost something, and their units; to ask which table bears a name is free."""

    def __init__(self, client: DynamoDBClient) -> None:
        """Listen to a client."""
        self.calls: Counter[str] = Counter()
        self.units: list[float] = []
        client.meta.events.register("provide-client-params.dynamodb.UpdateItem", self._ask)
        client.meta.events.register("after-call.dynamodb", self._count)

    def _ask(self, params: dict[str, Any], **_: object) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def _count(self, model: Any, parsed: dict[str, Any], **_: object) -> None:  # noqa: ANN401
        self.calls[model.name] += model.name != "DescribeTable"
        if "ConsumedCapacity" in parsed:
            self.units.append(parsed["ConsumedCapacity"]["CapacityUnits"])

    def since(self) -> tuple[Counter[str], float]:
        """Give the calls and the units since it was last asked."""
        calls, units = +self.calls, sum(self.units)
        self.calls, self.units = Counter(), []
        return calls, units


@pytest.fixture
def tables(dynamodb_url: str) -> Tables:
    """Give new tables in DynamoDB Local."""
    tables = Tables(f"{dynamodb_url.removeprefix('dynamodb://')}-{uuid4().hex[:8]}")
    with closing(connect()) as client:
        create_tables(client, tables)
    return tables


@pytest.fixture
def client(tables: Tables) -> Iterator[DynamoDBClient]:
    """Give a client of the engine that has the tables."""
    assert tables.prefix
    with closing(connect()) as made:
        yield made


@pytest.fixture
def store(client: DynamoDBClient, tables: Tables) -> Iterator[DynamoStore]:
    """Give an empty store."""
    with closing(DynamoStore(client, tables.prefix, now)) as opened:
        yield opened


@pytest.fixture
def meter(client: DynamoDBClient, store: DynamoStore) -> Meter:
    """Give a meter of the store's calls."""
    store.feeds()
    return Meter(client)


def test_a_batch_is_one_write_a_subject_without_a_read(store: DynamoStore, meter: Meter) -> None:
    """Whatever the batch says of a subject goes into one UpdateItem; who was erased is asked once a minute at most."""
    subjects = [Subject("intercom", "conversation", str(number)) for number in range(5)]
    sent = [said(START + at, "one", subject) for subject in subjects for at in range(4)]
    store.merge(batch_of(*sent))
    store.merge(batch_of(*(Observation(subject, NOW, Fields(())) for subject in subjects)))
    assert meter.since()[0] == {"UpdateItem": 10, "Query": 1}


def test_a_new_observation_costs_two_units_and_a_repeated_one_a_single_unit(store: DynamoStore, meter: Meter) -> None:
    """An index that gains nothing is not written."""
    store.merge(batch_of(said(START, "one")))
    assert meter.since()[1] <= 2
    store.merge(batch_of(said(START + 1, "one")))
    assert meter.since()[1] <= 2
    store.merge(batch_of(said(START + 1, "one")))
    assert meter.since() == ({"UpdateItem": 1}, 1)


def test_what_a_process_wrote_of_owners_and_feeds_it_does_not_write_again(store: DynamoStore, meter: Meter) -> None:
    """A naming or a sign of life that says nothing new costs nothing."""
    hour = Instant(START // HOUR * HOUR)
    batch = batch_of(Naming("intercom", ("acme", "id"), hour, "Acme"), Heard("intercom", hour))
    store.merge(batch)
    assert meter.since()[0] == {"UpdateItem": 4, "Query": 1}
    store.merge(batch)
    store.merge(batch_of(Naming("intercom", ("acme", "id"), hour + 1)))
    assert meter.since()[0] == {}
    store.merge(batch_of(Heard("intercom", hour + 9)))
    assert meter.since()[0] == {"UpdateItem": 1}


def test_the_hours_of_a_day_are_one_write_and_owners_of_all_sources_are_read_together(
    store: DynamoStore, meter: Meter
) -> None:
    """A backfill tells of many hours; an account has owners in several sources, and their other ids are read next."""
    day = Instant(START // DAY * DAY)
    store.merge(batch_of(*(Heard("intercom", Instant(day + hour * HOUR)) for hour in range(24))))
    assert meter.since()[0] == {"UpdateItem": 1, "Query": 1}
    store.merge(batch_of(*(Naming(source, ("acme", source), day, "Acme") for source in ("intercom", "looker"))))
    meter.since()
    keys = [("looker", "looker"), ("intercom", "acme"), ("salesforce", "nobody")]
    assert [len(owner.ids) for owner in store.named(keys)] == [2, 2, 1]
    assert meter.since()[0] == {"BatchGetItem": 2}
    assert store.named(keys) == [store.owner(*key) for key in keys]


def test_two_processes_that_hear_and_name_in_turn_agree(store: DynamoStore, tables: Tables) -> None:
    """What one process remembers does not hide what another wrote."""
    with closing(DynamoStore(connect(), tables.prefix, now)) as other:
        for turn, one in enumerate([store, other, store, other, store]):
            at = START + (turn * 7 % 5) * DAY
            one.merge(batch_of(Naming("intercom", ("acme", f"id{turn}"), at, f"At {at}")))
            one.merge(batch_of(Heard("intercom", START + turn * 7 % 5), Covered("intercom", at)))
        for one in (store, other):
            feed = one.feeds()["intercom"]
            assert (feed.covered_since, feed.heard) == (START, ((START, START + 4),))
            owner = one.owner("intercom", "id4")
            assert (owner.since, owner.name, len(owner.ids)) == (START, f"At {START + 4 * DAY}", 6)


def facts_item(client: DynamoDBClient, tables: Tables, subject: Subject) -> dict[str, Any]:
    """Read the item of a subject as it is stored."""
    key = {"subject": {"S": "/".join(subject)}}
    return dict(client.get_item(TableName=tables.facts, Key=key)["Item"])


def test_the_owner_of_the_index_moves_only_forward_in_time(
    store: DynamoStore, client: DynamoDBClient, tables: Tables
) -> None:
    """A late observation of a former owner is added, and the index stays with the latest."""
    for at, owner in ((5, "two"), (1, "one"), (3, "three"), (9, None)):
        store.merge(batch_of(said(START + at, owner)))
    item = facts_item(client, tables, CONVERSATION)
    assert item["owner"] == {"S": "intercom/two"}
    assert sorted(item["owners"]["SS"]) == ["intercom/one", "intercom/three", "intercom/two"]


def test_a_pointer_that_a_crash_left_unwritten_is_written_when_the_batch_comes_again(
    store: DynamoStore, client: DynamoDBClient, tables: Tables
) -> None:
    """Between an item and its pointers a process may die; the queue then sends the batch again."""
    moved = batch_of(said(START, "one"), said(START + 1, "two"))
    store.merge(moved)
    for item in client.scan(TableName=tables.facts)["Items"]:
        if "of" in item:
            client.delete_item(TableName=tables.facts, Key={"subject": item["subject"]})
    assert store.facts("intercom", ["one"]) == []
    store.merge(moved)
    assert len(store.facts("intercom", ["one"])) == 1


def long_text(at: Instant, number: int, owner: str | None = "one", size: int = 30_000) -> Observation:
    """Say a long text of a signal, which takes so many bytes however it is packed."""
    noise = b85encode(Random(number).randbytes(size)).decode()  # noqa: S311 - noise, not a secret
    return Observation(SIGNAL, at, Fields((("detail", noise),)), owner)


def test_an_item_that_is_full_forgets_what_no_view_can_see(
    store: DynamoStore, client: DynamoDBClient, tables: Tables
) -> None:
    """Of what was superseded long ago only the last is kept, and the item stays one."""
    old = [long_text(NOW - 900 * DAY + number * HOUR, number) for number in range(13)]
    new = [long_text(NOW - number * DAY, 100 + number) for number in range(3)]
    for observation in [*old, *new]:
        store.merge(batch_of(observation))
    (kept,) = store.facts("salesforce", ["one"])
    assert "parts" not in facts_item(client, tables, SIGNAL)
    assert kept.observations < {*old, *new}
    horizon = NOW - HISTORY
    assert compact(kept, horizon) == compact(Fact(SIGNAL, frozenset([*old, *new])), horizon)


def long_message(at: Instant, part: int, version: int = 1) -> Observation:
    """Say a message with as long a quote, which no dictionary packs."""
    noise = b85encode(Random(part * 99 + version).randbytes(30_000)).decode()  # noqa: S311 - noise, not a secret
    found = Finding("budget", noise, "r", str(version))
    return Observation(CONVERSATION, at, Message(str(part), findings=(found,), version=str(version)))


def test_an_item_full_of_messages_forgets_those_that_no_view_asks_for(
    store: DynamoStore, client: DynamoDBClient, tables: Tables
) -> None:
    """Those of long ago and older readings of a part; the conversation's own snapshots stay, and the item stays one."""
    snapshots = [said(NOW - 900 * DAY, "acme"), said(NOW - 1, None)]
    old = [long_message(NOW - (900 - part) * DAY, part) for part in range(5)]
    outrun = [long_message(NOW - 9 * DAY, 10 + part, 9) for part in range(3)]
    new = [long_message(NOW - 9 * DAY, 10 + part, 10) for part in range(6)]
    for observation in [*snapshots, *old, *outrun, *new]:
        store.merge(batch_of(observation))
    (kept,) = store.facts("intercom", ["acme"])
    assert "parts" not in facts_item(client, tables, CONVERSATION)
    assert {*snapshots, *new} <= kept.observations < {*snapshots, *old, *outrun, *new}


def test_an_item_that_is_full_of_what_can_be_seen_spreads_over_several(store: DynamoStore) -> None:
    """Nothing is refused and nothing lost, for whichever owner asks; and all of it can be discarded."""
    sent = [long_text(NOW - number * HOUR, number, ("one", "two")[number % 2]) for number in range(45)]
    for start in range(0, len(sent), 5):
        store.merge(batch_of(*sent[start : start + 5], said(NOW, "one", ANOTHER)))
    assert store.facts("salesforce", ["one"]) == store.facts("salesforce", ["two"]) == list(gather(sent))
    store.merge(batch_of(*sent, Observation(SIGNAL, NOW, Gap("Churn_Signal__c"))))
    assert len(store.rereads()) == 1
    store.discard(SIGNAL, sent[1:])
    ((_, left),) = [(fact.subject, fact.observations) for fact in store.facts("salesforce", ["two"])]
    assert left == {sent[0], Observation(SIGNAL, NOW, Gap("Churn_Signal__c"))}


def test_an_observation_larger_than_an_item_is_refused_by_name(store: DynamoStore) -> None:
    """No room can be made for it."""
    store.merge(batch_of(long_text(NOW, 1)))
    with pytest.raises(StoreError, match="salesforce/signal/a01 says more than the 400 KB"):
        store.merge(batch_of(long_text(NOW - 1, 2, size=500_000)))
    assert len(store.facts("salesforce", ["one"])) == 1


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoDBClient]:
    """Give DynamoDB as AWS has it, with backups and tags, in memory."""
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with mock_aws(), closing(boto3.session.Session().client("dynamodb")) as client:
        yield client


def test_tables_are_paid_by_request_and_can_be_recovered_to_a_point_in_time(cloud: DynamoDBClient) -> None:
    """Making tables that are there changes nothing."""
    tables = Tables("health")
    create_tables(cloud, tables)
    create_tables(cloud, tables)
    assert sorted(cloud.list_tables()["TableNames"]) == sorted(tables.every)
    for name in tables.every:
        table = cloud.describe_table(TableName=name)["Table"]
        assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
        backups = cloud.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def cancelled(*codes: str) -> ClientError:
    """Refuse a transaction as DynamoDB does, with what each of its items says."""
    told = {"Error": {"Code": "TransactionCanceledException", "Message": "cancelled"}}
    return ClientError(told | {"CancellationReasons": [{"Code": code} for code in codes]}, "TransactWriteItems")  # type: ignore[arg-type]


def test_accounts_that_come_faster_than_the_table_takes_them_are_written_all_the_same(cloud: DynamoDBClient) -> None:
    """A cancelled transaction is asked again, where it was for want of room alone; botocore does not do it."""
    refusals = [cancelled("None", "ThrottlingError"), cancelled("TransactionConflict", "ThrottlingError")]

    def refuse(**_: object) -> None:
        if refusals:
            raise refusals.pop()

    create_tables(cloud, Tables("health"))
    cloud.meta.events.register("before-call.dynamodb.TransactWriteItems", refuse)
    with closing(DynamoStore(cloud, "health", now, calls_at_once=1)) as store:
        assert len(store.portfolio.put([Edit(ACME)], "zoe", NOW)) == 1
        assert refusals == []
        refusals.append(cancelled("ValidationError"))
        with pytest.raises(StoreError, match="cancelled"):
            store.portfolio.put([Edit(ACME, remove=True)], "zoe", NOW)


def older(cloud: DynamoDBClient, tables: Tables) -> None:
    """Have a store of before accounts were kept."""
    create_tables(cloud, tables)
    cloud.delete_table(TableName=tables.accounts)


def tagged(cloud: DynamoDBClient, table: str) -> None:
    """Tag a table as CloudFormation tags those that it makes."""
    arn = cloud.describe_table(TableName=table)["Table"]["TableArn"]
    cloud.tag_resource(ResourceArn=arn, Tags=[{"Key": "aws:cloudformation:stack-name", "Value": "health"}])


def test_the_table_of_accounts_is_made_where_nobody_else_makes_it(cloud: DynamoDBClient) -> None:
    """A store that somebody made by hand before accounts were kept is brought up to date when it is written to."""
    tables = Tables("health")
    older(cloud, tables)
    with closing(open_tables("health", now, create=False)) as store:
        assert not store.portfolio.is_used
    assert tables.accounts not in cloud.list_tables()["TableNames"]
    with closing(open_tables("health", now)) as store:
        assert store.portfolio.put([Edit(ACME)], "zoe", NOW)


def test_the_table_of_accounts_of_a_stack_is_made_by_its_deployment(cloud: DynamoDBClient) -> None:
    """One that is there already would stop the deployment; until then the store has no accounts, and says so."""
    tables = Tables("health")
    older(cloud, tables)
    tagged(cloud, tables.facts)
    with closing(open_tables("health", now)) as store:
        assert not store.portfolio.is_used
        assert [*store.portfolio.accounts(), *store.portfolio.history()] == []
        assert (store.portfolio.account(ACME), store.portfolio.some([ACME])) == (None, {})
        assert store.portfolio.accounts_of([("looker", "77")]) == {}
        with pytest.raises(StoreError, match=r"has no health-accounts: deploy the stack anew \(make deploy\)"):
            store.portfolio.put([Edit(ACME)], "zoe", NOW)
    assert sorted(cloud.list_tables()["TableNames"]) == sorted(tables.names)


def test_tables_that_are_gone_are_an_error_that_says_what_to_do(store: DynamoStore) -> None:
    """Someone may have removed them meanwhile."""
    store.drop()
    with pytest.raises(StoreError, match="tables are missing: open the store anew"):
        store.merge(batch_of(said(START, "one")))
