"""What removes the package: every part once, nothing before what names it, flows by the versions that an org has."""

import json
import shutil
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from handlers.commands.salesforce_undo import undo
from handlers.metadata.project import PROJECT, folders
from handlers.metadata.xml_text import NAMESPACE
from handlers.release import ReleaseError
from handlers.release.parts import Part, parts
from handlers.release.undo import Step, Undo, data_folders, plan
from handlers.release.versions import FlowVersion, read_versions
from tests.salesforce.doing import Done, do

PARTS = parts(PROJECT)
FLOWS = sorted(part.name for part in PARTS if part.tag == "Flow")
VERSIONS = [FlowVersion(name, number) for name in FLOWS for number in (1, 2)]
OPTIONAL = data_folders(PARTS)
THEIRS = "Lead_Routing"


def row(name: str, number: int, prefix: str | None = None) -> dict[str, object]:
    """Give a flow version as Salesforce's CLI writes it."""
    address = "/services/data/v66.0/tooling/sobjects"
    definition = {"attributes": {"type": "FlowDefinition", "url": f"{address}/FlowDefinition/300Qy0000012AbCIAU"}}
    return {
        "attributes": {"type": "Flow", "url": f"{address}/Flow/301Qy00000{number:06}IAK"},
        "Definition": {**definition, "DeveloperName": name, "NamespacePrefix": prefix},
        "VersionNumber": number,
    }


def answer(*rows: dict[str, object], done: bool = True, total: int | None = None) -> bytes:
    """Give an answer of `sf data query --json`."""
    result = {"records": rows, "totalSize": len(rows) if total is None else total, "done": done}
    return json.dumps({"status": 0, "result": result, "warnings": []}).encode()


REFUSED = json.dumps(
    {
        "name": "INVALID_FIELD",
        "message": "\nSELECT Definition.Name FROM Flow\n       ^\nERROR at Row:1:Column:8\nNo such column 'Name'",
        "exitCode": 1,
        "context": "DataSoqlQueryCommand",
        "status": 1,
        "warnings": [],
    }
).encode()


def test_versions_are_read_as_the_cli_writes_them() -> None:
    """By flow and number, those of managed packages left out."""
    read = read_versions(answer(row("B", 2), row("A", 10), row("B", 1), row("A", 1, "acme")))
    assert read == (FlowVersion("A", 10), FlowVersion("B", 1), FlowVersion("B", 2))


@pytest.mark.parametrize("coding", ["utf-16", "utf-8-sig"])
def test_versions_are_read_from_a_file_of_a_windows_shell(coding: str) -> None:
    """PowerShell writes UTF-16, or a mark before UTF-8; lines end as Windows ends them."""
    kept = json.dumps(json.loads(answer(row("A", 1))), indent=2).replace("\n", "\r\n").encode(coding)
    assert read_versions(kept) == (FlowVersion("A", 1),)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (answer(row("A", 1), done=False), "holds 1 of 1 flow versions: ask again with a higher SF_ORG_MAX_QUERY"),
        (answer(row("A", 1), total=2001), "holds 1 of 2001 flow versions"),
        (REFUSED, "Salesforce refused the query: .*No such column 'Name'"),
        (b'{"status": 1}', "it gave no reason"),
        (b'{"records": [], "done": true}', "no answer to the query"),
        (b"", "no answer to the query .* Run: sf data query --use-tooling-api"),
        (b"[]", "no answer to the query"),
        (b'{"packageDirectories": []}', "no answer to the query"),
        (answer({"Definition": None, "VersionNumber": 1}), "no answer to the query"),
        (answer({"VersionNumber": 1}), "no answer to the query"),
    ],
)
def test_what_is_not_the_whole_answer_is_refused(given: bytes, message: str) -> None:
    """A page of it, an error, another question's answer."""
    with pytest.raises(ReleaseError, match=f"(?s){message}"):
        read_versions(given)


@cache
def undone() -> Undo:
    """Plan to remove all there is."""
    return plan(PARTS, VERSIONS, (), OPTIONAL)


def removed(planned: Undo) -> list[str]:
    """List all that the steps remove, in their order, as `Type:Name`."""
    pairs = [(kind, name) for step in planned.steps for kind, names in step.removed.items() for name in names]
    return [f"{kind}:{name}" for kind, name in pairs]


def number(planned: Undo, member: str) -> int:
    """Give the number of the step that removes a member, given as `Type:Name`."""
    kind, _, name = member.partition(":")
    return next(n for n, step in enumerate(planned.steps) if name in step.removed.get(kind, ()))


def test_flows_are_turned_off_first_and_removed_by_version() -> None:
    """No member of Flow is without its number: Salesforce refuses that, and all with it."""
    planned = undone()
    assert planned.steps[0] == Step("deactivate-flows", {}, FLOWS)
    flows = [member for member in removed(planned) if member.startswith("Flow:")]
    assert sorted(flows) == sorted(f"Flow:{version.name}-{version.number}" for version in VERSIONS)


def test_everything_goes_once() -> None:
    """What no step lists goes with its object: fields, rules, views and layouts of our own objects."""
    planned = undone()
    gone = removed(planned)
    assert len(gone) == len(set(gone))
    objects = {part.name for part in PARTS if part.tag == "CustomObject"}
    with_object = [part for part in PARTS if part.object in objects or part.name.partition("-")[0] in objects]
    left = [part for part in PARTS if part.tag != "Flow" and f"{part.type}:{part.name}" not in gone]
    assert [part.name for part in left if part not in with_object] == []
    assert not any(part.tag == "CustomObject" for part in left)
    assert (planned.kept, planned.blocking) == ((), ())


def test_folders_go_in_reverse() -> None:
    """What was deployed last goes first."""
    planned = undone()
    names = list(dict.fromkeys(step.name for step in planned.steps[1:]))
    assert names == [folder.rpartition("/")[2].lstrip("0123456789-") for folder in reversed(folders(PROJECT))]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("EventRelayConfig:Health_Relay", "NamedCredential:Health_AWS"),
        ("PlatformEventChannelMember:Health_chn_AccountChangeEvent", "PlatformEventChannel:Health__chn"),
        ("Dashboard:Customer_Health/Customer_Health", "Report:Customer_Health/ARR_at_Risk"),
        ("Report:Customer_Health/ARR_at_Risk", "ReportType:Accounts_with_Health_Scores"),
        ("QuickAction:Account.Log_Churn_Signal", "Flow:Quick_Log_Churn_Signal-1"),
        ("Flow:Playbook_Critical_Near_Renewal-1", "Flow:Escalate_Critical_Near_Renewal-1"),
        ("ListView:Account.Accounts_With_Signals", "CustomField:Account.Qual_Active_Critical__c"),
        ("CustomObject:Health_Score__c", "CustomField:Account.Qual_Active_Critical__c"),
        ("CustomField:Account.Qual_Active_Critical__c", "CustomObject:Churn_Signal__c"),
        ("CustomTab:Churn_Signal__c", "CustomObject:Churn_Signal__c"),
        ("ApexClass:HealthScoreFlowsTest", "Flow:Health_Log_Fault-1"),
        ("ApexClass:HealthScoreFlowsTest", "CustomObject:Churn_Signal__c"),
    ],
)
def test_what_names_goes_before_what_is_named(earlier: str, later: str) -> None:
    """An action before its flow, a roll-up before the object that it counts."""
    planned = undone()
    assert number(planned, earlier) < number(planned, later)


def test_a_folder_of_reports_goes_after_its_reports() -> None:
    """It is a member of Report: asked for as ReportFolder, Salesforce ignores it without a word."""
    steps = undone().steps
    last = max(n for n, step in enumerate(steps) if any("/" in name for name in step.removed.get("Report", ())))
    assert [n for n, step in enumerate(steps) if "Customer_Health" in step.removed.get("Report", ())] > [last]


def test_what_the_org_had_stays() -> None:
    """Optional folders by default, and what is named; no field goes whose object stays."""
    planned = plan(PARTS, VERSIONS, ("Churn_Signal__c", "Health_Score_CSM"), ())
    gone = removed(planned)
    assert not any(f":{part.name}" in "".join(gone) for part in PARTS if part.folder in OPTIONAL and part.is_data)
    assert "PermissionSet:Health_Score_CSM" not in gone
    assert "PermissionSet:Health_Score_Integration" in gone
    assert not any(
        "Churn_Signal__c" in member for member in gone if not member.startswith(("CustomTab", "QuickAction"))
    )
    assert {(one.name, other.name) for one, other in planned.blocking} >= {("Health_Score_CSM", "Health_Score__c")}
    with pytest.raises(ReleaseError, match=r"no part Health_Scores__c: .* such as Health_Score__c"):
        plan(PARTS, VERSIONS, ("Health_Scores__c",), ())


def test_parts_that_name_each_other_go_together() -> None:
    """A ring is one step: the plan ends, and Salesforce says what it thinks of it."""
    place = Path("objects/Account/fields/x.field-meta.xml")
    ring = [Part("1-objects", place, "CustomField", f"Account.{a}", frozenset({b})) for a, b in ("AB", "BA")]
    assert [len(step.removed["CustomField"]) for step in plan(ring, (), (), ()).steps] == [2]


def undo_by(folder: Path, given: bytes, *words: str) -> Done:
    """Call the command with an answer on stdin."""
    return do(undo, "-", "--output", str(folder / "undo"), *words, given=given)


def test_the_command_writes_folders_and_says_the_commands(tmp_path: Path) -> None:
    """Each folder is a deployment: a manifest, and what is removed; another's flows are in none."""
    done = undo_by(tmp_path, answer(row(FLOWS[0], 4), row(THEIRS, 1)), "--target-org", "uat")
    lines = [line for line in done.stdout.splitlines() if not line.startswith("#")]
    places = sorted((tmp_path / "undo").iterdir())
    starts = [f"sf project deploy start --metadata-dir {place} --ignore-warnings" for place in places]
    assert [line.startswith(start) for line, start in zip(lines, starts, strict=True)] == [True] * len(places)
    assert all(line.endswith("--target-org uat") for line in lines)
    assert (places[0] / f"flowDefinitions/{FLOWS[0]}.flowDefinition").read_text().count("<activeVersionNumber>0<") == 1
    written = "".join(path.read_text() for path in (tmp_path / "undo").rglob("*.xml"))
    assert f"<members>{FLOWS[0]}-4</members>" in written
    assert THEIRS not in written
    assert "1 versions of flows" in done.stderr
    for place in places:
        assert fromstring((place / "package.xml").read_text()).tag == f"{{{NAMESPACE}}}Package"  # noqa: S314 - ours
    assert "undo is not empty: delete it" in undo_by(tmp_path, answer(row(FLOWS[0], 4))).stderr


@pytest.mark.parametrize(
    ("given", "words", "message"),
    [
        (answer(), (), "no version of the package's"),
        (answer(row(THEIRS, 1)), (), "(the answer names 1 in all): is it the right org?"),
        (answer(row(FLOWS[0], 1)), ("--flows-gone",), "the org still has 1 versions"),
        (answer(row(FLOWS[0], 1)), ("--optional", "payment"), "name one of account-fields, csql"),
        (answer(row(FLOWS[0], 1)), ("--project", "tests"), "tests is no Salesforce project"),
        (REFUSED, (), "Salesforce refused the query"),
    ],
)
def test_wrong_input_is_one_line(tmp_path: Path, given: bytes, words: tuple[str, ...], message: str) -> None:
    """It says what to do, and nothing is written."""
    done = undo_by(tmp_path, given, *words)
    assert done.code == 1
    assert message in done.stderr
    assert not (tmp_path / "undo").exists()


def test_an_org_without_our_flows_is_undone_where_that_is_said(tmp_path: Path) -> None:
    """The rest goes; no step turns anything off."""
    done = undo_by(tmp_path, answer(), "--flows-gone")
    assert done.code == 0
    assert not any("deactivate" in place.name for place in (tmp_path / "undo").iterdir())


@pytest.mark.parametrize("word", ["csql", "optional/csql"])
def test_an_optional_folder_goes_where_it_is_named(tmp_path: Path, word: str) -> None:
    """By the word that the other commands know it by, or by its path; the others stay."""
    done = undo_by(tmp_path, answer(row(FLOWS[0], 1)), "--optional", word)
    written = "".join(path.read_text() for path in (tmp_path / "undo").rglob("*.xml"))
    assert ("<members>CSQL__c</members>" in written, "<members>Payment_Record__c</members>" in written) == (True, False)
    assert "these stay, with what is in them: optional/account-fields, optional/payments" in done.stderr


def newer(folder: Path, *gone: str) -> Path:
    """Give a package as it is, without some files."""
    new = Path(shutil.copytree(PROJECT, folder / "new"))
    for path in gone:
        (new / path).unlink()
    return new


def test_after_an_upgrade_goes_what_it_no_longer_has(tmp_path: Path) -> None:
    """A flow that was left out would go on beside the new ones; a field of an object that stays goes alone."""
    flow, field = "2-automation/main/default/flows", "1-objects/main/default/objects/Churn_Signal__c/fields"
    new = newer(tmp_path, f"{flow}/{FLOWS[0]}.flow-meta.xml", f"{field}/Context__c.field-meta.xml")
    done = undo_by(tmp_path, answer(*(row(name, 1) for name in FLOWS)), "--replaced-by", str(new))
    assert done.code == 0
    listed = [fromstring(path.read_text()) for path in (tmp_path / "undo").rglob("destructiveChanges.xml")]  # noqa: S314
    gone = sorted(one.text or "" for xml in listed for one in xml.iter(f"{{{NAMESPACE}}}members"))
    assert gone == [f"{FLOWS[0]}-1", "Churn_Signal__c.Context__c"]


def test_a_newer_package_that_has_all_needs_no_removal(tmp_path: Path) -> None:
    """It is said, and nothing is written."""
    done = undo_by(tmp_path, answer(row(FLOWS[0], 1)), "--replaced-by", str(newer(tmp_path)))
    assert (done.code, (tmp_path / "undo").exists()) == (1, False)
    assert "has all that" in done.stderr
