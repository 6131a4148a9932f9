"""Events come to the deployed stack in any trouble: nothing is lost, doubled, or dead without a reason."""

import json
import os
import signal
from collections import Counter
from hmac import digest
from pathlib import Path
from random import Random

from handlers.clock import now
from handlers.demo.portfolio import WORKED
from scoring.instants import DAY, SECOND
from tests.aws.proxy import THROTTLED, proxy
from tests.aws.story import Story
from tests.aws.world import OLD_SECRET, World
from tests.fakes.server import Fault
from tests.messages import body
from tests.sources.taking import event

POSTED, REPEATED, FORGED = 30, 5, 5
SOME = 60


def test_the_address_answers_a_probe_and_takes_what_is_signed(story: Story, tmp_path: Path) -> None:
    """HEAD and genuine notifications are answered 200, forged ones 401; the secret before is valid too."""
    assert story.world.post(b"", method="HEAD") == 200
    posted, rng = list(story.events.notifications[:POSTED]), Random(7)  # noqa: S311 - a seed, not a secret
    assert Counter(story.world.post_all([*posted, *rng.sample(posted, REPEATED)])) == {200: POSTED + REPEATED}
    assert Counter(story.world.post(one, "sha1=" + "0" * 40) for one in posted[:FORGED]) == {401: FORGED}
    ping = body(event("intercom_ping"))
    assert story.world.post(ping, "sha1=" + digest(OLD_SECRET.encode(), ping, "sha1").hex()) == 200
    story.told += [*posted, ping]
    story.world.fold()
    assert story.facts() == story.facts_of_a_replay(tmp_path)


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


def test_what_is_under_way_when_a_fold_and_then_all_else_dies_is_neither_lost_nor_doubled(
    story: Story, tmp_path: Path
) -> None:
    """Its batch is delivered again, and what was written before is there once; queues and facts outlive the cloud."""
    before = story.world.failed_batches("fold")
    story.tell(3 * SOME)
    story.world.until(lambda: killed_more(story.world, before))
    story.world.emulator.stop()
    story.world.emulator.start()
    story.world.fold()
    assert story.facts() == story.facts_of_a_replay(tmp_path)


def test_a_store_that_is_too_busy_or_hangs_is_asked_again(story: Story, tmp_path: Path) -> None:
    """What it will not take is asked for once more; where it hangs the call ends, and its batch comes back."""
    before = story.world.failed_batches("fold")
    with proxy(story.world.emulator) as between, story.world.through(between.url, timeout=4):
        between.plan("/", *[THROTTLED] * 6, Fault("slow", seconds=5.0))
        story.tell(SOME)
        story.world.until(lambda: not between.faults and story.world.failed_batches("fold") > before)
    story.world.fold()
    assert story.facts() == story.facts_of_a_replay(tmp_path)


def test_what_cannot_be_read_is_dead_with_its_reason_and_folded_once_it_is_mended(story: Story) -> None:
    """Nothing else of all that went wrong became a dead letter."""
    ahead = event("intercom_conversation_admin_closed")
    ahead["data"]["item"] |= {"id": "from-tomorrow", "updated_at": (now() + 2 * DAY) // SECOND}
    assert story.world.post(body(ahead)) == 200
    story.world.fold()
    (letter,) = story.world.take("DeadEventQueue")
    assert letter["Body"].encode() == body(ahead)
    assert "more than a day ahead" in letter["MessageAttributes"]["reason"]["StringValue"]
    assert not any("from-tomorrow" in item["subject"]["S"] for item in story.world.scan("facts"))
    ahead["data"]["item"]["updated_at"] = now() // SECOND
    story.world.send([body(ahead)])
    story.told.append(body(ahead))
    story.world.fold()
    assert any("from-tomorrow" in item["subject"]["S"] for item in story.world.scan("facts"))
    assert story.world.take("DeadEventQueue") == []


def test_every_touched_account_has_a_live_score_before_the_month_is_closed(whole: Story) -> None:
    """Events alone brought a provisional record of the running month for each account they touched."""
    assert not whole.world.org.records["Health_Score__c"]
    live = {record.score.account_id: record for record in whole.store.records()}
    assert {hotel.id for hotel in whole.portfolio.hotels if hotel.name in WORKED} <= live.keys()
    assert {record.status for record in live.values()} == {"provisional"}
    assert whole.world.take("DeadRescoreQueue") == []


def killed_more(deployed: World, before: int) -> bool:
    """Kill the processes that fold; tell whether a batch was under way in one, more than before."""
    for pid in deployed.workers("fold"):
        os.kill(pid, signal.SIGKILL)
    return deployed.failed_batches("fold") > before
