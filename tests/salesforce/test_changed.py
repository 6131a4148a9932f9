"""What an administrator changed is told before an upgrade overwrites it; what Salesforce writes otherwise is not."""

import re
import shutil
from pathlib import Path

import pytest

from handlers.commands.salesforce_changed import changed
from handlers.metadata.project import PROJECT, folders
from handlers.release.parts import ONCE, parts
from tests.salesforce.doing import Done, do

PAGE = "flexipages/Account_Customer_Health.flexipage-meta.xml"
SET = "permissionsets/Health_Score_CSM.permissionset-meta.xml"
FLOW = "flows/Playbook_Tier_Drop.flow-meta.xml"
SETTING = "customMetadata/Health_Setting.Fault_Alerts.md-meta.xml"


LOOKED_AT = (PAGE, SET, FLOW, SETTING, "objects/CSQL__c/*", "objects/Health_Score__c/*", "eventRelays/*")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a package of the few files that the tests change."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copy(PROJECT / "sfdx-project.json", folder)
    for path in (path for place in LOOKED_AT for path in PROJECT.glob(f"**/main/default/{place}")):
        to = folder / path.relative_to(PROJECT)
        to.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file():
            shutil.copy(path, to)
    return folder


def retrieve(project: Path, folder: Path) -> Path:
    """Put a package's files where the CLI puts them if --output-dir says so: all folders in one."""
    for one in folders(project):
        if (project / one).is_dir():
            shutil.copytree(project / one / "main/default", folder / "org/main/default", dirs_exist_ok=True)
    return folder / "org"


@pytest.fixture(scope="module")
def retrieved(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the few files as they were retrieved."""
    return retrieve(project, tmp_path_factory.mktemp("upgrade"))


@pytest.fixture
def org(retrieved: Path, tmp_path: Path) -> Path:
    """Give a copy of them to change."""
    return Path(shutil.copytree(retrieved, tmp_path / "org"))


def edit(folder: Path, path: str, old: str, new: str) -> None:
    """Change a file of the org, once."""
    file = folder / "main/default" / path
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_an_org_as_it_was_deployed_has_no_changes(tmp_path: Path) -> None:
    """The whole package: nothing is said on stdout, and how many files were compared on stderr."""
    done = do(changed, str(retrieve(PROJECT, tmp_path)))
    compared = sum(part.folder not in ONCE for part in parts(PROJECT))
    assert (done.code, done.stdout) == (0, "")
    assert f"{compared} files compared, 0 of them changed in the org, 0 not in the org" in done.stderr


def said(project: Path, org: Path, *words: str) -> Done:
    """Call the command for an org that differs."""
    done = do(changed, str(org), "--project", str(project), *words)
    assert done.code == 3
    return done


def test_what_was_changed_is_named(project: Path, org: Path) -> None:
    """By file, and in it by element: a permission, an entry that is gone, a setting that was switched off."""
    edit(org, SET, "<allowDelete>false</allowDelete>", "<allowDelete>true</allowDelete>")
    edit(org, FLOW, "<status>Active</status>", "<status>Obsolete</status>")
    lines = said(project, org).stdout.splitlines()
    assert lines[0] == f"2-automation/main/default/{FLOW}"
    assert lines[1] == "  changed: status"
    assert lines[2] == f"3-permissions/main/default/{SET}"
    assert lines[3].startswith("  changed: objectPermissions ")
    assert len(lines) == 4


def test_a_setting_that_an_admin_switched_is_named(project: Path, org: Path) -> None:
    """An upgrade would switch it back."""
    edit(org, SETTING, "true</value>", "false</value>")
    assert said(project, org).stdout.splitlines()[0] == f"2-automation/main/default/{SETTING}"


def test_what_the_org_has_not_is_named(project: Path, org: Path) -> None:
    """A deployment makes it again; but a folder that was never deployed is not one that was deleted."""
    (org / "main/default" / PAGE).unlink()
    shutil.rmtree(org / "main/default/objects/CSQL__c")
    shutil.rmtree(org / "main/default/eventRelays")
    lines = said(project, org).stdout.splitlines()
    assert f"2-automation/main/default/{PAGE}: not in the org" in lines
    assert not any("eventRelays" in line for line in lines)


def test_what_salesforce_adds_is_no_change(project: Path, org: Path) -> None:
    """Values that mean nothing, actions as they are by default, elements in another order."""
    place = "objects/Health_Score__c/Health_Score__c.object-meta.xml"
    default = "<actionOverrides><actionName>View</actionName><type>Default</type></actionOverrides>"
    edit(org, place, "</CustomObject>", f"<enableLicensing>false</enableLicensing>{default}</CustomObject>")
    nothing = "<editable>false</editable><field>Account.Sic</field><readable>false</readable>"
    edit(org, SET, "</PermissionSet>", f"<fieldPermissions>{nothing}</fieldPermissions></PermissionSet>")
    assert do(changed, str(org), "--project", str(project)).code == 0


def test_a_permission_that_was_taken_away_is_named(project: Path, org: Path) -> None:
    """Salesforce then lists it with no, or not at all: both are a change."""
    text = (org / "main/default" / SET).read_text()
    block = re.search(
        r"    <fieldPermissions>\s+<editable>(?:true|false)</editable>.*?</fieldPermissions>\n", text, re.DOTALL
    )
    assert block is not None
    denied = block[0].replace("true", "false")
    for new in (denied, ""):
        (org / "main/default" / SET).write_text(text.replace(block[0], new, 1))
        assert said(project, org).stdout.splitlines()[1].startswith("  removed: fieldPermissions ")


def test_since_the_last_deployment(project: Path, org: Path, retrieved: Path, tmp_path: Path) -> None:
    """With what was retrieved then, only what was changed since is named, however Salesforce writes it."""
    before = Path(shutil.copytree(retrieved, tmp_path / "before"))
    for folder in (org, before):
        edit(folder, PAGE, "<masterLabel>", "<sobjectType>Account</sobjectType><masterLabel>")
    assert said(project, org).stdout.splitlines()[0].endswith(PAGE)
    assert do(changed, str(org), "--since", str(before), "--project", str(project)).code == 0


def test_lines_for_forceignore(project: Path, org: Path) -> None:
    """Just the files, to be added to .forceignore; each is there in the package."""
    edit(org, SET, "<allowDelete>false</allowDelete>", "<allowDelete>true</allowDelete>")
    lines = said(project, org, "--forceignore").stdout.splitlines()
    assert lines == [f"3-permissions/main/default/{SET}"]
    assert (PROJECT / lines[0]).is_file()


@pytest.mark.parametrize("content", [None, "<Flow"])
def test_what_was_not_retrieved_is_refused(tmp_path: Path, content: str | None) -> None:
    """An empty folder would say that nothing was changed; a file cut off would stop in the middle."""
    if content is not None:
        (tmp_path / "flows").mkdir()
        (tmp_path / FLOW).write_text(content)
    done = do(changed, str(tmp_path))
    assert done.code == 1
    assert ("holds none of the package's files" if content is None else "is no XML") in done.stderr
