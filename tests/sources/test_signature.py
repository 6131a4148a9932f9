"""The signature of a webhook: over the raw bytes, and nothing but exactly right."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.source import INTERCOM
from handlers.sources import signature as webhooks
from tests.messages import Message, body
from tests.sources.taking import EVENTS, event

VECTORS = json.loads((Path(__file__).parent / "signature_vectors.json").read_bytes())["vectors"]
SECRET = b"test-client-secret"
BODY = (EVENTS / "intercom_ping.json").read_bytes()
SIGNATURE = "sha1=d13b4c0027d5f4c4e7095c02a8c2d301d84bcafe"


def is_signed(body: bytes, signature: str, secret: bytes) -> bool:
    """Check a notification of Intercom's."""
    assert INTERCOM.webhook is not None
    return webhooks.is_signed(body, {"x-hub-signature": signature}, INTERCOM.webhook.signature, secret)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["body_file"] for vector in VECTORS])
def test_the_vectors_are_signed(vector: Message) -> None:
    """HMAC-SHA1 of the file's exact bytes, under the client secret."""
    raw = (EVENTS / vector["body_file"]).read_bytes()
    assert len(raw) == vector["body_bytes"]
    assert is_signed(raw, vector["x_hub_signature"], vector["client_secret"].encode())


def test_the_same_json_written_otherwise_is_not_signed() -> None:
    """The bytes count, not what they mean."""
    assert is_signed(BODY, SIGNATURE, SECRET)
    assert not is_signed(BODY.rstrip(), SIGNATURE, SECRET)
    assert not is_signed(body(event("intercom_ping")), SIGNATURE, SECRET)


@pytest.mark.parametrize("secret", [b"", b"test-client-secreT", b"test-client-secret ", b"\xff\x00", b"x" * 100_000])
def test_another_secret_does_not_sign(secret: bytes) -> None:
    """Whatever its length."""
    assert not is_signed(BODY, SIGNATURE, secret)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "sha1=",
        SIGNATURE.removeprefix("sha1="),
        SIGNATURE.replace("sha1=", "sha256="),
        SIGNATURE.replace("sha1=", "SHA1="),
        SIGNATURE.upper(),
        "sha1=" + SIGNATURE.removeprefix("sha1=").upper(),
        f" {SIGNATURE}",
        f"{SIGNATURE}\n",
        f"{SIGNATURE}0",
        SIGNATURE[:-1],
        f"{SIGNATURE},{SIGNATURE}",
        SIGNATURE.replace("d", "\uff44"),
        SIGNATURE.replace("0", "\u0660"),
        "sha1=\udcff",
        "\ud800",
        "\0",
    ],
)
def test_a_signature_that_is_not_exactly_right_is_refused(signature: str) -> None:
    """Wrong prefix, upper case, empty, more, less, not ASCII: no, and never an error."""
    assert is_signed(BODY, signature, SECRET) is False


@given(st.text(st.characters(exclude_categories=())), st.binary(max_size=64), st.binary(max_size=64))
def test_nothing_made_up_is_signed(signature: str, raw: bytes, secret: bytes) -> None:
    """Any text at all, lone surrogates included, is a no."""
    assert is_signed(raw, signature, secret) is False
