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
from click.testing import CliRunner

from config.loader import DEFAULT_DIRECTORY
from handlers.cli import cli
from tests.config.folders import change, copy_figures
from tests.test_gate import WEIGHTS, folder  # noqa: F401  a fixture

ROOT = Path(__file__).parents[1]
GATE = ROOT / ".github" / "workflows" / "gate.yml"

pytestmark = pytest.mark.skipif(shutil.which("jq") is None, reason="jq is missing")


def judged(tmp_path: Path, labels: list[str], scores: Path | None = None, impact: str | None = None) -> tuple[int, str]:
    """Run the script on a draft that moves the weights far, and may state an impact; give its exit code and comment."""
    tree, base = tmp_path / "tree", tmp_path / "base"
    for one in (tree, base / ".gate"):
        one.mkdir(parents=True)
    copy_figures(base / "config")
    change(copy_figures(tree / "config") / "weights.yaml", WEIGHTS, "  churn_risk: 0.95\n  platform_value: 0.05")
    if impact is not None:
        (tree / "config" / "impact.json").write_text(impact)
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


def test_the_stated_impact_is_computed_again(folder: Path, tmp_path: Path) -> None:  # noqa: F811
    """One that is found is said so; one that differs is named with both counts, and stops; so does one in vain."""
    draft = copy_figures(tmp_path / "draft")
    change(draft / "weights.yaml", WEIGHTS, "  churn_risk: 0.95\n  platform_value: 0.05")
    scores = str(folder / "scores.jsonl")
    asked = ["what-if", "--draft", str(draft), "--scores", scores, "--period", "2026-09"]
    written = CliRunner().invoke(cli, [*asked, "--write-impact", str(tmp_path / "impact.json")])
    assert written.exit_code == 0, written.output
    stated = (tmp_path / "impact.json").read_text()
    assert "A00" not in stated
    code, comment = judged(tmp_path / "same", [], folder, stated)
    assert code == 4
    assert "**Impact.** The stated impact is the one that is found." in comment
    changes = json.loads(stated)["tier_changes"]
    other = stated.replace(f'"tier_changes": {changes}', '"tier_changes": 0')
    _, comment = judged(tmp_path / "other", [], folder, other)
    assert f"The stated impact differs: tier changes: stated 0, found {changes}." in comment
    later = stated.replace("2026-09", "2026-12")
    refused = CliRunner().invoke(cli, [*asked[:-2], "--check-impact", str(_written(tmp_path / "later.json", later))])
    assert refused.exit_code == 4
    assert "has no month 2026-12" in refused.output
    word = ["let through: weight_move"]
    assert judged(tmp_path / "open", word)[0] == 0
    code, comment = judged(tmp_path / "none", word, None, stated)
    assert code == 4
    assert "cannot be computed again: no scores are exported" in comment
    assert "None is stated with this change" in judged(tmp_path / "silent", [], folder)[1]


def test_an_impact_that_differs_stops_what_the_gate_lets_pass(folder: Path, tmp_path: Path) -> None:  # noqa: F811
    """A draft within all limits whose file says something else: exit code 4."""
    figures = copy_figures(tmp_path / "draft")
    change(figures / "thresholds.yaml", "coverage_floor: 50", "coverage_floor: 49")
    asked = ["what-if", "--draft", str(figures), "--scores", str(folder / "scores.jsonl"), "--period", "2026-09"]
    done = CliRunner().invoke(cli, [*asked, "--write-impact", str(tmp_path / "impact.json")])
    assert done.exit_code == 0, done.output
    said = json.loads((tmp_path / "impact.json").read_text())
    (tmp_path / "impact.json").write_text(json.dumps({**said, "accounts": said["accounts"] + 1}))
    differs = CliRunner().invoke(cli, [*asked[:-2], "--check-impact", str(tmp_path / "impact.json")])
    assert differs.exit_code == 4
    assert f"accounts: stated {said['accounts'] + 1}, found {said['accounts']}" in differs.output


def _written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


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
