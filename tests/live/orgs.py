"""An org to talk to: the fake, served over HTTPS, and clients of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.loader import load_config
from handlers.clients.patient import patient_session
from handlers.clients.salesforce.bulk import JobWait
from handlers.clients.salesforce.client import SalesforceClient
from handlers.settings import SalesforceSettings
from tests.fakes.salesforce import CLIENT_ID, CLIENT_SECRET, FakeSalesforce
from tests.fakes.server import serving

CONFIG = load_config()
ACCOUNTS = CONFIG.intake.objects["Account"]
AT_ONCE = JobWait(every=0, longest=60)
PAYMENTS = CONFIG.intake.objects["Payment_Record__c"]


@contextmanager
def served(org: FakeSalesforce, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSalesforce]:
    """Serve an org that has all objects we read and the one we write; clients trust it."""
    org.declare_intake(CONFIG.intake)
    org.declare("Account", {"Website": "text"})
    org.declare_record(CONFIG.record_map)
    with serving(org, folder) as trusted:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        yield org


def client(
    org: FakeSalesforce,
    *,
    secret: str = CLIENT_SECRET,
    bulk_above: int = 2_000,
    bulk_wait: JobWait = AT_ONCE,
) -> SalesforceClient:
    """Give a client of an org that waits for nothing."""
    settings = SalesforceSettings(org.url, CLIENT_ID, secret)
    session = patient_session(retries=2, pause=0.0)
    return SalesforceClient(settings, session, bulk_above=bulk_above, bulk_wait=bulk_wait)
