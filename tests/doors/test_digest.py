"""The digest on AWS: told once, noted when it was taken, by no more rights than it needs, and no secret is said."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers import digest, fold, rescore
from handlers.cloud.settings import digest_settings
from handlers.environment import SettingsError
from scoring.instants import parse_instant
from tests.doors.clouds import Cloud, Context, account, delivered, write_config
from tests.doors.telling import told
from tests.doors.test_rights import granted, used
from tests.fakes.server import FakeServer, Fault, Response, serving

END = parse_instant("2025-11-01")


@pytest.fixture
def channel(
    cloud: Cloud, certificates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, restarted: Callable[[], None]
) -> Iterator[FakeServer]:
    """Serve a channel as a relay in front of Teams would; two hotels are scored, whose sources are silent since."""
    for hotel in range(2):
        fold.handler(delivered(told(hotel, END)), Context())
    requests = [{"account_id": account(hotel), "period": "2025-10"} for hotel in range(2)]
    rescore.handler(delivered(requests), Context())
    file = write_config(tmp_path) / "digest.yaml"
    file.write_text(file.read_text().replace("kind: auto", "kind: teams"))
    server = FakeServer(lambda _: Response(202, ""))
    with serving(server, certificates) as certificate:
        given = {
            "REQUESTS_CA_BUNDLE": str(certificate),
            "DIGEST_WEBHOOK": f"{server.url}/xyzzy",
            "HEALTHSCORE_CONFIG": str(tmp_path),
        }
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        restarted()
        cloud.calls.clear()
        yield server


def test_what_is_new_is_told_once_by_the_rights_that_it_has(channel: FakeServer, cloud: Cloud) -> None:
    """Sources that fell silent; the second call has nothing to tell, and sends nothing."""
    first = digest.handler({}, Context())
    assert first == {"accounts": 0, "messages": 1}
    (sent,) = channel.calls
    assert "3 sources fell silent" in json.dumps(sent.json())
    assert digest.handler({}, Context())["messages"] == 0
    assert len(channel.calls) == 1
    done = used(cloud)
    assert done <= granted("Digest")
    usual = granted("Digest", "HasSuggestions")
    assert usual - done == {("sqs:SendMessage", "DeadCalls.Arn"), ("dynamodb:BatchGetItem", "Scores.Arn")} - done


def test_where_signals_are_suggested_it_reads_what_waits() -> None:
    """And changes nothing more."""
    assert granted("Digest") - granted("Digest", "HasSuggestions") == {
        ("dynamodb:BatchGetItem", "Facts.Arn"),
        ("dynamodb:Query", "${Facts.Arn}/index/by-owner"),
        ("dynamodb:Query", "Accounts.Arn"),
    }


def test_what_is_not_taken_is_told_by_the_next_try(channel: FakeServer, output: Callable[[], list[Any]]) -> None:
    """The call fails, so that it is made again; no log line has the address."""
    channel.plan("/xyzzy", Fault("answer", Response(404, "gone")))
    with pytest.raises(digest.NotTakenError, match="DIGEST_WEBHOOK: the channel answered 404"):
        digest.handler({}, Context())
    assert "xyzzy" not in json.dumps(output())
    assert digest.handler({}, Context())["messages"] == 1


def test_addresses_of_single_csms_come_as_json() -> None:
    """What is none is refused, and not repeated."""
    environ = {"HEALTHSCORE_STORE": "dynamodb://company", "DIGEST_WEBHOOK": "https://a"}
    given = {**environ, "DIGEST_CSM_WEBHOOKS": '{"DIGEST_WEBHOOK_ANA": "https://b"}'}
    assert digest_settings(given).addresses == {
        "DIGEST_WEBHOOK_ANA": "https://b",
        "DIGEST_WEBHOOK": "https://a",
        "DESK_ADDRESS": "",
    }
    for wrong in ("https://xyzzy", '["xyzzy"]', '{"A": 1}'):
        with pytest.raises(SettingsError, match="DIGEST_CSM_WEBHOOKS is no JSON object") as caught:
            digest_settings({**environ, "DIGEST_CSM_WEBHOOKS": wrong})
        assert "xyzzy" not in str(caught.value)
