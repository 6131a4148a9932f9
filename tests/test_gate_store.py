"""`gate` on a store, and on the files that it exports: both say the same."""

import json
from pathlib import Path
from typing import Any

from click.testing import Result

from handlers.commands.gate import STOPPED
from handlers.commands.gate_export import OUTCOMES, SCORES, Export
from handlers.commands.outcome_files import read_outcomes
from handlers.files import OutputFile
from scoring.outcomes import Outcome
from tests.scoring.accounts import LONG_AGO
from tests.test_what_if import PERIODS, asked, folder, run  # noqa: F401  a fixture among them

MONTHS = 13


def gate(folder: Path, draft: str, *words: str) -> Result:  # noqa: F811
    """Hold a draft against the config on the store of a folder."""
    mapping = "--accounts", str(folder / "mapping.csv")
    return run(folder, "gate", "--draft", str(folder / draft), *mapping, *words)


def said(result: Result) -> dict[str, Any]:
    """Read what was printed."""
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_what_it_says_of_each_month_is_what_what_if_says(folder: Path) -> None:  # noqa: F811
    """The same accounts change their tier, with the same ARR."""
    result = gate(folder, "weights")
    lines = [json.loads(line) for line in asked(folder, "weights", "--months", str(len(PERIODS))).stdout.splitlines()]
    months = {month["period"]: month for month in said(result)["months"]}
    assert len(months) == MONTHS
    for line in lines:
        month = months[line["period"]]
        assert (month["accounts"], month["tier_changes"]) == (line["accounts"], line["tier_changes"])
        assert month["at_risk"]["base"] == line["at_risk"]["now"]
        assert month["at_risk"]["draft"] == line["at_risk"]["draft"]
    changed = {one["account_id"] for one in lines[-1]["changes"] if one["now"]["tier"] != one["draft"]["tier"]}
    assert {one["account_id"] for one in said(result)["changes"]} == changed
    assert all(one["why"] for one in said(result)["changes"])
    assert (result.exit_code, said(result)["stopped_by"][-1]) == (STOPPED, "weight_move")


def test_a_draft_that_measures_otherwise_is_tried_whole(folder: Path) -> None:  # noqa: F811
    """A store can show what a file cannot."""
    assert "unmeasured" not in said(gate(folder, "windows"))["stopped_by"]


def test_exported_files_say_what_the_store_says(folder: Path, tmp_path: Path) -> None:  # noqa: F811
    """But for ARR, which lines of scores do not have; no name is in them."""
    there = said(gate(folder, "weights", "--export", str(tmp_path)))
    files = "--scores", str(tmp_path / "scores.jsonl"), "--outcomes", str(tmp_path / "outcomes.csv")
    here = said(run(folder, "gate", "--draft", str(folder / "weights"), *files))
    assert "account_name" not in (tmp_path / "scores.jsonl").read_text()
    for name in ("verdict", "comparison", "outcomes", "weights", "draft_version"):
        assert here[name] == there[name]
    ways = [
        [(one["account_id"], one["base"], one["draft"], one["why"]) for one in side["changes"]]
        for side in (there, here)
    ]
    assert ways[0] == ways[1]
    scored = [month for month in there["months"] if month["period"] in {one["period"] for one in here["months"]}]
    assert [month["tier_changes"] for month in scored] == [month["tier_changes"] for month in here["months"]]


def test_a_file_is_not_exported_from_a_file(folder: Path, tmp_path: Path) -> None:  # noqa: F811
    """It has no store."""
    result = gate(folder, "weights", "--without-scores", "--export", str(tmp_path))
    assert (result.exit_code, list(tmp_path.iterdir())) == (2, [])


def test_of_reasons_only_that_all_is_made_up_is_exported(tmp_path: Path) -> None:
    """What people wrote stays in the store; a demo's files say on that they are one."""
    reasons = "made up for the demo: use fell", "Jane says the price was too high"
    files = OutputFile(tmp_path / SCORES), OutputFile(tmp_path / OUTCOMES)
    Export(*files).write([], [Outcome(f"A{n}", "churned", LONG_AGO, reason=one) for n, one in enumerate(reasons)])
    assert [one.reason for one in read_outcomes(tmp_path / OUTCOMES)] == [reasons[0], ""]
