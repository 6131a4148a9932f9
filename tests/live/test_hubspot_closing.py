"""Months closed into HubSpot by the command line: crashed, repeated, refused, late, withdrawn, proved."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from handlers.commands.finalise import finalise_command
from handlers.commands.live import backfill
from handlers.commands.proof import verify
from handlers.commands.rescore import rescore_command
from handlers.commands.session import Session
from handlers.commands.withdraw import withdraw
from handlers.sinks.hubspot_values import definitions
from scoring.instants import HOUR, parse_instant
from tests.config.folders import change, copy_figures
from tests.fakes.hubspot import TOKEN, FakeHubSpot, over_limit
from tests.fakes.server import Fault, serving
from tests.live.desk import Desk, Told, at_desk
from tests.live.orgs import CONFIG
from tests.live.pilot import variables

OCTOBER, NOVEMBER = ("--period", "2026-10"), ("--period", "2026-11")
UPSERT = "/batch/upsert"


@dataclass
class Office:
    """A desk whose config writes to HubSpot, and the account that it writes to."""

    desk: Desk
    portal: FakeHubSpot

    @property
    def ids(self) -> list[str]:
        """Give the ids of the accounts."""
        return [account.id for account in self.desk.pilot.accounts]

    def close(self, period: tuple[str, str], *more: str) -> Told:
        """Close a month."""
        return self.desk.run(finalise_command, *period, *more)

    def shown(self) -> dict[str, str]:
        """Give the months that companies show, by account."""
        shown = {one: self.portal.shows(one) for one in self.ids}
        return {one: told["healthscore_period"] for one, told in shown.items() if "healthscore_period" in told}


@pytest.fixture(name="office")
def _office(tmp_path: Path) -> Iterator[Office]:
    figures = tmp_path / "figures"
    figures.mkdir()
    change(copy_figures(figures) / "record.yaml", "sink: salesforce", "sink: hubspot")
    portal = FakeHubSpot()
    portal.declare(*definitions(CONFIG.record_map))
    with at_desk(3, tmp_path) as desk, serving(portal, tmp_path):
        desk.config = figures
        desk.also_set = {"HUBSPOT_ACCESS_TOKEN": TOKEN, "HUBSPOT_URL": portal.url}
        for account in desk.pilot.accounts:
            portal.put(healthscore_account_id=account.id)
        assert desk.run(backfill).code == 0
        yield Office(desk, portal)


def in_november(office: Office) -> None:
    """Let a month go by."""
    office.desk.now = parse_instant("2026-12-01") + 6 * HOUR


def test_a_month_is_closed_into_hubspot_alone(office: Office) -> None:
    """Salesforce is read, and not written; what companies show is what the store has, and can be proved."""
    closed = office.close(OCTOBER)
    assert (closed.code, closed.summary["hubspot"], closed.summary["failed"]) == (0, True, {})
    assert "salesforce" not in closed.summary
    assert office.desk.pilot.written == {}
    for record in office.desk.records():
        shown = office.portal.shows(record.score.account_id)
        assert shown["healthscore_external_key"] == record.key
        assert float(shown["healthscore_final_score"]) == record.score.final_score
        assert shown["healthscore_tier"] == record.score.tier
        assert shown["healthscore_scoring_date"] == "2026-11-01"
    session = Session(f"sqlite:///{office.desk.store}", office.desk.config, True)
    proved = CliRunner().invoke(verify, [], obj=session)
    assert (proved.exit_code, json.loads(proved.stdout)) == (0, {"records": 3, "differing": {}, "refused": {}})


def test_closed_again_nothing_changes(office: Office) -> None:
    """Not a property, and no company is made."""
    office.close(OCTOBER)
    first = {key: dict(one.properties) for key, one in office.portal.companies.items()}
    assert office.close(OCTOBER).code == 0
    assert {key: one.properties for key, one in office.portal.companies.items()} == first


def test_a_dry_run_writes_nothing_to_hubspot(office: Office) -> None:
    """It does not even ask."""
    dry = office.close(OCTOBER, "--dry-run")
    assert (dry.code, dry.summary["hubspot"], office.portal.calls) == (0, False, [])


@pytest.mark.parametrize("after", [False, True], ids=["before it is written", "after it was written"])
def test_a_run_that_is_cut_off_is_made_good_by_the_next(office: Office, *, after: bool) -> None:
    """Whatever of the call came through, the month is due until HubSpot is known to have it."""
    office.portal.plan(UPSERT, *[Fault("cut", after=after)] * 5)
    stuck = office.close(OCTOBER)
    assert (stuck.code, len(stuck.summary["failed"])) == ((0, 0) if after else (3, 3))
    again = office.close(OCTOBER)
    assert (again.code, office.shown()) == (0, dict.fromkeys(office.ids, "2026-10"))


def test_a_process_that_is_killed_while_it_writes_leaves_the_month_due(office: Office) -> None:
    """The store knows it before HubSpot is asked; the next run, even of one account, takes the others along."""
    desk = office.desk
    words = ["--store", f"sqlite:///{desk.store}", "--config", str(desk.config), "finalise", *OCTOBER]
    command = [sys.executable, "-c", "from handlers.cli import main; main()", *words]
    environment = {**os.environ, **variables(desk.pilot), **desk.also_set}
    mapping = ("--accounts", str(desk.folder / "mapping.csv"))
    process = subprocess.Popen([*command, *mapping], env=environment, stdout=subprocess.PIPE)  # noqa: S603 - our own
    office.portal.before_upsert = process.kill
    assert (process.wait(120), process.communicate()[0]) == (-signal.SIGKILL, b"")
    office.portal.before_upsert = lambda: None
    for company in office.portal.companies.values():
        company.properties = {"healthscore_account_id": company.properties["healthscore_account_id"]}
    assert desk.run(rescore_command, office.ids[0], *OCTOBER).code == 0
    assert office.shown() == dict.fromkeys(office.ids, "2026-10")


def test_a_refused_record_is_written_by_the_next_run(office: Office) -> None:
    """It is named, kept, and written; once a newer month is there, the older one is done with."""
    one, two, three = office.ids
    office.portal.refuse(two, ("CONFLICT", "not on a Sunday"))
    october = office.close(OCTOBER)
    assert (october.code, october.summary["failed"]) == (3, {two: "CONFLICT: not on a Sunday"})
    assert f"{two}: CONFLICT: not on a Sunday" in october.said
    assert office.shown() == {one: "2026-10", three: "2026-10"}
    in_november(office)
    november = office.close(NOVEMBER)
    assert (november.summary["failed"], november.summary["retried"]) == ({}, 1)
    assert office.shown() == dict.fromkeys(office.ids, "2026-11")
    assert office.close(NOVEMBER).summary["retried"] == 0


def test_an_unknown_company_is_due_until_somebody_gives_it_the_id(office: Office) -> None:
    """The account is named with what to do; its month is written with the next run."""
    one = office.ids[0]
    company = next(iter(office.portal.companies.values()))
    company.properties["healthscore_account_id"] = None
    stuck = office.close(OCTOBER)
    assert (stuck.code, list(stuck.summary["failed"])) == (3, [one])
    assert "put the id on the account's company" in stuck.said
    company.properties["healthscore_account_id"] = one
    assert office.close(OCTOBER).summary["retried"] == 0
    assert office.shown() == dict.fromkeys(office.ids, "2026-10")
    assert len(office.portal.companies) == 3


def test_a_late_close_of_an_older_month_leaves_the_newer_one_shown(office: Office) -> None:
    """The accounts are named as outranked, and nothing is due; the store has both months."""
    in_november(office)
    assert office.close(NOVEMBER).summary["failed"] == {}
    late = office.close(OCTOBER)
    assert (late.code, sorted(late.summary["outranked"]), late.summary["failed"]) == (0, office.ids, {})
    assert office.shown() == dict.fromkeys(office.ids, "2026-11")
    assert {record.period for record in office.desk.records()} == {"2026-10", "2026-11"}


def test_a_rescore_of_the_running_month_leaves_the_closed_one_shown(office: Office) -> None:
    """It is said; --replace-final lets it through."""
    one = office.ids[0]
    office.close(OCTOBER)
    office.desk.now += HOUR
    kept = office.desk.run(rescore_command, one)
    assert (kept.code, kept.said) == (0, f"healthscore: {one}: HubSpot keeps a record that is newer, or final\n")
    assert office.desk.run(rescore_command, one, "--replace-final").said == ""
    assert office.shown()[one] == "2026-11"


def test_the_rate_limit_is_waited_for(office: Office) -> None:
    """Nobody is named for it."""
    office.portal.plan(UPSERT, *[Fault("answer", over_limit())] * 4)
    assert office.close(OCTOBER).code == 0


def test_what_is_withdrawn_is_emptied(office: Office) -> None:
    """The company keeps its id and may show the month again."""
    office.close(OCTOBER)
    told = office.desk.run(withdraw, *OCTOBER, "--yes")
    assert (told.code, told.summary["hubspot"], told.summary["refused"]) == (0, True, {})
    assert office.shown() == {}
    assert office.close(OCTOBER).code == 0
    assert len(office.shown()) == 3


def test_without_a_token_a_month_is_closed_into_csv(office: Office) -> None:
    """As without Salesforce's variables; what Salesforce would take is not written there either."""
    office.desk.also_set = {"HUBSPOT_ACCESS_TOKEN": ""}
    closed = office.close(OCTOBER)
    assert (closed.code, closed.summary["hubspot"], office.desk.pilot.written) == (0, False, {})


def test_a_token_alone_changes_nothing(office: Office) -> None:
    """Config says where records go: by default to Salesforce."""
    change(office.desk.config / "record.yaml", "sink: hubspot\n", "\n")
    closed: dict[str, Any] = office.close(OCTOBER).summary
    assert (closed["salesforce"], office.portal.calls) == (True, [])
    assert len(office.desk.pilot.written) == 3


def test_what_is_due_to_one_crm_stays_due_when_config_turns_to_the_other(office: Office) -> None:
    """Each has its own list: HubSpot is not sent what Salesforce refused, and Salesforce gets it later."""
    one, two, _ = office.ids
    figures = office.desk.config / "record.yaml"
    change(figures, "sink: hubspot", "sink: salesforce")
    office.desk.pilot.org.refuse(f"{two}_2026-10", ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "no"))
    assert list(office.close(OCTOBER).summary["failed"]) == [two]
    change(figures, "sink: salesforce", "sink: hubspot")
    assert office.desk.run(rescore_command, one, *OCTOBER).code == 0
    assert office.shown() == {one: "2026-10"}
    change(figures, "sink: hubspot", "sink: salesforce")
    assert office.desk.run(rescore_command, one, *OCTOBER).code == 0
    assert f"{two}_2026-10" in office.desk.pilot.written
