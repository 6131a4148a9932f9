"""A HubSpot account to talk to: the fake, served over HTTPS, and a writer into it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.record_map import RecordMap
from handlers.clients.hubspot.calls import patient
from handlers.clients.hubspot.client import HubSpotClient
from handlers.clients.remote import Patience
from handlers.settings import HubSpotSettings
from handlers.sinks.hubspot import HubSpotWriter
from handlers.sinks.hubspot_values import definitions
from handlers.sinks.standing import Replacing
from scoring.record import Record
from tests.fakes.hubspot import TOKEN, FakeHubSpot
from tests.fakes.server import serving
from tests.live.orgs import CONFIG
from tests.live.test_salesforce_writer import account

AT_ONCE = Patience(0.0, lambda _: None)


@contextmanager
def served(portal: FakeHubSpot, folder: Path, monkeypatch: pytest.MonkeyPatch, accounts: int = 5) -> Iterator[None]:
    """Serve an account that has our properties, and a company for each of some accounts; clients trust it."""
    portal.declare(*definitions(CONFIG.record_map))
    for number in range(accounts):
        portal.put(name=f"Hotel {number}", healthscore_account_id=account(number))
    with serving(portal, folder) as trusted:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        yield


def client(portal: FakeHubSpot, *, token: str = TOKEN, patience: Patience = AT_ONCE) -> HubSpotClient:
    """Give a client that waits for nothing, unless it is told to."""
    settings = HubSpotSettings(token, portal.url, 10)
    return HubSpotClient(settings, patient(settings, patience))


def write(
    portal: FakeHubSpot,
    *records: Record,
    record_map: RecordMap = CONFIG.record_map,
    may: Replacing | None = None,
    patience: Patience = AT_ONCE,
) -> HubSpotWriter:
    """Write records, see to it that none is lost in silence, and give the writer."""
    writer = HubSpotWriter(client(portal, patience=patience), record_map, may=may or Replacing())
    writer.write(iter(records))
    assert {key.partition("_")[0] for key in writer.refused} == set(writer.failed)
    assert all(writer.failed.values())
    return writer
