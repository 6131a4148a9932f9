"""What the functions say of themselves: metrics that alarms listen to, lines without bodies or secrets, errors."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from handlers import finalise, fold, ingest, rescore, sweep
from handlers.clock import now
from handlers.cloud.deployment import Deployment
from handlers.cloud.lateness import say_lateness
from handlers.cloud.model_words import read_by_model
from handlers.cloud.telemetry import NAMESPACE, log, report_error
from handlers.settings import SYSTEMS
from scoring.instants import DAY, Instant, format_instant
from tests.doors.clouds import BUSY, PREFIX, SECRET, UNREACHABLE, Cloud, Context, account, delivered, emf
from tests.doors.systems import Systems, served
from tests.doors.telling import talk, told
from tests.doors.test_ingest import PING, call, signed
from tests.fakes import intercom, looker, salesforce
from tests.fakes.server import FakeServer, Fault, Request, Response, serving
from tests.messages import Message, reread
from tests.templates import resources, shown, template

Line = dict[str, Any]
MARK = "mark-of-a-body"
_DOWN = Fault("answer", Response(503))
SECRETS = (SECRET, intercom.TOKEN, salesforce.CLIENT_SECRET, looker.CLIENT_SECRET, "token-of-rollbar")


@pytest.fixture
def systems(cloud: Cloud, certificates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Systems]:
    """Serve three hotels up to now."""
    assert cloud.calls == []
    with served(Systems(now(), 3), certificates, monkeypatch) as given:
        yield given


SAID_ELSEWHERE = {"ReportFailures", "SuggestionTrouble", "Throttled", "WordsFailed"}
"""By what is not made to fail here (their own tests hold it), or by a filter over the access log."""


def marked() -> Message:
    """Give a notification in which all that people wrote, and who they are, bears a mark."""
    message = talk(0, now())
    item = message["data"]["item"]
    item |= {"title": MARK, "tags": {"type": "tag.list", "tags": [{"type": "tag", "id": "1", "name": MARK}]}}
    item["source"] |= {
        "body": MARK,
        "subject": MARK,
        "author": {"type": "user", "id": "1", "email": MARK, "name": MARK},
    }
    item["conversation_rating"] = {"rating": 1, "remark": MARK}
    item["conversation_parts"]["conversation_parts"][0]["body"] = MARK
    return message


def all_doors(systems: Systems, words_on: Callable[[], None]) -> None:
    """Call every function with what goes well and what does not."""
    body = json.dumps(marked()).encode()
    for signature in (signed(body), "sha1=" + MARK):
        ingest.handler(call(body, signature), Context())
    ingest.handler(call(b"[]", signed(b"[]")), Context())
    unreadable = json.dumps(marked() | {"created_at": "soon", "topic": "no.such.topic"}).encode()
    heard = {"type": "feed.heard", "source": "zendesk", "at": format_instant(now())}
    fold.handler(delivered([marked(), unreadable, b"{" + body, b"[" + body, heard, *told(1, now())]), Context())
    rescore.handler(delivered([{"account_id": account(0)}, {"account_id": account(9)}, b"{"]), Context())
    sweep.handler({}, Context())
    sweep.handler({"systems": ["zendesk"]}, Context())
    store = Deployment(f"dynamodb://{PREFIX}", "config").store
    say_lateness(store, SYSTEMS, (), Instant(now() + 3 * DAY))
    finalise.handler({"period": "2025-10", "usage": False}, Context())
    finalise.handler({"period": "2025-10", "usage": False, "confirm": ["fewer_scored", "uncovered"]}, Context())
    finalise.handler({"period": "2025-09", "check": True}, Context())
    finalise.handler({"live": True}, Context())
    read_by_model([], Deployment(f"dynamodb://{PREFIX}", "config"), 60_000)
    assert systems.written
    words_on()
    item = marked()["data"]["item"]
    fold.handler(delivered([reread(item, read_at=format_instant(now()))]), Context())


def test_each_alarm_listens_to_a_metric_that_is_said(
    cloud: Cloud, systems: Systems, words_on: Callable[[], None], output: Callable[[], list[Line]]
) -> None:
    """Of our own metrics, with exactly those dimensions; `service` is what the stack calls its functions."""
    all_doors(systems, words_on)
    assert cloud.sent("rescores")
    cloud.fail("UpdateItem", BUSY, "talk-2")
    fold.handler(delivered([talk(2, now())]), Context())
    said = [
        (name, told | {"service": "${Prefix}"}) for name, told, _ in emf(output()) if told["service"] == log.service
    ]
    alarms = [alarm["Properties"] for alarm in resources("AWS::CloudWatch::Alarm").values()]
    ours = [alarm for alarm in alarms if alarm.get("Namespace") == NAMESPACE]
    for alarm in ours:
        dimensions = {dimension["Name"]: shown(dimension["Value"]) for dimension in alarm["Dimensions"]}
        assert (alarm["MetricName"], dimensions) in said or (
            alarm["MetricName"] in SAID_ELSEWHERE and len(dimensions) == 1
        )
    assert {alarm["MetricName"] for alarm in ours} - SAID_ELSEWHERE == {name for name, _ in said}
    everywhere = template()["Globals"]["Function"]["Environment"]["Variables"]
    assert shown(everywhere["POWERTOOLS_SERVICE_NAME"]) == "${Prefix}"


def test_a_metric_is_a_valid_line(
    cloud: Cloud, systems: Systems, words_on: Callable[[], None], output: Callable[[], list[Line]]
) -> None:
    """Embedded metric format: namespace, at most 30 dimensions, each dimension and value a member of the line."""
    all_doors(systems, words_on)
    lines = [line for line in output() if "_aws" in line]
    assert len(lines) > 5
    for line in lines:
        assert isinstance(line["_aws"]["Timestamp"], int)
        (told,) = line["_aws"]["CloudWatchMetrics"]
        assert told["Namespace"] == NAMESPACE
        (dimensions,) = told["Dimensions"]
        assert 1 <= len(dimensions) <= 30
        assert all(isinstance(line[name], str) and line[name] for name in dimensions)
        for metric in told["Metrics"]:
            assert metric["Unit"] == "Count"
            assert all(isinstance(value, int | float) for value in _values(line[metric["Name"]]))
    assert cloud.calls


def _values(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def test_each_event_is_counted_by_topic_and_outcome(cloud: Cloud, output: Callable[[], list[Line]]) -> None:
    """Notifications by what was answered, events by what became of them, scores by whether there is one."""
    output()
    ingest.handler(call(PING, signed(PING)), Context())
    ingest.handler(call(PING, "sha1="), Context())
    cloud.fail("UpdateItem", BUSY, "talk-2")
    fold.handler(delivered([talk(0, now()), talk(2, now()), b"{"], receives=2), Context())
    cloud.heal()
    rescore.handler(delivered([{"account_id": account(0)}]), Context())
    lines = output()
    assert [line["outcome"] for line in lines if line.get("message") == "notification"] == ["queued", "unsigned"]
    topic = "conversation.admin.closed"
    assert {(line["topic"], line["outcome"]): line["times"] for line in lines if line.get("message") == "events"} == {
        (topic, "folded"): 1,
        (topic, "failed"): 1,
        ("unreadable", "dead"): 1,
    }
    (folded,) = [line for line in lines if line.get("message") == "folded"]
    assert (folded["dead"], folded["outcomes"]) == (1, {"folded": 1, "failed": 1, "dead": 1})
    assert [line["unscored"] for line in lines if line.get("message") == "scored"] == [1]


def test_what_goes_well_is_no_metric(cloud: Cloud, systems: Systems, output: Callable[[], list[Line]]) -> None:
    """A metric costs by the hour in which it has a value: a day without trouble says none."""
    output()
    body = json.dumps(marked()).encode()
    assert ingest.handler(call(body, signed(body)), Context())["statusCode"] == 200
    assert sweep.handler({}, Context())["failed"] == []
    fold.handler(delivered([marked(), *told(1, now())]), Context())
    rescore.handler(delivered([{"account_id": account(0)}]), Context())
    finalise.handler({"period": "2025-10", "usage": False, "confirm": ["fewer_scored", "uncovered"]}, Context())
    assert finalise.handler({"period": "2025-10", "check": True}, Context())["closed"]
    lines = output()
    assert len(lines) > 5
    assert [*emf(lines)] == []
    assert systems.written
    assert cloud.calls


def test_each_query_of_the_dashboard_reads_what_is_said(
    cloud: Cloud, systems: Systems, output: Callable[[], list[Line]]
) -> None:
    """The message that it filters by, and every field that it names, is in a line of some function."""
    output()
    all_doors(systems, lambda: None)
    beside = {"event_sent_at": str(now() // 1000)}
    rescore.handler(delivered([{"account_id": account(0)}], attributes=beside), Context())
    lines = output()
    queries = re.findall(r"SOURCE '\$\{\w+\}' \| filter message = '(\w+)'(.+?)\"", dashboard())
    assert [message for message, _ in queries] == [
        "folded",
        "events",
        "notification",
        "scored",
        "scored",
        "swept",
        "closed",
    ]
    for message, query in queries:
        said = [line for line in lines if line.get("message") == message]
        fields = re.findall(r"(?:sum|max|pct|ispresent|strcontains)\((\w+)", query)
        fields += [one for one in re.findall(r"by (.+?)(?: \||$)", query)[0].split(", ") if not one.startswith("bin")]
        assert said, message
        assert [one for one in fields if one != "strcontains" and not any(one in line for line in said)] == [], query
    assert cloud.calls


def dashboard() -> str:
    """Give the body of the dashboard."""
    body = resources("AWS::CloudWatch::Dashboard")["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    return str(body[0])


def test_nothing_that_people_wrote_and_no_secret_is_said(
    cloud: Cloud, systems: Systems, words_on: Callable[[], None], capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever goes well or wrong in any function: no body of a message, no secret, in no line."""
    all_doors(systems, words_on)
    cloud.fail("SendMessage", UNREACHABLE)
    cloud.fail("SendMessageBatch", UNREACHABLE)
    cloud.fail("UpdateItem", BUSY)
    ingest.handler(call(json.dumps(marked()).encode(), signed(json.dumps(marked()).encode())), Context())
    fold.handler(delivered([marked(), b"{" + MARK.encode()]), Context())
    with pytest.MonkeyPatch.context() as wrong:
        wrong.setenv("LOOKERSDK_CLIENT_SECRET", "wrong-" + MARK)
        with pytest.raises(Exception, match=r"DynamoDB|queue"):
            sweep.handler({}, Context())
    sweep.handler({"systems": ["zendesk"]}, Context())
    said = "".join(capfd.readouterr())
    assert len(said) > 10_000
    assert [secret for secret in (MARK, *SECRETS) if secret in said] == []


def test_a_line_can_be_followed_from_webhook_to_score(cloud: Cloud, output: Callable[[], list[Line]]) -> None:
    """One correlation id on the notification's line, on the request's and on the score's."""
    body = json.dumps(talk(0, now())).encode()
    ingest.handler(call(body, signed(body)), Context())
    (message,) = cloud.waiting("events")
    beside = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    fold.handler(delivered([message["Body"].encode()], attributes=beside), Context())
    (request,) = cloud.sent("rescores")
    beside = {name: value["StringValue"] for name, value in request["MessageAttributes"].items()}
    rescore.handler(delivered([request["MessageBody"].encode()], attributes=beside), Context())
    followed = [line["message"] for line in output() if line.get("correlation_id") == "JKJaXmPLvHcESHA="]
    assert followed == ["notification", "rescore asked for", "scored"]


class Rollbar:
    """Rollbar's API in small: keeps the reports that it is sent."""

    def __init__(self) -> None:
        """Have none yet."""
        self.server = FakeServer(self._take)
        self.texts: list[str] = []

    def _take(self, request: Request) -> Response:
        self.texts.append(request.body.decode())
        return Response(200, {"err": 0, "result": {"id": None, "uuid": "1"}})


@pytest.fixture
def rollbar(certificates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rollbar]:
    """Serve it."""
    made = Rollbar()
    with serving(made.server, certificates) as trusted:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        yield made


def _break(body: str, secret: str) -> None:
    """Fail with a body and a secret at hand."""
    kept = {"body": body, "secret": secret}
    raise RuntimeError(f"it broke with {len(kept)} things at hand")


@pytest.mark.parametrize("times", [1, 2])
def test_an_error_is_reported_by_its_traceback_alone(
    rollbar: Rollbar, capfd: pytest.CaptureFixture[str], times: int
) -> None:
    """No local variable, no argument, no environment; and again in the same process."""
    environ = {"ROLLBAR_ACCESS_TOKEN": "token-of-rollbar", "ENVIRONMENT": "staging", "OTHER": SECRET}
    for _ in range(times):
        try:
            _break(MARK, SECRET)
        except RuntimeError:
            report_error(environ, f"{rollbar.server.url}/api/1/")
    assert len(rollbar.texts) == times
    for call_made, text in zip(rollbar.server.calls, rollbar.texts, strict=True):
        assert call_made.path == "/api/1/item/"
        (data,) = [json.loads(text)["data"]]
        assert data["environment"] == "staging"
        trace = data["body"]["trace"]
        assert trace["exception"] == {"class": "RuntimeError", "message": "it broke with 2 things at hand"}
        assert trace["frames"][-1]["method"] == "_break"
        assert not any({"locals", "args", "kwargs", "argspec"} & frame.keys() for frame in trace["frames"])
        assert MARK not in text
        assert SECRET not in text
    assert "token-of-rollbar" not in "".join(capfd.readouterr())


def test_without_a_token_nothing_is_reported(rollbar: Rollbar) -> None:
    """Nor with a blank one."""
    for environ in ({}, {"ROLLBAR_ACCESS_TOKEN": " "}):
        try:
            _break(MARK, SECRET)
        except RuntimeError:
            report_error(environ, f"{rollbar.server.url}/api/1/")
    assert rollbar.server.calls == []


def test_a_rollbar_that_is_down_hides_no_error(rollbar: Rollbar, capfd: pytest.CaptureFixture[str]) -> None:
    """The error that was to be reported stays the one that is raised."""
    rollbar.server.plan("/item", *[_DOWN] * 9)
    with pytest.raises(RuntimeError, match="it broke"):
        _fail_and_report(rollbar)
    assert SECRET not in "".join(capfd.readouterr())


def _fail_and_report(rollbar: Rollbar) -> None:
    try:
        _break(MARK, SECRET)
    except RuntimeError:
        report_error({"ROLLBAR_ACCESS_TOKEN": "token-of-rollbar"}, f"{rollbar.server.url}/api/1/")
        raise


def test_an_error_of_a_function_is_reported_and_raised(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS hears of it as well, and asks again."""
    monkeypatch.setenv("HEALTHSCORE_CONFIG", "no-such-folder")
    with pytest.raises(Exception, match="no-such-folder"):
        rescore.handler(delivered([{"account_id": account(0)}]), Context())
    assert boto3.client("sqs").list_queues()["QueueUrls"]
    assert cloud.records() == {}
