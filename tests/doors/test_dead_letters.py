"""Dead letters of a stack at the desk: seen, sent back, deleted; and a held close that is asked for."""

import json
import os
from typing import Any

import pytest
from click.testing import CliRunner

from config.loader import load_config
from handlers.cli import cli
from handlers.clock import now
from handlers.cloud.closes import CLOSE_TAKES, AskedCloses
from handlers.cloud.dead_letters import DeadQueue, QueueLetters
from handlers.cloud.desk_services import AskedScores, services_of
from handlers.cloud.queue import Queue, client
from handlers.cloud.settings import door_settings
from handlers.jobs.closes import Note
from handlers.stores.protocol import StoreError
from scoring.instants import SECOND, parse_instant
from tests.doors.clouds import PREFIX, UNREACHABLE, Cloud, client_of_aws, said_beside
from tests.fakes.server import FakeServer, Fault, Response

MINUTE = 60 * SECOND
BODY = json.dumps({"type": "notification_event", "created_at": 1_790_000_000, "data": {"name": "Ana"}})


def letters_of(cloud: Cloud) -> QueueLetters:
    """Look at the dead letters of the cloud's queues."""
    queues = [
        DeadQueue("events", cloud.url("events-dead"), cloud.url("events")),
        DeadQueue("scheduled calls", cloud.url("calls-dead")),
    ]
    return QueueLetters(client(), queues)


def bury(cloud: Cloud, body: str, queue: str = "events-dead", **beside: str) -> None:
    """Put a dead letter into a queue."""
    said: Any = {name: {"DataType": "String", "StringValue": value} for name, value in beside.items()}
    client_of_aws("sqs").send_message(QueueUrl=cloud.url(queue), MessageBody=body, MessageAttributes=said)


def test_letters_are_seen_with_their_reasons_and_stay(cloud: Cloud) -> None:
    """However often one looks: they are given back at once."""
    bury(cloud, BODY, reason="no such topic", door="intercom")
    bury(cloud, "{}", queue="calls-dead")
    letters = letters_of(cloud)
    for _ in range(2):
        box = letters.box()
        assert {(one.reason, one.source, one.can_retry) for one in box.letters} == {
            ("no such topic", "intercom", True),
            ("It failed each time that it was tried; the log says why.", None, False),
        }
        assert not box.has_more
        assert letters.count() == 2


def test_of_a_place_no_other_queue_is_asked(cloud: Cloud) -> None:
    """Each takes a second to be asked, and hides its letters meanwhile; a place that is no queue's is refused."""
    bury(cloud, "{}", reason="bad")
    bury(cloud, "{}", queue="calls-dead")
    cloud.calls.clear()
    (letter,) = letters_of(cloud).among("Events").box().letters
    assert letter.reason == "bad"
    assert {call.params["QueueUrl"] for call in cloud.calls} == {cloud.url("events-dead")}
    ran = CliRunner().invoke(cli, ["--store", f"dynamodb://{PREFIX}", "dead-letters", "list", "--place", "evnets"])
    assert ran.exit_code != 0
    assert "no queue has this in its name: events, " in ran.output


def test_one_is_sent_back_without_its_reason_and_the_others_stay(cloud: Cloud) -> None:
    """What else stands beside it goes along."""
    for number in range(3):
        bury(cloud, json.dumps({"number": number}), reason="bad", door="intercom", correlation_id=f"c{number}")
    letters = letters_of(cloud)
    chosen = next(one for one in letters.box().letters if one.body == '{"number": 1}')
    came = letters.retry([chosen.id])
    assert (came.done, came.stays, came.is_sent) == (1, 0, True)
    (sent,) = cloud.waiting("events")
    assert sent["Body"] == '{"number": 1}'
    assert said_beside(sent) == {"door": "intercom", "correlation_id": "c1"}
    assert {one.body for one in letters.box().letters} == {'{"number": 0}', '{"number": 2}'}
    assert letters.retry([chosen.id]).done == 0


def test_all_go_back_but_reports_of_calls(cloud: Cloud) -> None:
    """A report is no message; it can only be dropped."""
    for number in range(12):
        bury(cloud, json.dumps({"number": number}), reason="bad")
    bury(cloud, "{}", queue="calls-dead")
    letters = letters_of(cloud)
    assert letters.retry(None).done == 12
    assert len(cloud.waiting("events")) == 12
    (left,) = letters.box().letters
    assert not left.can_retry
    assert [one.id for one in letters.drop([left.id])] == [left.id]
    assert letters.count() == 0


def test_a_letter_that_cannot_be_sent_back_stays(cloud: Cloud) -> None:
    """It is deleted only when the other queue has it."""
    bury(cloud, BODY, reason="bad")
    letters = letters_of(cloud)
    cloud.fail("SendMessage", UNREACHABLE, holding=cloud.url("events"))
    came = letters.retry(None)
    assert (came.done, came.stays) == (0, 1)
    assert came.trouble is not None
    cloud.heal()
    assert letters.retry(None).done == 1
    assert len(cloud.waiting("events")) == 1


def test_queues_that_cannot_be_used_are_said_in_a_sentence(cloud: Cloud) -> None:
    """As errors of the store are."""
    cloud.fail("GetQueueAttributes", UNREACHABLE)
    with pytest.raises(StoreError, match="the queues of dead letters cannot be used now"):
        letters_of(cloud).count()


def test_scores_are_asked_for_by_the_queue(cloud: Cloud) -> None:
    """One message an account; a queue that takes none is an error that says what holds."""
    scores = AskedScores(Queue(client(), cloud.url("rescores")))
    assert scores.rescore(["001A", "001B"]) == "2 scores asked for: made within a minute."
    sent = [json.loads(message["Body"]) for message in cloud.waiting("rescores")]
    assert sorted(one["account_id"] for one in sent) == ["001A", "001B"]
    cloud.fail("SendMessageBatch", UNREACHABLE)
    with pytest.raises(StoreError, match="what was decided is kept"):
        scores.rescore(["001A"])


def test_the_stack_gives_the_desk_its_queues_and_its_state_machine(cloud: Cloud) -> None:
    """By the names that the template sets."""
    assert cloud.calls == []
    services = services_of(door_settings(os.environ), load_config(), now)
    assert services.letters is not None
    assert services.closes is not None
    assert services.letters.place == "the queues of events, requests for scores, scheduled calls"
    assert f"{PREFIX}-finalise writes them to Salesforce" in services.closes.where()


def test_a_held_close_is_asked_of_the_state_machine(asked: FakeServer) -> None:
    """By the time at which the month was due, and a name that stands for the minute: asked twice at once it is one."""
    at = parse_instant("2026-11-03T09:15:42.5Z")
    closes = AskedCloses("arn:aws:states:eu-central-1:1:stateMachine:company-finalise", "Salesforce", lambda: at)
    closes.begin("2026-10", ["drift"])
    (call,) = asked.calls
    assert call.headers["x-amz-target"] == "AWSStepFunctions.StartExecution"
    assert call.json()["stateMachineArn"] == closes.machine
    assert call.json()["name"] == "2026-10-asked-2026-11-03T0915"
    assert json.loads(call.json()["input"]) == {"time": "2026-11-01T00:00:00Z", "confirm": ["drift"]}


def test_another_close_of_the_same_minute_is_refused_in_words(asked: FakeServer) -> None:
    """AWS refuses a second execution of the name that asks for something else."""
    asked.plan("", Fault("answer", Response(400, {"__type": "ExecutionAlreadyExists", "message": "no"})))
    with pytest.raises(StoreError, match="asked for within this minute"):
        AskedCloses("arn:machine", "Salesforce", now).begin("2026-10", ["drift"])


def test_a_close_that_was_asked_for_runs_until_its_note_says_otherwise() -> None:
    """Held again, it runs no more; silent for too long, neither."""
    at = now()
    closes = AskedCloses("f", "Salesforce", lambda: at)
    before, after = at - 2 * MINUTE, at - MINUTE // 2
    asked_at = at - MINUTE
    assert closes.is_running("2026-10", Note("held", before), asked_at)
    assert closes.is_running("2026-10", Note("writing", after), asked_at)
    assert not closes.is_running("2026-10", Note("held", after), asked_at)
    assert not closes.is_running("2026-10", Note("held", before), None)
    assert not closes.is_running("2026-10", Note("held", at - 2 * CLOSE_TAKES), at - CLOSE_TAKES - 1)
