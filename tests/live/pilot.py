"""A pilot of some hotels in three fake systems: what each holds, and a run of the whole job against them."""

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
import requests

from handlers.clients.intercom.client import IntercomClient
from handlers.clients.looker.answers import Row
from handlers.clients.looker.client import InlineQuery, LookerClient
from handlers.clients.looker.explore import Explore
from handlers.clients.patient import PatientAdapter, patient_session
from handlers.clients.salesforce.bulk import JobWait
from handlers.clients.salesforce.client import SalesforceClient
from handlers.jobs.finalise import finalise
from handlers.jobs.records import Terms
from handlers.jobs.run import Run
from handlers.jobs.sweep import Clients, Sweeper, folding, take_in
from handlers.settings import IntercomSettings, LookerSettings, SalesforceSettings
from handlers.sinks.salesforce import SalesforceWriter
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account
from scoring.instants import DAY, HOUR, SECOND, Instant, format_date, format_instant, parse_instant
from tests.fakes import intercom, looker, salesforce
from tests.fakes.server import FakeServer, serving
from tests.live.orgs import CONFIG
from tests.messages import conversation

AS_OF = parse_instant("2026-11-01")
NOW = AS_OF + 6 * HOUR
MINUTE = 60 * SECOND


class StoppedError(Exception):
    """The run was stopped before a call."""


@dataclass(slots=True)
class Fuse:
    """Counts calls, and stops the run before one of them."""

    stop_at: int | None = None
    calls: int = 0

    def burn(self) -> None:
        """Count a call; raise StoppedError where it is the one."""
        if self.calls == self.stop_at:
            raise StoppedError
        self.calls += 1


class FusedAdapter(PatientAdapter):
    """Sends requests until the fuse has burnt down."""

    def __init__(self, fuse: Fuse, retries: int) -> None:
        """Burn a fuse with each request."""
        self._fuse = fuse
        super().__init__(10.0, retries, 0.0)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:  # noqa: ANN401
        """Burn, then send."""
        self._fuse.burn()
        return super().send(request, *args, **options)


@dataclass(slots=True)
class FusedLooker:
    """Asks Looker until the fuse has burnt down."""

    fuse: Fuse
    client: LookerClient

    def rows(self, query: InlineQuery) -> list[Row]:
        """Burn, then ask."""
        self.fuse.burn()
        return self.client.rows(query)

    def explore(self, model: str, name: str) -> Explore | None:
        """Burn, then ask."""
        self.fuse.burn()
        return self.client.explore(model, name)


@dataclass(slots=True)
class Pilot:
    """Some hotels in a Salesforce org, an Intercom workspace and a Looker instance."""

    hotels: int
    org: salesforce.FakeSalesforce = field(default_factory=lambda: salesforce.FakeSalesforce(page_size=7))
    clock: intercom.StillClock = field(default_factory=lambda: intercom.StillClock(float(seconds(NOW))))
    workspace: intercom.FakeIntercom = field(init=False)
    instance: looker.FakeLooker = field(default_factory=looker.FakeLooker)
    accounts: list[Account] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Fill the systems."""
        self.workspace = intercom.FakeIntercom(self.clock)
        self.org.declare_intake(CONFIG.intake)
        self.org.declare("Account", {"Website": "text"})
        self.org.declare_record(CONFIG.record_map)
        self.workspace.scroll_page = 4
        for number in range(self.hotels):
            self._open_hotel(number)

    def _open_hotel(self, number: int) -> None:
        account_id = self._fill_org(number)
        self._fill_workspace(number, account_id)
        for day in [*range(1, 61), 91]:
            values = {"staff_logins": 10 + number, "admin_logins": 1, "platform_score": 50 + number}
            values |= {"active_modules": 3, "available_modules": 6, "messaging_score": 60 + number}
            self.instance.days.append(
                looker.Day(f"c-{number}", format_date(AS_OF - day * DAY), values, f"Hotel {number}")
            )
        keys = {"intercom": (f"hotel-{number}",), "looker": (f"c-{number}",), "salesforce": (account_id,)}
        self.accounts.append(Account(account_id, keys))

    def _fill_org(self, number: int) -> str:
        stamps = {name: format_instant(AS_OF - 30 * DAY) for name in ("SystemModstamp", "LastModifiedDate")} | {
            "CreatedDate": format_instant(AS_OF - 800 * DAY)
        }
        tier = "Paid" if number % 3 == 0 else "Standard"
        account_id = self.org.put(
            "Account", Name=f"Hotel {number}", ARR__c=100_000 + 20_000 * number, Success_Tier__c=tier, **stamps
        )
        renewal = {"AccountId": account_id, "Type": "Renewal", "StageName": "Open", "IsClosed": False, "IsWon": False}
        self.org.put("Opportunity", CloseDate=format_date(AS_OF + (60 + 10 * number) * DAY), **renewal, **stamps)
        for failed in range(number % 4):
            date = format_date(AS_OF - (40 + failed) * DAY)
            self.org.put("Payment_Record__c", Account__c=account_id, Status__c="Failed", Payment_Date__c=date, **stamps)
        return account_id

    def _fill_workspace(self, number: int, account_id: str) -> None:
        company = {"type": "company", "id": f"own-{number}", "company_id": f"hotel-{number}", "name": f"Hotel {number}"}
        told = {"created_at": seconds(AS_OF - 500 * DAY), "custom_attributes": {"salesforce_id": account_id}}
        self.workspace.companies.append(company | told)
        for talk in range(number % 5 + 1):
            start = AS_OF - (talk + 1) * DAY
            self.workspace.conversations.append(
                conversation(
                    id=f"{number}-{talk}",
                    created_at=seconds(start),
                    updated_at=seconds(start + 2 * HOUR),
                    state="closed",
                    company=company,
                    priority="high" if talk == 0 else "none",
                    tags={"type": "tag.list", "tags": []},
                    ai_agent=None,
                    ai_agent_participated=False,
                    statistics={
                        "first_admin_reply_at": seconds(start + 30 * MINUTE),
                        "last_close_at": seconds(start + 2 * HOUR),
                        "count_reopens": 0,
                        "count_conversation_parts": 3,
                    },
                )
            )

    @property
    def servers(self) -> tuple[FakeServer, ...]:
        """Give the servers of the three systems."""
        return self.org, self.workspace, self.instance.server

    @property
    def written(self) -> dict[str, dict[str, object]]:
        """Give the records that Salesforce holds, by external key."""
        rows = self.org.records["Health_Score__c"].values()
        return {row["External_Key__c"]: row for row in rows}


def variables(pilot: Pilot, timeout: int = 30) -> dict[str, str]:
    """Name the three systems as the environment does."""
    return {
        "SALESFORCE_URL": pilot.org.url,
        "SALESFORCE_CLIENT_ID": salesforce.CLIENT_ID,
        "SALESFORCE_CLIENT_SECRET": salesforce.CLIENT_SECRET,
        "SALESFORCE_TIMEOUT": str(timeout),
        "INTERCOM_URL": pilot.workspace.url,
        "INTERCOM_TOKEN": intercom.TOKEN,
        "INTERCOM_TIMEOUT": str(timeout),
        "LOOKERSDK_BASE_URL": pilot.instance.server.url,
        "LOOKERSDK_CLIENT_ID": looker.CLIENT_ID,
        "LOOKERSDK_CLIENT_SECRET": looker.CLIENT_SECRET,
        "LOOKERSDK_TIMEOUT": str(timeout),
    }


def write_mapping(pilot: Pilot, path: Path) -> None:
    """Write the account mapping of a pilot."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["sf_account_id", "intercom_company_id", "looker_customer_id", "account_name", "segment"])
        for number, account in enumerate(pilot.accounts):
            writer.writerow([account.id, f"hotel-{number}", f"c-{number}", f"Hotel {number}", ""])


def seconds(at: Instant) -> int:
    """Give Unix seconds."""
    return at // SECOND


@contextmanager
def served(pilot: Pilot, folder: Path) -> Iterator[None]:
    """Serve all three systems, so that clients trust them."""
    with ExitStack() as stack:
        for fake in pilot.servers:
            trusted = stack.enter_context(serving(fake, folder))
        stack.enter_context(pytest.MonkeyPatch.context()).setenv("REQUESTS_CA_BUNDLE", str(trusted))
        yield


def session(fuse: Fuse, retries: int) -> requests.Session:
    """Give a session that burns a fuse."""
    made = patient_session(retries=retries, pause=0.0)
    made.mount("https://", FusedAdapter(fuse, retries))
    return made


def crm_of(pilot: Pilot, fuse: Fuse) -> SalesforceClient:
    """Give a client of the org."""
    settings = SalesforceSettings(pilot.org.url, salesforce.CLIENT_ID, salesforce.CLIENT_SECRET)
    return SalesforceClient(settings, session(fuse, 4), bulk_wait=JobWait(every=0))


def clients_of(pilot: Pilot, fuse: Fuse) -> Clients:
    """Give clients of all three systems."""
    workspace = IntercomSettings(intercom.TOKEN, pilot.workspace.url)
    instance = LookerSettings(pilot.instance.server.url, looker.CLIENT_ID, looker.CLIENT_SECRET, 10)
    return Clients(
        crm_of(pilot, fuse),
        IntercomClient(workspace, session(fuse, 0), pilot.clock.wait, pilot.clock),
        cast("LookerClient", FusedLooker(fuse, LookerClient(instance, wait=lambda _: None))),
    )


def run(pilot: Pilot, path: Path, fuse: Fuse) -> Run:
    """Do the whole job: backfill, then close October into Salesforce."""
    clients = clients_of(pilot, fuse)
    with closing(SqliteStore(path)) as store:
        sweeper = Sweeper(clients, CONFIG.intake, CONFIG.looker, tuple(pilot.accounts), store, NOW)
        failures: dict[str, str] = {}
        for _, tally in take_in(sweeper.backfill(None), folding(store, CONFIG.intake, NOW), store, failures):
            assert not tally.dead_letters
        assert not failures
        writer = SalesforceWriter(crm_of(pilot, fuse), CONFIG.record_map, sleep=lambda _: None)
        done = finalise(pilot.accounts, store, writer, Terms("2026-10", AS_OF, CONFIG.model, "final", NOW))
    done.failed.update(writer.failed)
    return done


def contents(path: Path) -> list[tuple[object, ...]]:
    """Read all that a store holds."""
    tables = ("observations", "members", "owner_ids", "feeds", "heard", "records", "cursors")
    with closing(sqlite3.connect(path)) as db:
        return [row for table in tables for row in sorted(db.execute(f"SELECT * FROM {table}"), key=repr)]  # noqa: S608
