"""The commands that talk to live systems, as a script calls them."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from config.portfolio import load_portfolio
from tests import calling
from tests.live.pilot import Pilot, served, variables, write_mapping


def call(
    pilot: Pilot,
    folder: Path,
    *words: str,
    changed: Mapping[str, str] = MappingProxyType({}),
    stderr: int = subprocess.PIPE,
) -> "subprocess.CompletedProcess[str]":
    """Run `healthscore` in an environment that names the three systems."""
    named = {"REQUESTS_CA_BUNDLE": str(folder / "certificate.pem"), **variables(pilot), **changed}
    if stderr == subprocess.PIPE:
        done = calling.call(*words, folder=folder, environment=named)
        return subprocess.CompletedProcess(words, done.returncode, done.stdout.decode(), done.stderr.decode())
    return subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "-c", "from handlers.cli import main; main()", *words],
        cwd=folder,
        env={**os.environ, **named},
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def pilot(tmp_path: Path) -> Pilot:
    """Give a pilot of a few hotels, and its mapping."""
    pilot = Pilot(3)
    write_mapping(pilot, tmp_path / "mapping.csv")
    return pilot


def test_a_monthly_run_makes_seven_calls_and_none_to_intercom(pilot: Pilot, tmp_path: Path) -> None:
    """Backfill, then close October: two log-ins, one Looker query for all customers, one for their days.

    Besides, one look at the explore, one at what is in Salesforce, one collection.

    Looker's table ends with October, so its reading of today fails by name, and the rest goes on.
    """
    mapping = ("--accounts", "mapping.csv")
    with served(pilot, tmp_path):
        filled = call(pilot, tmp_path, "backfill", *mapping, "--since", "2025-10-01")
        told = json.loads(filled.stdout)
        assert filled.returncode == 3, filled.stderr
        assert told["pulled"]["salesforce/Account"] == 3
        assert list(told["failed"]) == ["looker"]
        assert "Looker has no use of anybody on" in filled.stderr
        before = [len(fake.calls) for fake in (pilot.org, pilot.instance.server, pilot.workspace)]
        closed = call(pilot, tmp_path, "finalise", "--period", "2026-10", *mapping)
        assert closed.returncode == 0, closed.stderr
        after = [len(fake.calls) for fake in (pilot.org, pilot.instance.server, pilot.workspace)]
        assert json.loads(closed.stdout)["salesforce"] is True
        assert [now - then for now, then in zip(after, before, strict=True)] == [3, 4, 0]
        assert ["daily_usage.customer_id" in query["fields"] for query in pilot.instance.queries[-2:]] == [True, False]
        assert len(pilot.written) == 3
        dry = call(pilot, tmp_path, "finalise", "--period", "2026-10", "--dry-run", *mapping)
        assert json.loads(dry.stdout)["salesforce"] is False
        assert len(pilot.org.calls) == after[0]


def test_who_is_who_is_found_out_from_an_empty_mapping(pilot: Pilot, tmp_path: Path) -> None:
    """Backfill, propose, verify, apply: the mapping that a person would have written; then a rescore by it."""
    (tmp_path / "empty.csv").write_text((tmp_path / "mapping.csv").read_text().splitlines()[0] + "\n")
    empty = ("--accounts", "empty.csv")
    with served(pilot, tmp_path):
        assert call(pilot, tmp_path, "backfill", *empty).returncode == 3
        proposed = call(pilot, tmp_path, "identity", "propose", *empty, "--output", "pairs.csv")
        assert proposed.returncode == 0, proposed.stderr
        assert json.loads(proposed.stdout)["proposed"] == {"exact": 3, "name": 3}
        pairs = (tmp_path / "pairs.csv").read_text()
        (tmp_path / "pairs.csv").write_text(pairs.replace("proposed", "verified"))
        applied = call(pilot, tmp_path, "identity", "apply", "pairs.csv", *empty, "--output", "found.csv")
        assert applied.returncode == 0, applied.stderr
        found = load_portfolio(tmp_path / "found.csv")
        assert [(a.id, a.owners) for a in found] == [(a.id, a.owners) for a in pilot.accounts]
        account = pilot.accounts[1].id
        rescored = call(pilot, tmp_path, "rescore", account, "--period", "2026-10", "--accounts", "found.csv")
        assert rescored.returncode == 0, rescored.stderr
    (row,) = pilot.written.values()
    assert (row["Account__c"], json.loads(rescored.stdout)["account_id"]) == (account, account)


@pytest.mark.parametrize("quiet", [(), ("--quiet",)])
def test_a_terminal_shows_what_is_being_pulled(pilot: Pilot, tmp_path: Path, quiet: tuple[str, ...]) -> None:
    """A progress bar where somebody looks, unless they want to hear nothing."""
    ours, theirs = os.openpty()
    with served(pilot, tmp_path), os.fdopen(ours, "rb", buffering=0) as terminal:
        told = call(
            pilot, tmp_path, *quiet, "backfill", "--accounts", "mapping.csv", changed={"TERM": "xterm"}, stderr=theirs
        )
        os.close(theirs)
        shown = terminal.read(1_000_000)
    assert json.loads(told.stdout)["pulled"]["intercom"] > 0
    assert (b"messages" in shown) is (not quiet)


def test_a_wrong_secret_is_one_line_without_it(pilot: Pilot, tmp_path: Path) -> None:
    """It names the system and the variable; nothing leaks."""
    with served(pilot, tmp_path):
        wrong = {"SALESFORCE_CLIENT_SECRET": "not-it-9"}
        call(pilot, tmp_path, "backfill", "--accounts", "mapping.csv", "--since", "2025-10-01")
        refused = call(pilot, tmp_path, "finalise", "--period", "2026-10", "--accounts", "mapping.csv", changed=wrong)
    assert refused.returncode == 3
    assert "Salesforce" in refused.stderr
    assert "not-it-9" not in refused.stderr + refused.stdout


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"SALESFORCE_CLIENT_SECRET": ""}, "SALESFORCE_CLIENT_SECRET not set"),
        ({"INTERCOM_REGION": "mars"}, "INTERCOM_REGION is 'mars'"),
        ({"INTERCOM_TOKEN": "a\nb"}, "INTERCOM_TOKEN holds a line break"),
        ({"SALESFORCE_TIMEOUT": "0"}, "SALESFORCE_TIMEOUT is '0': expected seconds"),
        ({"LOOKERSDK_BASE_URL": "http://looker"}, "expected a URL that begins with https://"),
    ],
)
def test_half_an_environment_is_refused_by_name(
    pilot: Pilot, tmp_path: Path, changed: dict[str, str], message: str
) -> None:
    """Before anything is asked."""
    pilot.org.url = pilot.workspace.url = pilot.instance.server.url = "https://127.0.0.1:1"
    refused = call(pilot, tmp_path, "sweep", "--accounts", "mapping.csv", changed=changed)
    assert refused.returncode == 1
    assert message in refused.stderr
    assert refused.stderr.count("\n") == 1
