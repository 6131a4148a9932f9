"""Zendesk's webhooks at the door: signed over timestamp and body. Nothing else gets in."""

import base64
import hmac
import json
from base64 import b64decode
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.source import ZENDESK as ZENDESK_SOURCE
from handlers import fold, ingest
from handlers.sources.signature import is_signed
from tests.doors.clouds import OLD_SECRET, SECRET, Cloud, Context, delivered, said_beside
from tests.doors.test_ingest import PING, call, signed
from tests.tickets import created, event

STAMP = "2026-01-10T07:40:01Z"
ZENDESK, OLD_ZENDESK = "zd-webhook-secret", "zd-webhook-secret-before"
BODY = json.dumps(created()).encode()
OTHERS = "x-zendesk-account-id x-zendesk-webhook-id x-zendesk-webhook-invocation-id".split()


@pytest.fixture(autouse=True)
def _set_up(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cloud.calls == []
    monkeypatch.setenv("ZENDESK_WEBHOOK_SECRET", ZENDESK)
    monkeypatch.setenv("ZENDESK_OLD_WEBHOOK_SECRET", OLD_ZENDESK)


def signature(raw: bytes, secret: str = ZENDESK, stamp: str = STAMP) -> str:
    """Sign a body as Zendesk does: base64 of the HMAC-SHA256 of timestamp and body."""
    return base64.b64encode(hmac.digest(secret.encode(), stamp.encode() + raw, "sha256")).decode()


def webhook(raw: bytes, by: str | None, stamp: str | None = STAMP, *, encoded: bool = False) -> dict[str, Any]:
    """Give the event of the HTTP API for a webhook of Zendesk."""
    made = call(raw, encoded=encoded)
    made["requestContext"]["http"]["path"] = "/zendesk"
    made["headers"] |= dict.fromkeys(OTHERS, "01GK8E6BKWMJZD2T8Y5AXJQMG5")
    made["headers"] |= {} if by is None else {"x-zendesk-webhook-signature": by}
    made["headers"] |= {} if stamp is None else {"x-zendesk-webhook-signature-timestamp": stamp}
    return made


def answer(made: dict[str, Any]) -> int:
    """Call the function, and give the status that it answers."""
    status: int = ingest.handler(made, Context())["statusCode"]
    return status


@pytest.mark.parametrize("encoded", [False, True], ids=["text", "base64"])
@pytest.mark.parametrize("secret", [ZENDESK, OLD_ZENDESK])
def test_what_is_signed_is_in_the_queue(cloud: Cloud, secret: str, *, encoded: bool) -> None:
    """Byte for byte, by the secret or the one before it; it says through which door it came."""
    assert answer(webhook(BODY, signature(BODY, secret), encoded=encoded)) == 200
    (message,) = cloud.waiting("events")
    assert message["Body"].encode() == BODY
    assert said_beside(message)["door"] == "zendesk"


def test_the_scheme_is_what_other_tools_make_of_it() -> None:
    """A vector made by openssl: the timestamp stands before the body, without anything between them."""
    assert ZENDESK_SOURCE.webhook is not None
    scheme = ZENDESK_SOURCE.webhook.signature
    made = "y9gOnFFwlMu0aTsuxNi9B7V4WQ6w8SIJfgCbG94PGO8="
    headers = {scheme.header: made, str(scheme.timestamp): "2021-03-25T05:09:27Z"}
    secret = b"dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="
    assert is_signed(b'{"hello":"world"}', headers, scheme, secret)
    assert not is_signed(b'{"hello":"world"}', headers, scheme, b64decode(secret))


@pytest.mark.parametrize(
    ("by", "stamp"),
    [
        (None, STAMP),
        ("", STAMP),
        (signature(BODY, "another"), STAMP),
        (signature(BODY + b" "), STAMP),
        (signature(BODY), "2026-01-10T07:40:02Z"),
        (signature(BODY), None),
        (signature(BODY, stamp=""), STAMP),
        (signed(BODY), STAMP),
        (signature(BODY, SECRET), STAMP),
        (signature(BODY, OLD_SECRET), STAMP),
    ],
)
def test_what_is_not_signed_is_refused(cloud: Cloud, by: str | None, stamp: str | None) -> None:
    """Another secret, body or timestamp, none of them, or the scheme or secret of another vendor."""
    assert answer(webhook(BODY, by, stamp)) == 401
    assert cloud.calls == []


@pytest.mark.parametrize(
    "said", [[], "x", None, {}, {"type": "feed.covered"}, {"type": "notification_event"}, {"type": 7}]
)
def test_what_is_no_event_of_zendesk_is_refused_however_well_signed(cloud: Cloud, said: object) -> None:
    """Its address takes its events alone."""
    raw = json.dumps(said).encode()
    assert answer(webhook(raw, signature(raw))) == 400
    assert cloud.sent("events") == []


def test_each_address_takes_its_own_signature(cloud: Cloud) -> None:
    """Intercom's is as it was; a probe is answered without a call."""
    assert answer(call(PING, signed(PING))) == 200
    assert answer(call(BODY, signature(BODY))) == 401
    probe = webhook(b"", None)
    probe["requestContext"]["http"]["method"] = "HEAD"
    assert answer(probe) == 200
    assert [one.operation for one in cloud.calls] == ["SendMessage"]


def test_without_a_secret_the_address_takes_nothing(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack that lacks Zendesk trusts nobody there, and its other doors stay open."""
    monkeypatch.delenv("ZENDESK_WEBHOOK_SECRET")
    monkeypatch.delenv("ZENDESK_OLD_WEBHOOK_SECRET")
    assert answer(webhook(BODY, signature(BODY, ""))) == 401
    assert answer(call(PING, signed(PING))) == 200
    assert len(cloud.waiting("events")) == 1


def test_zendesk_may_be_the_only_door(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack without Intercom."""
    monkeypatch.delenv("INTERCOM_CLIENT_SECRET")
    monkeypatch.delenv("INTERCOM_OLD_CLIENT_SECRET")
    assert answer(webhook(BODY, signature(BODY))) == 200
    assert len(cloud.waiting("events")) == 1


@given(raw=st.binary(max_size=80), stamp=st.text(max_size=30), is_signed=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_no_call_whatever_is_an_error(cloud: Cloud, *, raw: bytes, stamp: str, is_signed: bool) -> None:
    """Any bytes with any header get 400 or 401 where they are no event."""
    by = base64.b64encode(hmac.digest(ZENDESK.encode(), stamp.encode(errors="replace") + raw, "sha256")).decode()
    assert answer(webhook(raw, by if is_signed else "x", stamp, encoded=True)) == (400 if is_signed else 401)
    assert cloud.operations("SendMessage") == []


def test_what_comes_through_the_door_is_folded_and_nothing_else_of_it(cloud: Cloud) -> None:
    """An event of a new ticket becomes a fact; one that would say what only a sweep may say is dead."""
    door = {"door": "zendesk"}
    good, bad = created(), {"type": "feed.covered", "source": "zendesk", "since": "1999-01-01T00:00:00Z"}
    fold.handler(delivered([good, event("ticket.status_changed"), bad], attributes=door), Context())
    (dead,) = cloud.waiting("events-dead")
    assert json.loads(dead["Body"])["type"] == "feed.covered"
