"""`healthscore live`: for a laptop, after the close of the month before."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from handlers.cli import DEFAULT_CONFIG
from handlers.clients.remote import Patience
from handlers.commands.finalise import finalise_command
from handlers.commands.live import backfill
from handlers.commands.live_scores import live_command
from handlers.commands.session import PARTIAL, Session
from scoring.instants import HOUR, Instant
from tests.config.folders import change
from tests.doors.clouds import write_config
from tests.live.pilot import NOW, Pilot, served, variables


def run(folder: Path, command: click.Command, *words: str, at: Instant = NOW, config: Path = DEFAULT_CONFIG) -> Result:
    """Run a command on the store of a folder."""
    session = Session(f"sqlite:///{folder}/store.db", config, True, lambda: at, Patience(0.0, lambda _: None))
    return CliRunner().invoke(command, [*words, "--accounts", str(folder / "mapping.csv")], obj=session)


@pytest.fixture
def pilot(tmp_path: Path) -> Pilot:
    """Give two hotels in three systems, which the environment names."""
    given = Pilot(2)
    rows = [f"{one.id},{one.owners['intercom'][0]},{one.owners['looker'][0]},,paid" for one in given.accounts]
    header = "sf_account_id,intercom_company_id,looker_customer_id,account_name,segment"
    (tmp_path / "mapping.csv").write_text("\n".join([header, *rows]) + "\n")
    return given


def test_a_day_of_live_scores(pilot: Pilot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits for the close; then it writes what looks different, and says so; the next hour nothing does."""
    with served(pilot, tmp_path):
        for name, value in variables(pilot).items():
            monkeypatch.setenv(name, value)
        assert run(tmp_path, backfill).exit_code == 0
        early = run(tmp_path, live_command)
        assert (early.exit_code, "2026-10 is not closed: its scores come first" in early.stderr) == (PARTIAL, True)
        assert run(tmp_path, finalise_command, "--period", "2026-10").exit_code == 0
        told = [run(tmp_path, live_command, at=NOW + hours * HOUR) for hours in (1, 2)]
    first, second = (json.loads(one.stdout) for one in told)
    assert [one.exit_code for one in told] == [0, 0]
    assert (first["period"], first["accounts"], first["written"] + first["same"]) == ("2026-11", 2, 2)
    assert (second["written"], second["same"]) == (0, 2)


@pytest.mark.usefixtures("pilot")
def test_where_scores_cannot_go_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No org is named; or the config writes to HubSpot, where a company shows one record."""
    monkeypatch.delenv("SALESFORCE_URL", raising=False)
    told = run(tmp_path, live_command)
    assert (told.exit_code, "SALESFORCE_URL is not set" in told.output) == (1, True)
    folder = tmp_path / "config"
    folder.mkdir()
    change(write_config(folder) / "record.yaml", "sink: salesforce", "sink: hubspot")
    told = run(tmp_path, live_command, config=folder)
    assert (told.exit_code, "live scores go to Salesforce alone" in told.output) == (1, True)
