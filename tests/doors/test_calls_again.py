"""Letters of calls: what failed is asked for again of whom it was asked; other letters go back where they died."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.clock import now
from handlers.cloud.calls_again import CallsAgain
from handlers.cloud.queue import QueueError
from handlers.cloud.stack_letters import stack_letters
from tests.doors.clouds import PREFIX, Cloud
from tests.doors.test_dead_letters import bury
from tests.fakes.server import FakeServer, Request, Response, serving

SWEEP = "arn:aws:lambda:eu-west-1:123456789012:function:company-sweep:live"
MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:company-finalise"


@pytest.fixture(name="aws")
def _aws(cloud: Cloud, certificates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    """Serve what Lambda and Step Functions answer to a request, beside the queues of the cloud."""
    assert cloud.calls == []

    def serve(request: Request) -> Response:
        if request.path.startswith("/2015-03-31/functions/"):
            return Response(202)
        return Response(200, {"executionArn": "arn", "startDate": 1.0})

    server = FakeServer(serve)
    with serving(server, certificates) as certificate:
        monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", server.url)
        monkeypatch.setenv("AWS_ENDPOINT_URL_SFN", server.url)
        yield server


def report(who: dict[str, str], asked: object) -> str:
    """Write a letter as AWS, or the state machine, does."""
    said = {"errorType": "NotClosed", "errorMessage": "7 accounts are not in Salesforce"}
    return json.dumps({"requestContext": who, "requestPayload": asked, "responsePayload": said})


def test_a_close_that_failed_is_asked_of_the_state_machine_again_and_its_letter_is_gone(
    cloud: Cloud, aws: FakeServer
) -> None:
    """With the same words; the letter says why it is there."""
    asked = {"time": "2026-11-01T06:00:00Z", "confirm": ["drift"]}
    bury(cloud, report({"stateMachineArn": MACHINE}, asked), queue="calls-dead")
    letters = stack_letters(PREFIX)
    (letter,) = letters.box().letters
    assert (letter.reason, letter.can_retry) == ("NotClosed: 7 accounts are not in Salesforce", True)
    assert letters.retry([letter.id]).done == 1
    (call,) = aws.calls
    assert json.loads(call.json()["input"]) == asked
    assert call.json()["name"].startswith("2026-10-asked-")
    assert letters.count() == 0


def test_a_sweep_is_asked_of_its_function_also_where_only_the_schedule_reports_it(aws: FakeServer) -> None:
    """By the alias that was called; a schedule's letter is the request, and names its target beside it."""
    again = CallsAgain(now)
    again.ask(report({"functionArn": SWEEP, "condition": "RetriesExhausted"}, {"systems": ["looker"]}))
    again.ask('{"systems": ["salesforce"]}', SWEEP)
    assert [call.json() for call in aws.calls] == [{"systems": ["looker"]}, {"systems": ["salesforce"]}]
    assert all(call.headers["x-amz-invocation-type"] == "Event" for call in aws.calls)


@pytest.mark.parametrize(
    "body",
    ["nothing", "{}", report({}, {}), report({"stateMachineArn": MACHINE}, {}), report({"functionArn": SWEEP}, [1])],
)
def test_a_letter_that_does_not_say_what_was_asked_stays(aws: FakeServer, body: str) -> None:
    """A person asks by hand."""
    with pytest.raises(QueueError, match="ask for it by hand"):
        CallsAgain(now).ask(body)
    assert aws.calls == []
