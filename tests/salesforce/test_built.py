"""The copy of the package for an org: itself by default, whole under other names, and without what the org has."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.commands.salesforce_package import package
from handlers.package.build import Built, build, write
from handlers.package.errors import PackageError
from handlers.package.folders import LeftOut, left_out
from handlers.package.renames import Renames
from handlers.package.source import field_files
from handlers.package.table import written
from tests.salesforce.doing import do
from tests.salesforce.package import PROJECT, Component, only, read
from tests.salesforce.references import dangling
from tests.salesforce.shape import faults
from tests.salesforce.test_names import FIELDS, SCHEMA

KEYS = sorted(place for place in written().values() if place.endswith("__c") and not place.startswith("User"))


def renames(new: Mapping[str, str]) -> Renames:
    """Give new names by `Object.Field__c` or `Object__c`."""
    pairs = [(*place.partition(".")[::2], name) for place, name in new.items()]
    fields = {(owner, field): name for owner, field, name in pairs if field}
    found = Renames(SCHEMA, fields, {owner: name for owner, field, name in pairs if not field})
    found.check()
    return found


def components(built: Iterable[Built]) -> list[Component]:
    """Read a copy as the checks read the package."""
    found = []
    for one in built:
        folder, _, rest = str(one.path).partition("/main/default/")
        if rest.endswith("-meta.xml"):
            found.append(_read(Path(rest), one.text, folder))
    return found


_read = cache(read)


@cache
def misshapen(component: Component) -> tuple[str, ...]:
    """Say what no metadata file may hold; a file that is as it was is looked at once."""
    return tuple(faults(component))


def wrong(there: list[Component]) -> list[str]:
    """Say what is wrong with a copy."""
    with only(there):
        return [f"{one.path}: {fault}" for one in there for fault in (*misshapen(one), *dangling(one))]


@cache
def itself() -> tuple[Built, ...]:
    """Give the copy under our own names."""
    return tuple(build(renames({}), LeftOut()))


def test_the_copy_is_the_package_itself_by_default(tmp_path: Path) -> None:
    """Byte by byte, but for what is about the package and not of it."""
    write(list(itself()), tmp_path / "out")
    ours = {str(path.relative_to(PROJECT)): path.read_bytes() for path in PROJECT.rglob("*") if path.is_file()}
    theirs = {str(path.relative_to(tmp_path / "out")): path.read_bytes() for path in (tmp_path / "out").rglob("*.*")}
    assert {name: ours[name] for name in ours.keys() - {"README.md", "names.yaml"}} == {
        name: text for name, text in theirs.items() if (tmp_path / "out" / name).is_file()
    }


def left(built: Iterable[Built], old: Iterable[str]) -> list[str]:
    """Say where old names are left, in texts and in names of files."""
    forms = {form for name in old for form in (name, f"{name[:-1]}r", f"{name[:-1]}ChangeEvent")}
    word = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(forms)))})(?!\w)")
    return [f"{one.path}: {found}" for one in built for found in word.findall(f"{one.path}\n{one.text}")]


EVERYWHERE = {
    "Account.ARR__c": "Annual_Value__c",
    "Account.Success_Tier__c": "Plan__c",
    "Account.Responsiveness__c": "CSM_Rating__c",
    "Activity.Attended__c": "Was_There__c",
    "Churn_Signal__c": "Risk__c",
    "Churn_Signal__c.Account__c": "Customer__c",
    "Churn_Signal__c.Status__c": "State__c",
    "Churn_Signal__c.Severity__c": "Weight__c",
    "Health_Score__c.Tier__c": "Recorded_Tier__c",
    "Health_Score__c.External_Key__c": "Sync_Key__c",
    "CSQL__c": "Upsell__c",
    "Payment_Record__c": "Invoice__c",
    "Payment_Record__c.Account__c": "Payer__c",
}
OPEN = {"Account__c", "Status__c", "Responsiveness__c"}


def test_the_copy_is_whole_under_other_names() -> None:
    """Each file is valid and refers to what is there, and no old name is left; Apex and the channel are in it."""
    built = list(build(renames(EVERYWHERE), LeftOut()))
    assert wrong(components(built)) == []
    assert left(built, {place.rpartition(".")[2] for place in EVERYWHERE} - OPEN) == []
    texts = {str(one.path): one.text for one in built}
    assert any("Health_chn_Risk_ChangeEvent" in path for path in texts)
    assert "<name>Payer__c</name>" in next(text for path, text in texts.items() if "Invoice_ChangeEvent" in path)
    assert "Status__c" not in next(text for path, text in texts.items() if path.endswith("FlowsTest.cls"))
    assert "Health_Score__c.Responsiveness__c" in next(
        t for p, t in texts.items() if p.endswith("CSM.permissionset-meta.xml")
    )


@pytest.mark.parametrize("place", ["Health_Score__c.Account__c", "Churn_Signal__c.Account__c"])
def test_a_lookup_of_one_object_alone_takes_its_relationship_along(place: str) -> None:
    """In a formula that names the relationship and never the field, too, while other objects keep theirs."""
    assert wrong(components(build(renames({place: "Customer__c"}), LeftOut()))) == []


@given(st.data())
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_names_give_a_whole_copy(data: st.DataObject) -> None:
    """Whatever is renamed of what the config names."""
    chosen = data.draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=6, unique=True))
    new = {place: f"Other_{number}_X__c" for number, place in enumerate(chosen)}
    assert wrong(components(build(renames(new), LeftOut()))) == []


@pytest.mark.parametrize("field", FIELDS)
def test_each_field_can_be_left_out(field: str) -> None:
    """Its file goes, with the permissions on it and the rules that ask for it; all else names the org's own."""
    built = list(build(renames({}), left_out([field], FIELDS)))
    gone = {str(one.path) for one in itself()} - {str(one.path) for one in built}
    assert any(path.endswith(f"/fields/{field}.field-meta.xml") for path in gone)
    assert all("optional/account-fields/" in path for path in gone)
    there = components(built)
    brought = [one for one in components(itself()) if one.name == field and one.folder.endswith("fields")]
    with only([*there, *brought]):
        naming = [one for one in there if field in "".join(one.root.itertext())]
        assert [fault for one in naming for fault in (*misshapen(one), *dangling(one))] == []
    owners = ("Account", "Activity", "Event", "Task")
    permitted = {f"<field>{owner}.{field}</field>" for owner in owners}
    sets = [one.text for one in built if one.path.name.endswith("permissionset-meta.xml")]
    assert not any(named in text for named in permitted for text in sets)


def test_the_project_names_what_is_there() -> None:
    """No folder that is left out, no package that another would wait for, no placeholder of a file that is gone."""
    built = list(build(renames({}), left_out(["account-fields", "app", "relay"], FIELDS)))
    told = json.loads(next(one.text for one in built if one.path.name == "sfdx-project.json"))
    paths = {str(one.path) for one in built}
    assert all(any(path.startswith(f"{one['path']}/") for path in paths) for one in told["packageDirectories"])
    packages = {one.get("package") for one in told["packageDirectories"]}
    assert {other["package"] for one in told["packageDirectories"] for other in one.get("dependencies", [])} <= packages
    assert [one["filename"] for one in told["replacements"] if one["filename"] not in paths] == []


def test_a_copy_is_written_into_a_new_folder_alone(tmp_path: Path) -> None:
    """Nothing of an older copy is left in it."""
    (tmp_path / "old").write_text("")
    with pytest.raises(PackageError, match=r"is there and not empty: name a new folder$"):
        write([], tmp_path)


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    """What is left out, what is renamed, and the commands that deploy it."""
    (tmp_path / "names.yaml").write_text("Health_Scores: Fitness\nAccount.Signal_State__c: Signals_Now__c\n")
    words = ("--output", "out", "--without", "payments", "--without", "ARR__c", "--names", "names.yaml")
    done = do(package, *words, folder=tmp_path)
    said, told = done.stdout, " ".join(done.stderr.split())
    assert done.code == 0, told
    assert "left out: optional/payment-events" in told
    assert "left out: ARR__c" in told
    assert "renamed: Health_Scores is Fitness" in told
    assert said.startswith("cd out\nsf project deploy start --source-dir optional/account-fields --target-org ALIAS\n")
    assert "payment" not in said
    files = "".join(path.read_text() for path in (tmp_path / "out").rglob("*-meta.xml"))
    assert re.findall(r"\b(?:Health_Scores__r|Signal_State__c)\b", files) == []


def test_what_lies_beside_the_package_is_none_of_it(tmp_path: Path) -> None:
    """What was retrieved from the org, an older copy, what an editor or a file manager left."""
    project = tmp_path / "salesforce"
    write(list(itself()), project)
    (project / ".forceignore").write_text("2-automation/main/default/objects/Churn_Signal__c\n")
    ours = build(renames({}), LeftOut(), project)
    before = {one.path for one in ours}
    for name in ("upgrade/org/main/default", "out/1-objects/main/default"):
        field = project / name / "objects/Account/fields/Signal_State__c.field-meta.xml"
        field.parent.mkdir(parents=True)
        field.write_text("<CustomField/>")
    (project / "1-objects/.DS_Store").write_bytes(b"\x00\xff")
    copied = {one.path: one.text for one in build(renames({"Churn_Signal__c": "Risk__c"}), LeftOut(), project)}
    assert copied[PurePosixPath(".forceignore")] == "2-automation/main/default/objects/Risk__c\n"
    assert {one.path for one in build(renames({}), LeftOut(), project)} == before
    assert {one.folder for one in field_files(project)} == {one.folder for one in SCHEMA.files}


def test_a_copy_within_the_package_is_refused(tmp_path: Path) -> None:
    """Salesforce's CLI would deploy it as well, under whatever name of the folder."""
    (tmp_path / "link").symlink_to(PROJECT / "1-objects")
    done = do(package, "--output", "link/out", folder=tmp_path)
    assert (done.code, "is within the package itself" in done.stderr) == (1, True)
    assert not (PROJECT / "1-objects/out").exists()


def test_the_commands_go_into_a_folder_with_a_blank_in_its_name(tmp_path: Path) -> None:
    """They are kept as a script."""
    done = do(package, "--output", "my org", folder=tmp_path)
    assert done.stdout.startswith("cd 'my org'\n")


@pytest.mark.parametrize("text", ["", "- a", "a: 1", "a: [", "Nothing: X", "Health_Scores: A\nHealth_Scores: B"])
def test_a_wrong_file_of_names_is_refused_in_a_line(tmp_path: Path, text: str) -> None:
    """And nothing is written."""
    (tmp_path / "names.yaml").write_text(text)
    done = do(package, "--output", "out", "--names", "names.yaml", folder=tmp_path)
    assert done.code == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()
