"""Sweeping Zendesk on AWS: its tickets go to the queue, its cursor moves after, and a stack without it pays nothing."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers import fold
from handlers.clock import now
from handlers.jobs.zendesk_pulls import CURSOR
from handlers.sweep import handler
from scoring.instants import SECOND, Instant, format_instant
from tests.doors.clouds import UNREACHABLE, Cloud, Context, again, delivered
from tests.fakes.server import serving
from tests.fakes.zendesk import CLIENT_ID, CLIENT_SECRET, EXPORT, FakeZendesk
from tests.tickets import ORGANIZATION, metrics, ticket


@pytest.fixture(name="fake")
def _fake(cloud: Cloud, certificates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeZendesk]:
    assert cloud.calls == []
    fake = FakeZendesk(lambda: now() / SECOND)
    at = Instant(now() // SECOND * SECOND) - 3600 * SECOND
    fake.put(ticket(id=7, updated_at=format_instant(at), generated_timestamp=at // SECOND), metrics(7))
    fake.organizations = [{"id": ORGANIZATION, "name": "Acme", "created_at": "2020-01-01T00:00:00Z"}]
    with serving(fake, certificates) as trusted:
        for name, value in {
            "REQUESTS_CA_BUNDLE": str(trusted),
            "ZENDESK_URL": fake.url,
            "ZENDESK_CLIENT_ID": CLIENT_ID,
            "ZENDESK_CLIENT_SECRET": CLIENT_SECRET,
        }.items():
            monkeypatch.setenv(name, value)
        yield fake


def cursors(cloud: Cloud) -> dict[str, Any]:
    """Give how far the parts of sweeps have come, as the store keeps it."""
    items = cloud.items("company-registry")
    return {item["sk"]["S"]: item for item in items if item["pk"]["S"] == "cursor"}


def test_tickets_go_to_the_queue_and_can_be_folded(cloud: Cloud, fake: FakeZendesk) -> None:
    """The second sweep goes on behind the first."""
    assert handler({"systems": ["zendesk"]}, Context())["failed"] == []
    bodies = [message["MessageBody"] for message in cloud.sent("events")]
    told = [json.loads(one)["type"] for one in bodies]
    assert (told.count("zendesk.ticket"), told.count("owner.listed")) == (1, 2)
    assert again(fold.handler(delivered([one.encode() for one in bodies]), Context())) == []
    assert cloud.waiting("events-dead") == []
    assert CURSOR in cursors(cloud)
    assert handler({"systems": ["zendesk"]}, Context())["failed"] == []
    first, second = (call.query for call in fake.calls if call.path == EXPORT)
    assert ("start_time" in first, "start_time" in second) == (True, False)


def test_the_cursor_stays_where_the_queue_takes_nothing(cloud: Cloud, fake: FakeZendesk) -> None:
    """The next sweep brings the same again."""
    cloud.fail("SendMessageBatch", UNREACHABLE)
    with pytest.raises(Exception, match="queue"):
        handler({"systems": ["zendesk"]}, Context())
    assert CURSOR not in cursors(cloud)
    assert (fake.count(EXPORT), fake.count("/organizations.json")) == (1, 0)


def test_a_stack_without_it_counts_no_metric_of_it(cloud: Cloud, output: Callable[[], list[dict[str, Any]]]) -> None:
    """A sweep of all systems says nothing of one that nobody set up; one that is asked for by name is named."""
    assert handler({}, Context()) == {"pulled": {}, "failed": []}
    assert not [line for line in output() if "zendesk" in str(line)]
    assert handler({"systems": ["zendesk"]}, Context())["failed"] == ["zendesk"]
    assert cloud.sent("events") == []
