"""Tools that others wrote, asked about the package: a flow scanner, a formula interpreter, an Apex parser."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HOME = Path(__file__).parents[2] / ".engines" / "rules"
_ASKED = Path(__file__).with_name("rules.cjs")

are_here = pytest.mark.skipif(
    not (HOME / "node_modules/formulon").exists() or shutil.which("node") is None,
    reason="others' rules for Salesforce are not installed: make engines",
)


def ask(what: str, **given: object) -> Any:  # noqa: ANN401 - whatever the tool answers
    """Ask one of the tools, all questions in one process, and give what it answers."""
    node = shutil.which("node")
    assert node is not None
    answer = subprocess.run(  # noqa: S603 - our own script
        [node, _ASKED, HOME],
        input=json.dumps({"what": what, **given}),
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return json.loads(answer.stdout)
