"""The deployed stack, driven from outside: signed HTTP in, records out; restarted in between, nothing lost."""

import json
import random
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hmac import digest
from pathlib import Path
from typing import Any

import pytest

from config.record_map import cell
from handlers.clock import now
from handlers.demo import Demo
from handlers.demo.portfolio import WORKED
from scoring.instants import DAY, SECOND
from scoring.record import Record
from tests.aws.story import Events, events_of, portfolio, replayed
from tests.aws.world import OLD_SECRET, World, world
from tests.engines import EngineMissingError
from tests.live.orgs import CONFIG
from tests.messages import body
from tests.sources.taking import event

POSTED, REPEATED, FORGED = 300, 20, 20
CLOSE = {"time": "2026-11-01T06:00:00Z"}
CASES = json.loads((Path(__file__).parents[1] / "cases" / "worked_examples.json").read_text())


@dataclass(frozen=True, slots=True)
class Story:
    """What was sent to a stack, and what it answered."""

    world: World
    portfolio: Demo
    events: Events
    statuses: Counter[int]
    forged: Counter[int]
    poison: bytes


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Send everything, some twice, some forged, one that cannot be read yet; restart the emulator half way."""
    folder, pilots = tmp_path_factory.mktemp("aws"), portfolio()
    pilots.write_mapping(folder / "mapping.csv")
    try:
        with world(folder, folder / "mapping.csv") as deployed:
            yield _told(deployed, pilots)
    except EngineMissingError as missing:
        pytest.skip(str(missing))


def _told(deployed: World, pilots: Demo) -> Story:
    events, rng = events_of(pilots), random.Random(7)  # noqa: S311 - a seed, not a secret
    poison = _from_tomorrow()
    posted = list(events.notifications[: POSTED - REPEATED - FORGED - 1])
    genuine = [*posted, *rng.sample(posted, REPEATED), poison]
    rng.shuffle(genuine)
    statuses = Counter(deployed.post_all(genuine))
    forged = Counter(deployed.post(one, "sha1=" + "0" * 40) for one in posted[:FORGED])
    deployed.send(events.changes)
    deployed.emulator.stop()
    deployed.emulator.start()
    deployed.send([*events.notifications[len(posted) :], *events.own])
    deployed.drain()
    return Story(deployed, pilots, events, statuses, forged, poison)


def _from_tomorrow() -> bytes:
    """Make a notification of what is two days ahead: no machine is so slow that it can be read meanwhile."""
    ahead = (now() + 2 * DAY) // SECOND
    notification = event("intercom_conversation_admin_closed")
    notification["data"]["item"] |= {"id": "from-tomorrow", "updated_at": ahead}
    return body(notification)


def test_the_address_answers_a_probe_and_takes_what_is_signed(story: Story) -> None:
    """HEAD and genuine notifications are answered 200, forged ones 401; the secret before is valid too."""
    assert story.world.post(b"", method="HEAD") == 200
    assert story.statuses == {200: POSTED - FORGED}
    assert story.forged == {401: FORGED}
    ping = body(event("intercom_ping"))
    assert story.world.post(ping, "sha1=" + digest(OLD_SECRET.encode(), ping, "sha1").hex()) == 200


def test_the_relay_of_the_bus_takes_change_events_alone(story: Story) -> None:
    """The rule on the partner's bus takes what the relay sends, and sends it to the queue of events."""
    events = story.world.emulator.client("events")
    (bus,) = [bus for bus in events.list_event_buses()["EventBuses"] if bus["Name"].startswith("aws.partner/")]
    (rule,) = events.list_rules(EventBusName=bus["Name"])["Rules"]
    matches = {
        source: events.test_event_pattern(
            EventPattern=rule["EventPattern"],
            Event=json.dumps(json.loads(story.events.changes[0]) | {"source": source}),
        )["Result"]
        for source in (bus["Name"], "aws.partner/appflow/salesforce.com/1", "aws.ec2")
    }
    assert matches == {bus["Name"]: True, "aws.partner/appflow/salesforce.com/1": False, "aws.ec2": False}
    (target,) = events.list_targets_by_rule(Rule=rule["Name"], EventBusName=bus["Name"])["Targets"]
    assert target["Arn"].endswith("-events")
    assert target["DeadLetterConfig"]["Arn"].endswith("-events-dead")


def test_every_touched_account_has_a_live_score_before_the_month_is_closed(story: Story) -> None:
    """Events alone brought a provisional record of the running month for each account they touched."""
    assert not story.world.org.records["Health_Score__c"]
    live = {
        item["account_id"]["S"]: json.loads(zlib.decompress(item["body"]["B"])) for item in story.world.scan("scores")
    }
    worked = {hotel.id for hotel in story.portfolio.hotels if hotel.name in WORKED}
    assert worked <= live.keys()
    assert {record["status"] for record in live.values()} == {"provisional"}


def test_the_close_writes_what_a_replay_of_the_same_events_gives(story: Story, tmp_path: Path) -> None:
    """The org holds exactly the records of a replay, the published figures among them; closed again, the same."""
    expected = replayed(story.events, story.world.mapping, tmp_path)
    summary = story.world.stack.invoke("finalise", CLOSE)
    assert (summary["accounts"], summary["failed"]) == (len(expected) + summary["deleted"], 0)
    written = _written(story.world)
    assert written == {key: _shown(record) for key, record in expected.items()}
    published = {name: case["expected"] for name, case in zip(WORKED, CASES, strict=False)}
    found = {row["Account_Name__c"]: (row["Recorded_Final_Score__c"], row["Tier__c"]) for row in written.values()}
    assert {name: found[name] for name in WORKED} == {
        name: (case["final_score"], case["tier"]) for name, case in published.items()
    }
    story.world.stack.invoke("finalise", CLOSE)
    assert _written(story.world) == written


def _written(deployed: World) -> dict[str, dict[str, Any]]:
    names = [field.field for field in CONFIG.record_map]
    rows = deployed.org.records["Health_Score__c"].values()
    return {row["External_Key__c"]: {name: row[name] for name in names} for row in rows}


def _shown(record: Record) -> dict[str, Any]:
    return {field.field: cell(record, field) for field in CONFIG.record_map}


def test_what_cannot_be_read_is_dead_with_its_reason_and_folded_once_it_is_mended(story: Story) -> None:
    """Nothing but the poison is in the dead-letter queue, be it twice after the restart; mended, it is folded."""
    letter, *again = story.world.take("DeadEventQueue")
    assert {one["Body"].encode() for one in (letter, *again)} == {story.poison}
    assert "more than a day ahead" in letter["MessageAttributes"]["reason"]["StringValue"]
    assert not any("from-tomorrow" in item["subject"]["S"] for item in story.world.scan("facts"))
    mended = json.loads(letter["Body"])
    mended["data"]["item"]["updated_at"] = now() // SECOND
    story.world.send([body(mended)])
    story.world.drain()
    assert any("from-tomorrow" in item["subject"]["S"] for item in story.world.scan("facts"))
    assert story.world.take("DeadEventQueue") == []


def test_the_check_of_the_2nd_finds_the_month_closed(story: Story) -> None:
    """After the close the check says so; of a month that nobody closed it says the opposite."""
    assert story.world.stack.invoke("finalise", {"time": "2026-11-02T06:00:00Z", "check": True})["closed"]
    assert not story.world.stack.invoke("finalise", {"period": "2026-09", "check": True})["closed"]
