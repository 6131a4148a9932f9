"""Zendesk by the commands: backfill, sweep, doctor and replay of a config that uses it, and of one that does not."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from handlers.clients.remote import Patience
from handlers.clock import now
from handlers.commands.doctor import doctor
from handlers.commands.live import backfill, sweep
from handlers.commands.session import Session
from handlers.commands.status import status
from scoring.ids import to_18
from scoring.instants import HOUR, SECOND, Instant, format_instant
from tests.config.folders import change, copy_figures
from tests.fakes.server import Fault, Response, serving
from tests.fakes.zendesk import CLIENT_ID, CLIENT_SECRET, EXPORT, FakeZendesk
from tests.live.test_zendesk_doctor import ACTIVE
from tests.tickets import ORGANIZATION, metrics, ticket

ACCOUNT = to_18("001000000001001AAA")
LIMITS = "  intercom:\n    stale_days: 3\n    dead_days: 7\n"


@dataclass(frozen=True, slots=True)
class Desk:
    """A served account of Zendesk, and a folder with figures, mapping and store."""

    fake: FakeZendesk
    folder: Path

    def put(self, number: int, hours: int) -> None:
        """Put a ticket that was updated so many hours ago."""
        at = Instant(now() // SECOND * SECOND) - hours * HOUR
        own = {"updated_at": format_instant(at), "created_at": format_instant(at - HOUR)}
        self.fake.put(ticket(id=number, generated_timestamp=at // SECOND, **own), metrics(number))

    def run(self, command: click.Command, *words: str, named: bool = True) -> tuple[int, dict[str, Any]]:
        """Give a command; its exit code and its summary."""
        session = Session(f"sqlite:///{self.folder}/store.db", self.folder, True, now, Patience(0.0, lambda _: None))
        environ = {"ZENDESK_URL": self.fake.url, "ZENDESK_CLIENT_ID": CLIENT_ID, "ZENDESK_CLIENT_SECRET": CLIENT_SECRET}
        told: Mapping[str, str] = environ if named else {}
        done = CliRunner().invoke(command, words, obj=session, env=told)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.output
        return done.exit_code, json.loads(done.stdout)

    def use(self, limits: str) -> None:
        """Say which desks are in use."""
        change(self.folder / "sources.yaml", LIMITS, limits)


@pytest.fixture(name="desk")
def _desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    copy_figures(tmp_path)
    header = "sf_account_id,intercom_company_id,zendesk_organization_id\n"
    (tmp_path / "account_mapping.csv").write_text(f"{header}{ACCOUNT},,{ORGANIZATION}\n")
    fake = FakeZendesk(lambda: now() / SECOND)
    fake.organizations = [{"id": ORGANIZATION, "name": "Acme", "created_at": "2020-01-01T00:00:00Z"}]
    fake.webhooks = [ACTIVE]
    with serving(fake, tmp_path) as trusted:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        yield Desk(fake, tmp_path)


@pytest.mark.parametrize(
    "limits", [LIMITS.replace("intercom", "zendesk"), LIMITS + LIMITS.replace("intercom", "zendesk")]
)
def test_zendesk_is_backfilled_and_swept(desk: Desk, limits: str) -> None:
    """By the real client against its account: covered, heard, and what is new comes once."""
    desk.use(limits)
    desk.put(1, 48)
    code, told = desk.run(backfill)
    assert (code, told["failed"], told["pulled"]["zendesk/tickets"]) == (0, {}, 1)
    desk.put(2, 1)
    code, told = desk.run(sweep)
    assert (code, told["pulled"]["zendesk/tickets"]) == (0, 1)
    feed = desk.run(status)[1]["feeds"]["zendesk"]
    assert feed["covered_since"] is not None
    assert feed["last_heard"] is not None


def test_a_zendesk_that_fails_is_named(desk: Desk) -> None:
    """The exit code says that something was left out."""
    desk.use(LIMITS.replace("intercom", "zendesk"))
    desk.fake.plan(EXPORT, Fault("answer", Response(403, {"error": "Forbidden"})))
    code, told = desk.run(backfill)
    assert code == 3
    assert "must be an admin" in told["failed"]["zendesk"]


def test_the_doctor_looks_at_what_is_in_use(desk: Desk) -> None:
    """Zendesk's own checks, and whether accounts have an organization."""
    desk.use(LIMITS.replace("intercom", "zendesk"))
    checks = {(one["system"], one["check"]): one["ok"] for one in desk.run(doctor)[1]["checks"]}
    assert checks["zendesk", "sign-in"] is checks["zendesk", "export tickets"] is True
    assert checks["healthscore", "owners in zendesk"] is True
    assert ("intercom", "variables") not in checks


def test_the_doctor_says_nothing_of_what_nobody_uses(desk: Desk) -> None:
    """A stack that lacks Zendesk reads no line of it, unless it asks for it."""
    (desk.folder / "account_mapping.csv").write_text(f"sf_account_id\n{ACCOUNT}\n")
    checks = desk.run(doctor, named=False)[1]["checks"]
    assert not [one for one in checks if one["system"] == "zendesk"]
    required = desk.run(doctor, "--require", "zendesk", named=False)[1]["checks"]
    assert [one["ok"] for one in required if one["system"] == "zendesk"] == [False]
