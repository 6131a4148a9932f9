"""The gate of a pull request: what the workflow may do, and what its script makes of labels and exported scores."""

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.loader import DEFAULT_DIRECTORY
from tests.config.folders import change, copy_figures
from tests.test_gate import WEIGHTS, folder  # noqa: F401  a fixture

ROOT = Path(__file__).parents[1]
GATE = ROOT / ".github" / "workflows" / "gate.yml"

pytestmark = pytest.mark.skipif(shutil.which("jq") is None, reason="jq is missing")


def judged(tmp_path: Path, labels: list[str], scores: Path | None = None) -> tuple[int, str]:
    """Run the script on a draft that moves the weights far; give its exit code and the comment."""
    tree, base = tmp_path / "tree", tmp_path / "base"
    for one in (tree, base / ".gate"):
        one.mkdir(parents=True)
    copy_figures(base / "config")
    change(copy_figures(tree / "config") / "weights.yaml", WEIGHTS, "  churn_risk: 0.95\n  platform_value: 0.05")
    if scores is not None:
        (base / ".gate" / "scores.jsonl.gz").write_bytes(gzip.compress((scores / "scores.jsonl").read_bytes()))
        shutil.copy(scores / "outcomes.csv", base / ".gate")
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HEALTHSCORE": str(Path(sys.executable).with_name("healthscore")),
        "LABELS": json.dumps(labels),
        "NUMBER": "12",
    }
    call = [str(ROOT / ".ci" / "gate"), str(base), str(tmp_path / "out")]
    code = subprocess.run(call, cwd=tree, env=environment, check=False, capture_output=True).returncode  # noqa: S603
    return code, (tmp_path / "out" / "comment.md").read_text()


def test_exported_scores_and_labels_decide(folder: Path, tmp_path: Path) -> None:  # noqa: F811
    """A label lets through the limit it names; a draft that tells worse is stopped all the same."""
    code, comment = judged(tmp_path, ["bug", "let through: weight_move"], folder)
    assert code == 4
    assert comment.startswith(
        "<!-- healthscore gate -->\n## Health score: stopped by worse, tier_changes, newly_at_risk\n"
    )
    assert "was let through (label of pull request &#35;12)" in comment
    assert "No scores are exported" not in comment


def test_without_exported_scores_the_comment_says_so(tmp_path: Path) -> None:
    """And what was not looked at; the weights are judged."""
    code, comment = judged(tmp_path, [])
    assert code == 4
    assert "stopped by weight_move" in comment
    assert "No scores are exported to this repository" in comment


def test_a_label_that_names_no_limit_lets_nothing_through(tmp_path: Path) -> None:
    """It is no word, and the figures are not judged at all."""
    code, comment = judged(tmp_path, ["let through: everything"])
    assert code == 2
    assert "could not be judged" in comment


def test_nothing_of_a_fork_meets_a_token_that_can_write() -> None:
    """The event is no `pull_request_target`; the job that can write checks nothing out and runs nothing of the tree."""
    workflow: dict[Any, Any] = yaml.safe_load(GATE.read_text())
    assert list(workflow[True]) == ["pull_request"]
    assert workflow["permissions"] == {}
    judge, comment = workflow["jobs"]["judge"], workflow["jobs"]["comment"]
    assert (judge["permissions"], comment["permissions"]) == ({"contents": "read"}, {"pull-requests": "write"})
    assert "github.event.pull_request.head.repo.full_name == github.repository" in comment["if"]
    assert all("uses" not in step for step in comment["steps"])
    assert all("${{" not in step.get("run", "") for job in (judge, comment) for step in job["steps"])


def test_the_figures_of_the_product_are_judged_by_its_own_limits() -> None:
    """The file of limits stands in the folder that the workflow takes for the base."""
    assert (DEFAULT_DIRECTORY / "gate.yaml").exists()
