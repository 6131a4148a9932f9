"""The deployed stack closes a month, in any trouble: held where it would do harm, else written once, as a replay is."""

import json
import os
import signal
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from config.record_map import DRIVERS, RecordField, cell
from handlers.demo.portfolio import WORKED
from scoring.record import Record
from tests.aws.story import Story
from tests.aws.world import World
from tests.calling import call
from tests.engines import CREDENTIALS
from tests.fakes.server import Fault, Response
from tests.live.orgs import CONFIG

CLOSE: dict[str, Any] = {"time": "2026-11-01T06:00:00Z", "run": "november"}
CHECK = {"time": "2026-11-02T06:00:00Z", "check": True}
LONG_AGO = "2024-01-01T06:00:00Z"
DOWN = Fault("answer", Response(500, "Salesforce is out of order"))
CASES = json.loads((Path(__file__).parents[1] / "cases" / "worked_examples.json").read_text())


def test_a_close_that_would_do_harm_is_held(whole: Story) -> None:
    """Nothing leaves the store: the state machine stops, an alarm is counted, the month stays open."""
    held = whole.world.execute({"time": LONG_AGO})
    assert (held["status"], held["error"]) == ("FAILED", "CloseHeld")
    assert whole.world.metric("finalise", "CloseHeld") == 1
    answer = whole.world.stack.invoke("finalise", {"time": LONG_AGO, "confirm": ["tier_changes"]})
    assert (answer["is_held"], [*answer["held"]]) == (True, ["uncovered"])
    assert not whole.world.org.records["Health_Score__c"]
    assert not whole.world.stack.invoke("finalise", {"time": LONG_AGO, "check": True})["closed"]


def test_a_close_while_salesforce_is_down_fails_loudly_and_asked_again_writes_what_a_replay_gives(
    whole: Story, tmp_path: Path
) -> None:
    """Every account is named as failed; the same run asked again writes all, the published figures among them."""
    whole.world.org.plan("composite", *[DOWN] * 20)
    with pytest.raises(AssertionError, match="15 of 15 accounts failed"):
        whole.world.stack.invoke("finalise", CLOSE)
    assert [line["failed"] for line in whole.world.lines("finalise", "closed")] == [15]
    assert not whole.world.org.records["Health_Score__c"]
    assert not whole.world.stack.invoke("finalise", CHECK)["closed"]
    whole.world.org.faults.clear()
    expected = whole.records_of_a_replay(tmp_path)
    summary = whole.world.stack.invoke("finalise", CLOSE)
    assert (summary["accounts"], summary["failed"]) == (len(expected) + summary["deleted"], 0)
    assert written(whole.world) == {key: shown(record) for key, record in expected.items()}
    assert all(row["Drivers__c"] for row in rows(whole.world).values())
    found = {
        row["Account_Name__c"]: (row["Recorded_Final_Score__c"], row["Tier__c"]) for row in rows(whole.world).values()
    }
    published = {name: case["expected"] for name, case in zip(WORKED, CASES, strict=False)}
    assert {name: found[name] for name in WORKED} == {
        name: (case["final_score"], case["tier"]) for name, case in published.items()
    }
    assert whole.world.stack.invoke("finalise", CHECK)["closed"]


def test_a_close_waits_for_salesforce_and_ends_by_itself_and_what_was_written_before_stays_as_it_was(
    closed: Story,
) -> None:
    """The state machine scores, looks at and writes every shard; no error is counted while Salesforce is down."""
    before, failed = rows(closed.world), len(closed.world.lines("finalise", "not closed"))
    forget_figures(closed)
    closed.world.org.plan("composite", *[DOWN] * 3)
    ended = closed.world.execute({"time": CLOSE["time"]})
    assert ended["status"] == "SUCCEEDED", ended
    assert json.loads(ended["output"]) == {"period": "2026-10", "is_closed": True}
    assert closed.world.lines("finalise", "waits for the CRM")
    assert len(closed.world.lines("finalise", "not closed")) == failed
    assert not closed.world.org.faults
    assert rows(closed.world) == before
    (shards,) = [item["shards"]["SS"] for item in closed.world.scan("registry") if item["pk"]["S"] == "closed"]
    assert {"00000/2", "00001/2"} < {*shards}


def test_when_the_time_is_over_a_letter_names_the_close_and_the_command_asks_for_it_again(
    closed: Story, tmp_path: Path
) -> None:
    """With its month, its run, how many accounts, and why; a dead event goes back to be folded beside it."""
    world, before = closed.world, rows(closed.world)
    forget_figures(closed)
    world.org.plan("composite", *[DOWN] * 20)
    ended = world.execute({"time": CLOSE["time"], "wait_seconds": 0})
    assert (ended["status"], ended["error"]) == ("FAILED", "NotClosed")
    world.org.faults.clear()
    sqs = world.emulator.client("sqs")
    sqs.send_message(QueueUrl=world.stack.outputs["DeadEventQueue"], MessageBody=closed.told[0].decode())
    there = {"AWS_ENDPOINT_URL": world.emulator.url, **CREDENTIALS}
    command = ("--store", f"dynamodb://{world.stack.name}", "dead-letters")
    called = partial(call, *command, folder=tmp_path, environment=there)
    listed = json.loads(called("list", "--json", "--place", "calls").stdout)
    (letter,) = listed["letters"]
    assert "2026-10 is not closed" in letter["reason"]
    assert "15 accounts are not in Salesforce: Salesforce refused (500)" in letter["reason"]
    assert ended["name"] in letter["reason"]
    retried = called("retry", "--all")
    assert json.loads(retried.stdout) == {"retried": 2, "stays": 0, "is_sent": True}
    assert (world.waiting("DeadCallQueue"), world.waiting("DeadEventQueue")) == (0, 0)
    world.until(lambda: rows(world) == before)
    world.drain()


def test_a_held_close_goes_through_once_a_person_names_the_guard(closed: Story) -> None:
    """By the input of the state machine."""
    assert closed.world.execute({"time": LONG_AGO, "confirm": ["uncovered"]})["status"] == "SUCCEEDED"
    assert {key for key in rows(closed.world) if key.endswith("_2023-12")}
    assert closed.world.stack.invoke("finalise", {"time": LONG_AGO, "check": True})["closed"]


def test_a_close_that_is_killed_while_it_writes_is_finished_when_asked_again(closed: Story) -> None:
    """The records are there once each, as before."""
    before, again = rows(closed.world), CLOSE | {"run": "again"}
    closed.world.org.plan("composite", Fault("slow", seconds=2.0))
    with ThreadPoolExecutor() as pool:
        call = pool.submit(closed.world.stack.invoke, "finalise", again)
        closed.world.until(lambda: not closed.world.org.faults)
        for pid in closed.world.workers("finalise"):
            os.kill(pid, signal.SIGKILL)
        assert isinstance(call.exception(), AssertionError)
    assert closed.world.stack.invoke("finalise", again)["failed"] == 0
    assert rows(closed.world) == before


@pytest.fixture(name="closed", scope="module")
def _closed(whole: Story) -> Story:
    """Close the month, where no test before did."""
    whole.world.stack.invoke("finalise", CLOSE)
    return whole


def forget_figures(closed: Story) -> None:
    """Let every record of Salesforce look as if it had not been written as we send it."""
    for row in closed.world.org.records["Health_Score__c"].values():
        row["Recorded_Final_Score__c"] = None


def rows(deployed: World) -> Mapping[str, Mapping[str, Any]]:
    """Give the records that Salesforce has, by their key."""
    return {row["External_Key__c"]: dict(row) for row in deployed.org.records["Health_Score__c"].values()}


def written(deployed: World) -> Mapping[str, Mapping[str, Any]]:
    """Give of the records that Salesforce has the fields that we write."""
    return {key: {field.field: row[field.field] for field in figures()} for key, row in rows(deployed).items()}


def shown(record: Record) -> Mapping[str, Any]:
    """Give the fields of a record as we write them."""
    return {field.field: cell(record, field) for field in figures()}


def figures() -> list[RecordField]:
    """Give the fields that we write, without the words: these speak of the record before, which a replay lacks."""
    return [field for field in CONFIG.record_map if field.path != DRIVERS]
