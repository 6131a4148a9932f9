"""The command that checks an org: asked of Salesforce's CLI or of files, and how it ends."""

import json
import sys
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

import config
from handlers.commands.salesforce_check import check
from handlers.preflight.answers import Cli, NoOrg, NotKnown, rows
from handlers.preflight.checks import CHECKS, findings
from handlers.preflight.plan import Plan
from handlers.preflight.questions import ORGANIZATION, RELAYS, Question, all_of
from tests.fakes import sf
from tests.salesforce.doing import do
from tests.salesforce.test_check import ARR, CLEAN, PLAN, Org, checked, having, org
from tests.salesforce.test_cli import RUN


def program(folder: Path, told: dict[str, Any]) -> dict[str, str]:
    """Put a program `sf` into a folder, over an org; give the environment in which it is found."""
    (folder / "org.json").write_text(json.dumps(told))
    path = folder / "sf"
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -E "{sf.__file__}" "$@"\n')
    path.chmod(0o755)
    return {"FAKE_SF_ORG": str(folder / "org.json"), "PATH": f"{folder}:/usr/bin:/bin"}


def test_the_command_asks_the_cli(tmp_path: Path) -> None:
    """One block for each check, and nothing in the way."""
    done = do(check, "--target-org", "uat", folder=tmp_path, environment=program(tmp_path, CLEAN))
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout.startswith("ok        edition: Acme: Enterprise Edition, a sandbox; API 66.0 answers\n")
    assert "event relay: Health Relay is not there yet" in done.stdout
    assert "Event.Type: is visible, and has QBR" in done.stdout


def test_an_org_that_cannot_be_asked_is_said_once(tmp_path: Path) -> None:
    """With the way to log in."""
    done = do(check, "--target-org", "prod", folder=tmp_path, environment=program(tmp_path, CLEAN))
    assert (done.code, done.stdout) == (1, "")
    assert "cannot be asked: No authorization information found for prod. `sf org list` names" in done.stderr
    assert "--help" not in done.stderr
    assert "sf org login web --alias prod" in done.stderr


@pytest.mark.parametrize("name", ["RefreshTokenAuthError", "INVALID_SESSION_ID"])
def test_a_log_in_that_expired_is_no_answer(name: str) -> None:
    """Every other question would be refused, too."""
    with pytest.raises(NoOrg, match="expired"):
        checked({**CLEAN, "fails": {"Organization": sf.failure(name, "expired access/refresh token", 1)}})


def test_an_org_that_is_silent_is_not_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while."""
    for name, value in program(tmp_path, {**CLEAN, "fails": {"Organization": 3}}).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(NotKnown, match=r"no answer within 0\.2 seconds"):
        rows(Cli(str(tmp_path / "sf"), "uat", seconds=0.2), ORGANIZATION)


def test_answers_can_come_from_files(tmp_path: Path) -> None:
    """The commands that make them are printed; what is missing is not known, and the exit code says it."""
    for question in all_of(PLAN.objects, PLAN.flows):
        (tmp_path / f"{question.name}.json").write_text(Org(CLEAN).output(question))
    kept = ("--answers", str(tmp_path))
    assert do(check, *kept, folder=tmp_path).code == 0
    printed = do(check, "--commands", "--target-org", "uat", *kept, folder=tmp_path).stdout
    assert all(f"/{question.name}.json" in printed for question in all_of(PLAN.objects, PLAN.flows))
    (tmp_path / "relays.json").unlink()
    assert do(check, *kept, folder=tmp_path).code == 3
    (tmp_path / "relays.json").write_text(
        Org(org(EventRelayConfig=[{"DeveloperName": "Health_Relay", "State": "RUN"}])).output(RELAYS)
    )
    assert do(check, *kept, folder=tmp_path).code == 1


def test_a_copy_is_checked_as_it_is(tmp_path: Path) -> None:
    """Under its own names, without what it lacks."""
    fields = tmp_path / "optional/account-fields/main/default/objects/Account/fields"
    fields.mkdir(parents=True)
    source = PLAN.project / fields.relative_to(tmp_path) / "ARR__c.field-meta.xml"
    (fields / "Value__c.field-meta.xml").write_text(source.read_text().replace("ARR__c", "Value__c"))
    (tmp_path / "sfdx-project.json").write_text('{"packageDirectories": [{"path": "optional/account-fields"}]}')
    copy_of_it = Plan(project=tmp_path)
    assert checked(having({**ARR, "type": "double"}), copy_of_it)["fields that exist"][0][0] == "fine"
    assert checked(having({**ARR, "name": "Value__c", "scale": 9}), copy_of_it)["fields that exist"][0][0] == "stops"
    running = org(EventRelayConfig=[{"DeveloperName": "Health_Relay", "State": "RUN"}])
    assert checked(running, copy_of_it)["event relay"] == [("fine", "is left out ")]


def test_a_config_with_other_names_is_said(tmp_path: Path) -> None:
    """The copy of the package is what should be checked then."""
    folder = tmp_path / "config"
    copytree(Path(config.__file__).parent, folder, ignore=lambda *_: ["__pycache__"])
    (folder / "sources.yaml").write_text((folder / "sources.yaml").read_text().replace("arr: ARR__c", "arr: Value__c"))
    said = do(check, "--answers", ".", folder=tmp_path, config=folder).stderr
    assert "check the copy of it, with --package" in " ".join(said.split())
    assert do(check, "--answers", ".", folder=tmp_path).stderr == ""


def test_every_question_is_among_those_that_can_be_recorded() -> None:
    """Those that the checks ask, whatever the org has."""
    asked: list[str] = []

    class Noting:
        def output(self, question: Question) -> str:
            asked.append(question.name)
            return Org(org(EntityDefinition=[{"QualifiedApiName": name} for name in PLAN.objects])).output(question)

    list(findings(Noting(), PLAN))
    assert set(asked) <= {question.name for question in all_of(PLAN.objects, PLAN.flows)}
    assert len(CHECKS) == 14


@pytest.mark.skipif(not RUN.exists(), reason="Salesforce's CLI is not here: make salesforce-cli")
def test_the_cli_knows_the_flags() -> None:
    """By what each of its parts says of its commands: the CLI itself need not start for that."""
    commands = dict[str, Any]()
    for part in ("plugin-data", "plugin-schema"):
        commands |= json.loads((RUN.parents[2] / part / "oclif.manifest.json").read_text())["commands"]
    for question in all_of(PLAN.objects, PLAN.flows):
        topic, command, *words = question.call("nobody")
        known = commands[f"{topic}:{command}"]["flags"]
        flags = [word.removeprefix("--") for word in words if word.startswith("--")]
        assert [flag for flag in flags if flag not in known] == []
        assert {flag for flag, said in known.items() if said.get("required")} <= {*flags}


def test_the_command_needs_an_org_and_the_cli(tmp_path: Path) -> None:
    """The org by its alias, or by its answers."""
    assert "name an org" in do(check, folder=tmp_path).stderr
    assert "has no sfdx-project.json" in do(check, "--package", ".", folder=tmp_path).stderr
    assert (
        "sf) is not there" in do(check, "--target-org", "x", folder=tmp_path, environment={"PATH": "/nowhere"}).stderr
    )
