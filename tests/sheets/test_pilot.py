"""The walk of docs/pilot.md: from six spreadsheets to a first dry run, command by command as they stand there."""

import csv
import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.calling import call

ROOT = Path(__file__).parents[2]
SHEETS = ROOT / "tests/cases/sheets"
PAGE = (ROOT / "docs/pilot.md").read_text()


def commands() -> list[list[str]]:
    """Give the calls of `healthscore` that the page shows, in their order."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("healthscore ")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the six files of the example."""
    folder = tmp_path_factory.mktemp("pilot")
    for file in SHEETS.iterdir():
        shutil.copy(file, folder)
    return folder


def test_the_walk_comes_to_a_dry_run_and_says_why(folder: Path) -> None:
    """Every command ends well, all accounts have most of the model, and the last one explains a score."""
    said = ""
    for words in commands():
        done = call(*words, folder=folder)
        assert (words, done.returncode, done.stderr.decode().count("healthscore:")) == (words, 0, 0)
        said = done.stdout.decode()
    with (folder / "var/health-scores-2026-10.dry-run.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = {row["account_name"]: row for row in csv.DictReader(file)}
    assert {name: row["tier"] for name, row in rows.items()} == {
        "Four Seasons": "Healthy",
        "Boutique Hotel Group": "Critical",
        "Harbour Inns": "Healthy",
    }
    assert all(float(row["coverage_pct"]) > 85 for row in rows.values())
    assert said.startswith("Boutique Hotel Group (0015f00000YtSBWAA3)")


def test_the_page_takes_in_each_example_once() -> None:
    """No file of the example is left out of the walk."""
    taken = [words[2] for words in commands() if words[0] == "import"]
    assert sorted(taken) == sorted(file.name for file in SHEETS.iterdir())


def test_the_messages_that_the_page_explains_are_messages_of_the_program() -> None:
    """Each is said somewhere, in these words."""
    code = "".join(
        path.read_text() for folder in ("handlers/sheets", "config") for path in sorted((ROOT / folder).glob("*.py"))
    )
    code = re.sub(r'"\s*\n\s*f?"', "", code)
    table = PAGE.partition("## 5.")[2].partition("\n\nStates")[0]
    explained = re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)
    assert len(explained) >= 12
    for said in explained:
        parts = [
            part.strip()
            for part in re.split(r"…|\d[\d.-]*|USD, AUD|words\.payment\.status", said)
            if len(part.strip()) > 3
        ]
        assert [part for part in parts if part not in code] == []
