"""`backtest --html`: the page beside the figures, from files; what it may be written over."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handlers.cli import cli
from handlers.commands.lines import score_line
from scoring.instants import DAY, Instant, format_date
from tests.scoring.backtest.ledgers import ENDS, book, steady_account

HEADER = "account_id,outcome,notice_date,effective_date,arr"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give files of ten accounts, of which one left without a sign."""
    scores = [*book(), *steady_account("leaves", upto=21)]
    (tmp_path / "scores.jsonl").write_bytes(b"".join(score_line(score) + b"\n" for score in scores))
    notice, effective = (format_date(Instant(ENDS[20] + days * DAY)) for days in (10, 70))
    rows = [f"leaves,churned,{notice},{effective},9", f"stays1,renewed,,{format_date(ENDS[20])},9"]
    (tmp_path / "outcomes.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    return tmp_path


def run(folder: Path, *words: str) -> Result:
    """Hold the folder's files against each other."""
    files = ["--scores", str(folder / "scores.jsonl"), "--outcomes", str(folder / "outcomes.csv")]
    return CliRunner().invoke(cli, [*words[:1], "backtest", *files, *words[1:]])


def test_verdict_and_ledger_stand_beside_the_figures(folder: Path) -> None:
    """On stdout for programs, on stderr in words; the page is a file."""
    answer = run(folder, "--quiet", "--html", str(folder / "out" / "page.html"))
    assert (answer.exit_code, answer.stderr) == (0, "")
    found = json.loads(answer.stdout)
    assert (found["verdict"], found["misses"]) == ("cannot tell", {"silent": 1})
    (row,) = found["ledger"]
    assert (row["account_id"], row["counted"], row["lead"], row["cause"]) == ("leaves", True, 0.0, "silent")
    assert row["proof"] == {
        "as_of": "2026-08-01T00:00:00Z",
        "score": row["proof"]["score"],
        "tier": "Champion",
        "coverage_pct": row["proof"]["coverage_pct"],
        "fell": 0.0,
        "listed": row["proof"]["listed"],
    }
    assert (folder / "out" / "page.html").read_text().startswith("<!doctype html>")


def test_the_same_is_said_in_words(folder: Path) -> None:
    """Also without a page, and what may know too much is said of a file, too."""
    said = run(folder, "--store=sqlite:///none.db").stderr
    assert said.startswith("Does the score warn? It cannot be told yet.\n  1 churn can be held against a score;")
    assert "may know too much" in " ".join(said.split())
    assert "  - Nothing had moved by then (silent): 1\n" in said


@pytest.mark.parametrize("name", ["scores.jsonl", "outcomes.csv"])
def test_a_page_is_not_written_over_what_is_read(folder: Path, name: str) -> None:
    """It is refused before anything is done."""
    before = (folder / name).read_bytes()
    answer = run(folder, "--quiet", "--html", str(folder / name))
    assert answer.exit_code == 1
    assert "is read here: name another file to write to" in answer.stderr
    assert (folder / name).read_bytes() == before
