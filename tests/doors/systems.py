"""Salesforce, Intercom and Looker in small, served over HTTPS, each knowing some hotels up to an instant."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.loader import load_config
from handlers.clock import now
from scoring.instants import DAY, SECOND, Instant, format_date, format_instant
from tests.doors.clouds import account
from tests.doors.telling import talk
from tests.fakes import intercom, looker, salesforce
from tests.fakes.server import serving

CONFIG = load_config()


@dataclass(slots=True)
class Systems:
    """The three systems; what they hold may be changed at any time."""

    until: Instant
    hotels: int
    org: salesforce.FakeSalesforce = field(default_factory=salesforce.FakeSalesforce)
    workspace: intercom.FakeIntercom = field(default_factory=lambda: intercom.FakeIntercom(lambda: now() / SECOND))
    instance: looker.FakeLooker = field(default_factory=looker.FakeLooker)

    def __post_init__(self) -> None:
        """Fill them."""
        self.org.declare_intake(CONFIG.intake)
        self.org.declare_record(CONFIG.record_map)
        for hotel in range(self.hotels):
            self._open(hotel)

    def _open(self, hotel: int) -> None:
        stamp = format_instant(self.until - 2 * DAY)
        stamps = {"SystemModstamp": stamp, "LastModifiedDate": stamp}
        told = {"Name": f"Hotel {hotel}", "ARR__c": 100_000, "Success_Tier__c": "Paid"}
        self.org.put("Account", Id=account(hotel), **told, **stamps)
        company = {"type": "company", "id": f"own-{hotel}", "company_id": f"hotel-{hotel}", "name": f"Hotel {hotel}"}
        self.workspace.companies.append(company | {"created_at": self.until // SECOND - 1_000_000})
        self.workspace.conversations.append(talk(hotel, self.until)["data"]["item"])
        values = {"staff_logins": 10 + hotel, "platform_score": 50 + hotel}
        self.instance.days += [
            looker.Day(f"c-{hotel}", format_date(self.until - day * DAY), values, f"Hotel {hotel}")
            for day in range(1, 61)
        ]

    @property
    def written(self) -> dict[str, dict[str, object]]:
        """Give the records that Salesforce holds, by account."""
        rows = self.org.records["Health_Score__c"].values()
        return {str(row["Account__c"]): dict(row) for row in rows}

    def environment(self) -> dict[str, str]:
        """Give the environment by which they are reached."""
        return {
            "SALESFORCE_URL": self.org.url,
            "SALESFORCE_CLIENT_ID": salesforce.CLIENT_ID,
            "SALESFORCE_CLIENT_SECRET": salesforce.CLIENT_SECRET,
            "INTERCOM_TOKEN": intercom.TOKEN,
            "INTERCOM_URL": self.workspace.url,
            "LOOKERSDK_BASE_URL": self.instance.server.url,
            "LOOKERSDK_CLIENT_ID": looker.CLIENT_ID,
            "LOOKERSDK_CLIENT_SECRET": looker.CLIENT_SECRET,
        }


@contextmanager
def served(systems: Systems, folder: Path, environment: pytest.MonkeyPatch) -> Iterator[Systems]:
    """Serve them, so that the environment, which the test may change further, leads to them and clients trust them."""
    with ExitStack() as stack:
        for fake in (systems.org, systems.workspace, systems.instance.server):
            trusted = stack.enter_context(serving(fake, folder))
        for name, value in {**systems.environment(), "REQUESTS_CA_BUNDLE": str(trusted)}.items():
            environment.setenv(name, value)
        yield systems
