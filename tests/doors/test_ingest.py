"""Ingest: what is signed is in the queue before it is answered; nothing else gets there."""

import base64
import hmac
import json
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.cloud.queue import MOST_BYTES
from handlers.ingest import handler
from tests.doors.clouds import BUSY, OLD_SECRET, SECRET, UNREACHABLE, Cloud, Context, said_beside
from tests.sources.taking import EVENTS
from tests.sources.test_signature import VECTORS

PING = (EVENTS / "intercom_ping.json").read_bytes()
STATUSES = {200, 400, 401, 413, 503}


def signed(raw: bytes, secret: str = SECRET) -> str:
    """Sign a body as Intercom does."""
    return "sha1=" + hmac.digest(secret.encode(), raw, "sha1").hex()


def call(raw: bytes, signature: str | None = None, *, method: str = "POST", encoded: bool = False) -> dict[str, Any]:
    """Give the event of an HTTP API, payload format 2.0: names of headers in lower case, body as text or base64."""
    headers = {
        "content-length": str(len(raw)),
        "content-type": "application/json; charset=utf-8",
        "host": "abcdefghij.execute-api.eu-west-1.amazonaws.com",
        "user-agent": "intercom-parrot-service-client/1.0",
        "x-amzn-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793",
        "x-forwarded-for": "203.0.113.7",
    }
    http = {"method": method, "path": "/intercom", "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7"}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} /intercom",
        "rawPath": "/intercom",
        "rawQueryString": "",
        "headers": headers if signature is None else {**headers, "x-hub-signature": signature},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdefghij",
            "domainName": headers["host"],
            "http": http | {"userAgent": headers["user-agent"]},
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": f"{method} /intercom",
            "stage": "$default",
            "time": "10/Mar/2026:05:16:23 +0000",
            "timeEpoch": 1583817383220,
        },
        "isBase64Encoded": encoded,
    }
    if raw:
        event["body"] = base64.b64encode(raw).decode() if encoded else raw.decode()
    return event


def status(event: dict[str, Any]) -> int:
    """Call the function, and give the status that it answers."""
    answered = handler(event, Context())
    assert answered.keys() == {"statusCode", "body"}
    number: int = answered["statusCode"]
    return number


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["body_file"] for vector in VECTORS])
@pytest.mark.parametrize("encoded", [False, True], ids=["text", "base64"])
def test_what_is_signed_is_in_the_queue_byte_for_byte(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, vector: dict[str, Any], *, encoded: bool
) -> None:
    """Of each vector the exact bytes are in the queue when the answer is 200, with what it is followed by."""
    monkeypatch.setenv("INTERCOM_CLIENT_SECRET", vector["client_secret"])
    raw = (EVENTS / vector["body_file"]).read_bytes()
    assert status(call(raw, vector["x_hub_signature"], encoded=encoded)) == 200
    (message,) = cloud.waiting("events")
    assert message["Body"].encode() == raw
    assert said_beside(message) == {"correlation_id": "JKJaXmPLvHcESHA=", "door": "intercom"}


def test_the_queue_is_the_only_thing_that_is_called(cloud: Cloud) -> None:
    """One call of SQS a notification, and none for a probe."""
    assert status(call(PING, signed(PING))) == 200
    assert status(call(b"", method="HEAD")) == 200
    assert [call.operation for call in cloud.calls] == ["SendMessage"]


@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET])
def test_both_secrets_are_valid_while_one_is_changed(cloud: Cloud, secret: str) -> None:
    """What is signed by the secret before is taken like what is signed by the new one."""
    assert status(call(PING, signed(PING, secret))) == 200
    assert len(cloud.waiting("events")) == 1


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_old_secret_opens_nothing(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, blank: str) -> None:
    """Without an old secret, what is signed by nothing is refused."""
    monkeypatch.setenv("INTERCOM_OLD_CLIENT_SECRET", blank)
    assert status(call(PING, signed(PING, blank))) == 401
    assert status(call(PING, signed(PING, OLD_SECRET))) == 401
    assert status(call(PING, signed(PING))) == 200
    assert len(cloud.waiting("events")) == 1


@pytest.mark.parametrize("signature", [None, "", "sha1=", signed(PING, "another"), signed(PING + b" "), "sha1=é\udcff"])
def test_what_is_not_signed_is_refused(cloud: Cloud, signature: str | None) -> None:
    """Without a signature, or with another's, nothing gets into the queue."""
    assert status(call(PING, signature)) == 401
    assert cloud.calls == []


@pytest.mark.parametrize("error", [UNREACHABLE, BUSY], ids=["unreachable", "busy"])
def test_a_queue_that_does_not_take_it_is_said_so(cloud: Cloud, error: Exception) -> None:
    """503 where the queue does not have it, so that Intercom sends it again; then it is taken."""
    cloud.fail("SendMessage", error)
    assert status(call(PING, signed(PING))) == 503
    assert cloud.waiting("events") == []
    cloud.heal()
    assert status(call(PING, signed(PING))) == 200
    assert len(cloud.waiting("events")) == 1


def padded(size: int) -> bytes:
    """Make a body whose message weighs so many bytes with its attribute."""
    beside = len("correlation_id" + "String" + "JKJaXmPLvHcESHA=" + "door" + "String" + "intercom")
    lean = len(json.dumps({"type": "notification_event", "id": ""}))
    return json.dumps({"type": "notification_event", "id": "x" * (size - beside - lean)}).encode()


def test_a_message_is_taken_up_to_what_a_queue_can_take(cloud: Cloud) -> None:
    """1 MiB with its attribute is taken, a byte more is not, and costs no call."""
    most, more = padded(MOST_BYTES), padded(MOST_BYTES + 1)
    assert status(call(most, signed(most))) == 200
    assert status(call(more, signed(more))) == 413
    assert len(cloud.calls) == 1


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe\x00", b'{"type": "\xed\xa0\x80"}'], ids=["empty", "bytes", "surrogate"]
)
def test_what_is_no_text_is_refused_though_it_is_signed(cloud: Cloud, raw: bytes) -> None:
    """400 for what no queue could hold."""
    assert status(call(raw, signed(raw), encoded=True)) == 400
    assert cloud.calls == []


@pytest.mark.parametrize("body", ["%%%", "abc", "é", "\udcff"])
def test_base64_that_is_none_is_not_signed(cloud: Cloud, body: str) -> None:
    """A body that cannot be had is refused, and no error."""
    assert status(call(PING, signed(PING), encoded=True) | {"body": body}) == 401
    assert cloud.calls == []


def test_characters_that_no_queue_takes_are_written_otherwise(cloud: Cloud) -> None:
    """A noncharacter that somebody typed costs nobody a notification: as an escape it says the same."""
    told = {"type": "notification_event", "id": "\ufffe and \uffff, \U0001f600"}
    raw = json.dumps(told, ensure_ascii=False).encode()
    assert status(call(raw, signed(raw))) == 200
    (message,) = cloud.waiting("events")
    assert "\\ufffe and \\uffff, \U0001f600" in message["Body"]
    assert json.loads(message["Body"]) == json.loads(raw)


@given(
    raw=st.binary(max_size=200) | st.text(max_size=80).map(lambda text: text.encode(errors="surrogatepass")),
    signature=st.text(st.characters(exclude_categories=()), max_size=60) | st.none(),
    is_signed=st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_no_call_whatever_ends_the_subscription(
    cloud: Cloud, *, raw: bytes, signature: str | None, is_signed: bool
) -> None:
    """Any bytes with any header, signed or not, get one of five answers: never 410, never an error."""
    given_signature = signed(raw) if is_signed else signature
    answered = status(call(raw, given_signature, encoded=True))
    assert answered in STATUSES
    if not is_signed:
        assert answered == 401
    assert (answered == 200) == (len(cloud.operations("SendMessage")) == 1)
    cloud.calls.clear()


def test_the_queue_has_what_was_answered_200(cloud: Cloud) -> None:
    """Of some good and some forged calls as many are in the queue as were answered 200."""
    answers = [status(call(PING, signed(PING) if number % 3 else "sha1=")) for number in range(12)]
    told = boto3.client("sqs").get_queue_attributes(QueueUrl=cloud.url("events"), AttributeNames=["All"])
    assert int(told["Attributes"]["ApproximateNumberOfMessages"]) == answers.count(200) == 8


FOREIGN = [{"type": "feed.covered", "source": "intercom", "since": "1999-01-01T00:00:00Z"}, [], "x", 7, None, {}]


@pytest.mark.parametrize("said", FOREIGN)
def test_what_is_no_notification_is_refused_however_well_signed(cloud: Cloud, said: object) -> None:
    """Intercom's address takes Intercom's notifications alone."""
    raw = json.dumps(said).encode()
    assert handler(call(raw, signed(raw)), Context())["statusCode"] == 400
    assert cloud.sent("events") == []


def test_a_notification_says_through_which_door_it_came(cloud: Cloud) -> None:
    """So that the fold lets nothing else of it in."""
    assert handler(call(PING, signed(PING)), Context())["statusCode"] == 200
    (message,) = cloud.sent("events")
    assert said_beside(message)["door"] == "intercom"
