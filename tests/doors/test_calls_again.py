"""Letters of calls: what failed is asked for again of whom it was asked; other letters go back where they died."""

import json

import pytest

from handlers.clock import now
from handlers.cloud.calls_again import CallsAgain
from handlers.cloud.queue import QueueError
from handlers.cloud.stack_letters import stack_letters
from tests.doors.clouds import PREFIX, Cloud
from tests.doors.test_dead_letters import bury
from tests.fakes.server import FakeServer

SWEEP = "arn:aws:lambda:eu-west-1:123456789012:function:company-sweep:live"
MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:company-finalise"


def report(who: dict[str, str], asked: object) -> str:
    """Write a letter as AWS, or the state machine, does."""
    said = {"errorType": "NotClosed", "errorMessage": "7 accounts are not in Salesforce"}
    return json.dumps({"requestContext": who, "requestPayload": asked, "responsePayload": said})


def test_a_close_that_failed_is_asked_of_the_state_machine_again_and_its_letter_is_gone(
    cloud: Cloud, asked: FakeServer
) -> None:
    """With the same words; the letter says why it is there."""
    wanted = {"time": "2026-11-01T06:00:00Z", "confirm": ["drift"]}
    bury(cloud, report({"stateMachineArn": MACHINE}, wanted), queue="calls-dead")
    letters = stack_letters(PREFIX)
    (letter,) = letters.box().letters
    assert (letter.reason, letter.can_retry) == ("NotClosed: 7 accounts are not in Salesforce", True)
    assert letters.retry([letter.id]).done == 1
    (call,) = asked.calls
    assert json.loads(call.json()["input"]) == wanted
    assert call.json()["name"].startswith("2026-10-asked-")
    assert letters.count() == 0


def test_a_sweep_is_asked_of_its_function_also_where_only_the_schedule_reports_it(asked: FakeServer) -> None:
    """By the alias that was called; a schedule's letter is the request, and names its target beside it."""
    again = CallsAgain(now)
    again.ask(report({"functionArn": SWEEP, "condition": "RetriesExhausted"}, {"systems": ["looker"]}))
    again.ask('{"systems": ["salesforce"]}', SWEEP)
    assert [call.json() for call in asked.calls] == [{"systems": ["looker"]}, {"systems": ["salesforce"]}]
    assert all(call.headers["x-amz-invocation-type"] == "Event" for call in asked.calls)


@pytest.mark.parametrize(
    "body",
    ["nothing", "{}", report({}, {}), report({"stateMachineArn": MACHINE}, {}), report({"functionArn": SWEEP}, [1])],
)
def test_a_letter_that_does_not_say_what_was_asked_stays(asked: FakeServer, body: str) -> None:
    """A person asks by hand."""
    with pytest.raises(QueueError, match="ask for it by hand"):
        CallsAgain(now).ask(body)
    assert asked.calls == []
