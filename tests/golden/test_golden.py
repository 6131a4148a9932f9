"""Stores written by earlier versions of the program are read by this one: same facts, records, models, same scores."""

import gzip
import json
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from msgspec import structs

from config.model_text import model_from_text
from handlers.jobs.alerts import edges_before, kept_list
from handlers.jobs.closes import deeds, noted
from handlers.stores.accounts import Edit
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.rows import row_of
from handlers.stores.dynamodb.store import DynamoStore
from handlers.stores.dynamodb.tables import Tables, create_tables
from handlers.stores.protocol import Store
from handlers.stores.sqlite.schema import FORMAT
from handlers.stores.sqlite.store import SqliteStore
from scoring.facts import Fact, gather, merge
from scoring.instants import DAY
from scoring.observations import Observation
from scoring.record import Record, holds
from scoring.summary import summary_of
from tests.golden import sample
from tests.golden.make import CLAIM, CLOSED, RUN, SUMMARY

FOLDERS = sorted(path for path in Path(__file__).parent.iterdir() if path.name.isdecimal())
KINDS = ("account", "conversation", "csql", "event", "opportunity", "payment", "reading", "signal", "user")


def sqlite_store(folder: Path, tmp_path: Path) -> SqliteStore:
    """Open a copy of a format's file."""
    path = tmp_path / "store.db"
    path.write_bytes(gzip.decompress((folder / "store.db.gz").read_bytes()))
    return SqliteStore(path)


def items_of(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the items of a format, each with the table it is in."""
    for line in (folder / "items.txt").read_text().splitlines():
        table, _, item = line.partition(" ")
        yield table, {name: typed(value) for name, value in json.loads(item).items()}


def typed(value: dict[str, Any]) -> dict[str, Any]:
    """Give an attribute as the client takes it."""
    return {"B": b64decode(value["B"])} if "B" in value else value


def dynamo_store(folder: Path) -> DynamoStore:
    """Open tables of their own with a format's items."""
    client, prefix = connect(), f"golden-{uuid4().hex}"
    create_tables(client, Tables(prefix))
    for table, item in items_of(folder):
        client.put_item(TableName=f"{prefix}-{table}", Item=item)
    return DynamoStore(client, prefix, lambda: sample.NOW, calls_at_once=1)


def opened(request: pytest.FixtureRequest, folder: Path, kind: str) -> Store:
    """Open a store of a format, as its file or as its tables."""
    if kind == "dynamodb":
        request.getfixturevalue("memory")
        return dynamo_store(folder)
    return sqlite_store(folder, request.getfixturevalue("tmp_path_factory").mktemp("old"))


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    """Give the sample of each format."""
    given: Path = request.param
    return given


@pytest.fixture(scope="module")
def number(folder: Path) -> int:
    """Give the number of the format."""
    return int(folder.name)


@pytest.fixture(scope="module", params=["sqlite", "dynamodb"])
def kind(request: pytest.FixtureRequest) -> str:
    """Give each kind of store."""
    given: str = request.param
    return given


@pytest.fixture(scope="module")
def old(request: pytest.FixtureRequest, folder: Path, kind: str) -> Iterator[Store]:
    """Give a store of each format that is only read."""
    with closing(opened(request, folder, kind)) as store:
        yield store


@pytest.fixture
def written(request: pytest.FixtureRequest, folder: Path, kind: str) -> Iterator[Store]:
    """Give a store of each format that is written to."""
    with closing(opened(request, folder, kind)) as store:
        yield store


@pytest.fixture
def fresh(number: int, tmp_path: Path) -> Iterator[SqliteStore]:
    """Give a new store, in which this version of the program has written the same."""
    with closing(SqliteStore(tmp_path / "fresh.db")) as store:
        for batch in sample.batches(number):
            store.merge(batch)
        yield store


def said(number: int) -> tuple[Fact, ...]:
    """Give the facts of the sample of a format."""
    return gather(one for one in sample.statements(number) if isinstance(one, Observation))


def facts_in(store: Store) -> tuple[Fact, ...]:
    """Read every fact of a store: of owners, of nobody, of whole objects."""
    owners = {(one.subject.source, one.owner) for one in sample.statements(FORMAT) if isinstance(one, Observation)}
    named = [fact for source, owner in owners if owner for fact in store.facts(source, [owner])]
    return merge([*named, *store.gaps(), *(fact for kind in KINDS for fact in store.unattributed_facts(kind))])


def held(store: Store) -> dict[str, bool]:
    """Say of each record whether it holds."""
    return {record.key: holds(record, model_from_text(model_text_of(store, record))) for record in store.records()}


def model_text_of(store: Store, record: Record) -> str:
    """Give the text of the model that a record was made under."""
    text = store.model(record.score.model_version)
    assert text is not None
    return text


def test_every_observation_is_what_it_was(old: Store, number: int) -> None:
    """Each content, each owner, each instant."""
    assert facts_in(old) == said(number)


def test_owners_feeds_and_marks_are_what_they_were(old: Store, fresh: Store) -> None:
    """As a new store of the same statements has them."""
    for source in sample.SOURCES:
        assert list(old.owners(source)) == list(fresh.owners(source))
    assert old.feeds() == fresh.feeds()
    assert old.rereads() == fresh.rereads()
    assert old.unattributed() == fresh.unattributed()
    assert {name: old.cursor(name) for name in sample.CURSORS} == sample.CURSORS


def test_what_became_of_closes_and_the_log_of_deeds_are_what_they_were(old: Store, number: int) -> None:
    """Format 3 had neither."""
    since_4 = number >= 4
    bare = structs.replace(sample.NOTE, digest=structs.replace(sample.NOTE.digest, spreads={}))
    assert noted(old, "2026-09") == ((sample.NOTE if number >= 6 else bare) if since_4 else None)
    assert deeds(old) == ([sample.DEED] if since_4 else [])


def test_every_record_holds_under_the_model_it_names(old: Store) -> None:
    """Whatever the program has learned since, a record is proved by its own receipt and model."""
    assert held(old) == {f"{account.id}_{period}": True for account in sample.ACCOUNTS for period in sample.PERIODS}


def known_then(record: Record, number: int) -> Record:
    """Give a record without what records of its format did not say."""
    if number >= 6:
        return record
    record = replace(record, steady_before=None, alert=None, left=None)
    if number == 5:
        return record
    bare = replace(record.measurements, csm=None, arr=None, currency=None, renewal=None)
    return replace(record, measurements=bare, moved=None)


def test_the_facts_give_the_same_records_under_the_old_model(old: Store, number: int) -> None:
    """So what moved since is told from what the model's figures are today."""
    records = list(old.records())
    model = model_from_text(model_text_of(old, records[0]))
    assert [known_then(one, number) for one in sample.records(old, model)] == records


def test_the_same_statements_taken_in_again_change_nothing(written: Store, number: int) -> None:
    """A source that repeats itself after an upgrade makes no second fact."""
    for batch in sample.batches(number):
        written.merge(batch)
    assert facts_in(written) == said(number)


def test_an_old_store_goes_on_being_written(written: Store, fresh: Store) -> None:
    """New statements, records, models and cursors join the old ones."""
    for store in (written, fresh):
        store.merge(sample.batch_of(sample.statements(FORMAT)))
    assert facts_in(written) == facts_in(fresh)
    model = model_from_text(model_text_of(written, next(written.records())))
    again = list(sample.records(written, model))
    assert written.put_records(again) == []
    assert list(written.records()) == again


def test_the_ledger_is_what_it_was(folder: Path, memory: None) -> None:
    """What is claimed stays claimed, what is done is not done again, what is closed is closed."""
    assert memory is None
    checkpoints = dynamo_store(folder).checkpoints
    assert checkpoints.finished(RUN) == {"0": SUMMARY}
    assert checkpoints.closed(CLOSED) == {"0", "1"}
    assert not checkpoints.claim(CLAIM, sample.NOW, sample.NOW + DAY)
    assert checkpoints.claim(CLAIM, sample.NOW + DAY, sample.NOW + 2 * DAY)


def test_an_observation_has_the_name_that_its_format_gave_it(folder: Path) -> None:
    """So an observation that an earlier version wrote is not written beside it once more."""
    names = {name for _, item in items_of(folder) for name in item if name.startswith("o#")}
    assert names == {row_of(observation).name for fact in said(int(folder.name)) for observation in fact.observations}


def test_every_record_has_its_summary(old: Store, number: int, kind: str) -> None:
    """Also in a store of before there were any; a record that does not say how it moved has its change all the same.

    Those that format 5 wrote into a file have no smoothed score.
    """
    for period in sample.PERIODS:
        records = (old.record(account.id, period) for account in sample.ACCOUNTS)
        wanted = [
            summary_of(one, old.record_before(one.score.account_id, period)) for one in records if one is not None
        ]
        known = wanted if (number, kind) != (5, "sqlite") else [replace(one, smoothed=None) for one in wanted]
        assert list(old.summaries(period)) == sorted(known, key=lambda one: one.account_id)
    assert old.summarised() == sorted(sample.PERIODS)


def test_a_list_of_alerts_is_what_it_was(old: Store, number: int) -> None:
    """A store of before there were alerts has none, and no record of it is alerted."""
    since_6 = number >= 6
    assert kept_list(old, "2026-10") == (sample.ALERTS if since_6 else None)
    assert edges_before(old, "2026-11") == (sample.EDGES if since_6 else None)
    alerted = {one.score.account_id for one in old.records() if one.alert is not None}
    assert alerted == ({sample.ACCOUNTS[0].id} if since_6 else set())


def test_accounts_and_their_history_are_what_they_were(old: Store, number: int) -> None:
    """A store of before there were any has none, and leaves it to the mapping which there are."""
    since_6 = number >= 6
    assert old.portfolio.is_used == since_6
    csms = {one.id[-4]: one.csm for one in old.portfolio.accounts()}
    assert csms == ({"1": "Ana Größe", "3": None} if since_6 else {})
    told = [(one.by, one.deed) for one in old.portfolio.history()]
    assert sorted(told) == ([("max", "changed"), ("max", "removed"), *[("zoe", "added")] * 3] if since_6 else [])


def test_an_old_store_takes_accounts_in(written: Store) -> None:
    """As a new one does."""
    edit = Edit("001AA0000000009YAA", {"name": "New"}, more=(("looker", "909"),))
    assert written.portfolio.put([edit], "eva", sample.NOW)
    assert written.portfolio.accounts_of([("looker", "909")]) == {("looker", "909"): edit.account_id}
