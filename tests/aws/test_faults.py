"""What happens when a function dies in the middle, a store is busy, Salesforce is down: nothing lost or doubled."""

import os
import signal
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from config.portfolio import load_portfolio
from handlers.clock import now
from handlers.jobs.fold import fold_lines
from handlers.jobs.records import AccountReader
from handlers.stores.dynamodb.store import DynamoStore
from handlers.stores.protocol import Store
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import AccountFacts
from tests.aws.proxy import THROTTLED, proxy
from tests.aws.story import events_of, portfolio, replayed
from tests.aws.world import World, world
from tests.engines import EngineMissingError
from tests.fakes.server import Fault, Response
from tests.live.orgs import CONFIG

MANY = 300
CLOSE: dict[str, Any] = {"time": "2026-11-01T06:00:00Z", "run": "november", "confirm": ["fewer_scored", "uncovered"]}
"""Few events are folded here, so few accounts have a score: the guards that see it are let through."""
DOWN = Fault("answer", Response(503, "Salesforce is being maintained"))


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Deploy the stack, its close split over three shards."""
    folder = tmp_path_factory.mktemp("faults")
    portfolio().write_mapping(folder / "mapping.csv")
    try:
        with world(folder, folder / "mapping.csv", Shards="3") as brought_up:
            yield brought_up
    except EngineMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def events() -> tuple[bytes, ...]:
    """Choose some events."""
    return tuple(events_of(portfolio()))


def test_a_fold_that_is_killed_in_the_middle_of_a_batch_loses_and_doubles_nothing(
    deployed: World, events: Sequence[bytes], tmp_path: Path
) -> None:
    """Its batch is delivered again, and what was written before is there once."""
    some = events[:MANY]
    deployed.send(some)
    killed = 0
    for _ in range(3):
        deployed.until(lambda: bool(_workers(deployed, "fold")))
        killed += _kill(deployed, "fold")
        time.sleep(0.5)
    assert killed >= 3
    deployed.drain()
    assert _facts(deployed) == _folded(deployed, some, tmp_path)
    assert deployed.take("DeadEventQueue") == []


def test_a_fold_that_runs_out_of_time_is_tried_again(deployed: World, events: Sequence[bytes], tmp_path: Path) -> None:
    """A store that hangs ends the call; once it answers, the same events are folded."""
    some = events[MANY : MANY + 60]
    with proxy(deployed.emulator) as between, deployed.through(between.url, timeout=4):
        between.plan("/", *[Fault("slow", seconds=6.0)] * 3)
        deployed.send(some)
        deployed.drain()
        assert not between.faults
    assert _facts(deployed) == _folded(deployed, events[: MANY + 60], tmp_path)
    assert deployed.take("DeadEventQueue") == []


def test_a_store_that_is_too_busy_is_asked_again(deployed: World, events: Sequence[bytes], tmp_path: Path) -> None:
    """What the store will not take comes back, until it is taken; nothing becomes a dead letter."""
    some = events[MANY + 60 : MANY + 160]
    with proxy(deployed.emulator) as between, deployed.through(between.url, timeout=60):
        between.plan("/", *[THROTTLED] * 30)
        deployed.send(some)
        deployed.drain()
        assert not between.faults
    assert _facts(deployed) == _folded(deployed, events[: MANY + 160], tmp_path)
    assert deployed.take("DeadEventQueue") == []


def test_a_close_while_salesforce_is_down_fails_loudly_and_asked_again_writes_all(
    deployed: World, events: Sequence[bytes], tmp_path: Path
) -> None:
    """Every account is named as failed and the function fails; the same run asked again leaves what a replay gives."""
    deployed.org.plan("composite", *[DOWN] * 20)
    with pytest.raises(AssertionError, match="15 of 15 accounts failed"):
        deployed.stack.invoke("finalise", CLOSE)
    assert deployed.metric("finalise", "AccountsFailed") == 15
    assert not deployed.org.records["Health_Score__c"]
    deployed.org.faults.clear()
    assert deployed.stack.invoke("finalise", CLOSE)["failed"] == 0
    expected = replayed(events[: MANY + 160], deployed.mapping, tmp_path)
    assert _keys(deployed) == sorted(expected)


def test_a_close_that_is_killed_while_it_writes_is_finished_when_asked_again(deployed: World) -> None:
    """The records are there once each, as before."""
    before = {row["External_Key__c"]: dict(row) for row in deployed.org.records["Health_Score__c"].values()}
    deployed.org.plan("composite", Fault("slow", seconds=4.0))
    again = CLOSE | {"run": "again"}
    with ThreadPoolExecutor() as pool:
        call = pool.submit(deployed.stack.invoke, "finalise", again)
        deployed.until(lambda: not deployed.org.faults)
        assert _kill(deployed, "finalise") >= 1
        assert isinstance(call.exception(), AssertionError)
    assert deployed.stack.invoke("finalise", again)["failed"] == 0
    after = {row["External_Key__c"]: dict(row) for row in deployed.org.records["Health_Score__c"].values()}
    assert after == before


def test_a_close_that_is_split_over_shards_writes_the_same_and_a_shard_that_is_retried_changes_nothing(
    deployed: World,
) -> None:
    """The state machine plans and closes every shard, those that Salesforce refuses once more."""
    before = {row["External_Key__c"]: dict(row) for row in deployed.org.records["Health_Score__c"].values()}
    for row in deployed.org.records["Health_Score__c"].values():
        row["Recorded_Final_Score__c"] = None
    deployed.org.plan("composite", *[DOWN] * 10)
    assert deployed.execute({"time": CLOSE["time"], "confirm": CLOSE["confirm"]}) == "SUCCEEDED"
    after = {row["External_Key__c"]: dict(row) for row in deployed.org.records["Health_Score__c"].values()}
    assert after == before
    (closed,) = [item for item in deployed.scan("registry") if item["pk"]["S"] == "closed"]
    assert {"00000/3", "00001/3", "00002/3"} < {*closed["shards"]["SS"]}


def _keys(deployed: World) -> list[str]:
    return sorted(row["External_Key__c"] for row in deployed.org.records["Health_Score__c"].values())


def _facts(deployed: World) -> list[AccountFacts]:
    store = DynamoStore(deployed.emulator.client("dynamodb"), deployed.stack.name, now)
    return _read(deployed, store)


def _folded(deployed: World, events: Sequence[bytes], folder: Path) -> list[AccountFacts]:
    """Fold events into an embedded store, and read what is known of each account."""
    with closing(SqliteStore(folder / "folded.db", durable=False)) as store:
        for _ in fold_lines(events, "events", store, CONFIG.intake, now()):
            pass
        return _read(deployed, store)


def _read(deployed: World, store: Store) -> list[AccountFacts]:
    reader = AccountReader(store)
    return [reader.read(account) for account in load_portfolio(deployed.mapping)]


def _workers(deployed: World, function: str) -> list[int]:
    """Name the processes that run a function."""
    mark = f"ministack-lambda-{deployed.stack.function(function)}-".encode()
    lines = {path.parent.name: path for path in Path("/proc").glob("[0-9]*/cmdline")}
    return [int(pid) for pid, path in lines.items() if mark in _command(path)]


def _command(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _kill(deployed: World, function: str) -> int:
    workers = _workers(deployed, function)
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    return len(workers)
