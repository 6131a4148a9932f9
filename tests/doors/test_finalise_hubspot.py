"""Finalise where the deployed config writes to HubSpot: the token alone is needed; a stack without it pays nothing."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers import fold
from handlers.cloud.close_steps import FinaliseError
from handlers.environment import SettingsError
from handlers.finalise import handler
from handlers.sinks.hubspot_values import definitions
from handlers.words.changes import FIRST
from scoring.instants import parse_instant
from tests.config.folders import change
from tests.doors.clouds import HOTELS, Cloud, Context, account, again, delivered, write_config
from tests.doors.systems import CONFIG, Systems, served
from tests.doors.telling import talk, told_of_feeds
from tests.fakes.hubspot import TOKEN, FakeHubSpot
from tests.fakes.server import serving

END = parse_instant("2025-11-01")
ROOT = Path(__file__).parents[2]


@pytest.fixture(name="portal")
def _portal(
    cloud: Cloud,
    certificates: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    restarted: Callable[[], None],
) -> Iterator[FakeHubSpot]:
    """Give an account with a company for each hotel; the deployed figures lead to it."""
    change(write_config(tmp_path) / "record.yaml", "sink: salesforce", "sink: hubspot")
    monkeypatch.setenv("HEALTHSCORE_CONFIG", str(tmp_path))
    restarted()
    told = [*told_of_feeds(END), *(talk(number, END) for number in range(HOTELS))]
    assert again(fold.handler(delivered(told), Context())) == []
    assert cloud.calls
    portal = FakeHubSpot()
    portal.declare(*definitions(CONFIG.record_map))
    for hotel in range(HOTELS):
        portal.put(healthscore_account_id=account(hotel))
    with served(Systems(END, HOTELS), certificates, monkeypatch), serving(portal, certificates):
        monkeypatch.setenv("HUBSPOT_URL", portal.url)
        yield portal


def close() -> dict[str, Any]:
    """Close October, as AWS calls the function."""
    return handler({"time": "2025-11-01T06:00:00Z"}, Context("run"))


def test_the_month_is_closed_into_hubspot(portal: FakeHubSpot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Salesforce's variables are not needed for it."""
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", TOKEN)
    with pytest.MonkeyPatch.context() as environment:
        for name in ("SALESFORCE_URL", "SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET"):
            environment.delenv(name)
        answer = close()
    assert (answer["scored"], answer["failed"]) == (HOTELS, 0)
    shown = [portal.shows(account(hotel)) for hotel in range(HOTELS)]
    assert {one["healthscore_period"] for one in shown} == {"2025-10"}
    assert all(str(one["healthscore_drivers"]).startswith(f"{FIRST}\n") for one in shown)


def test_a_run_that_failed_goes_on_when_it_is_asked_again(portal: FakeHubSpot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The company that lacks the account's id keeps the month open until it has it."""
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", TOKEN)
    company = next(iter(portal.companies.values()))
    company.properties["healthscore_account_id"] = None
    with pytest.raises(FinaliseError, match=f"1 of {HOTELS} accounts failed"):
        close()
    company.properties["healthscore_account_id"] = account(0)
    assert close()["failed"] == 0
    assert portal.shows(account(0))["healthscore_period"] == "2025-10"


def test_without_a_token_the_run_says_which_variable_is_missing(
    portal: FakeHubSpot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty parameter of the stack is none."""
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "")
    with pytest.raises(SettingsError, match="HUBSPOT_ACCESS_TOKEN is not set: records have nowhere to go"):
        close()
    assert portal.calls == []


def test_a_stack_that_writes_to_salesforce_imports_nothing_of_hubspots() -> None:
    """Neither the function nor the commands, until a writer to HubSpot is asked for."""
    doors = "handlers.finalise, handlers.commands.finalise, handlers.commands.withdraw, handlers.sinks.salesforce"
    code = f"import json, sys, {doors}; print(json.dumps([name for name in sys.modules if 'hubspot' in name]))"
    told = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert json.loads(told.stdout) == []
