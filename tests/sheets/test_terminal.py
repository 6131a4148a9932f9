"""On a terminal: what is proposed is confirmed, what a file holds is asked, a mapping is not written unasked."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import click
import pytest

from handlers.cli import cli

HEAD = "Payment ID,Account ID,Payment Date,Statuss"
ROW = "P-1,0015f00000YtSBVAA3,2026-10-01,Failed"
EXPORTED = "2026-11-02"


class Terminal(StringIO):
    """A person's answers, typed on a terminal."""

    def isatty(self) -> bool:
        """Say that a person is there."""
        return True


class Desk:
    """A folder, and somebody who answers."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """Sit down."""
        self.folder, self._monkeypatch, self._capsys = folder, monkeypatch, capsys
        monkeypatch.chdir(folder)

    def run(self, *words: str, answers: str = "") -> dict[str, Any]:
        """Import, and read the summary."""
        self._monkeypatch.setattr("sys.stdin", Terminal(answers))
        given = ["--quiet", "--store", "sqlite:///s.db", "import", *words, "--exported-at", EXPORTED]
        cli.main([*given, "--accounts", "mapping.csv"], standalone_mode=False)
        summary: dict[str, Any] = json.loads(self._capsys.readouterr().out.splitlines()[-1])
        return summary


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Give a desk."""
    return Desk(tmp_path, monkeypatch, capsys)


def test_a_person_confirms_columns_and_says_what_a_file_holds(desk: Desk) -> None:
    """Then a likeness is taken, and kept; the next time nothing is asked but what the file holds."""
    (desk.folder / "payments.csv").write_text(f"{HEAD}\n{ROW}\n")
    assert desk.run("payments", "payments.csv", answers="y\ny\n")["taken"] == 1
    assert "status: Statuss" in (desk.folder / "payments.csv.columns.yaml").read_text()
    assert desk.run("payments", "payments.csv", answers="n\n")["taken"] == 1
    for kind, head in (
        ("opportunities", "Id,Account ID,Type,Stage,Close Date"),
        ("signals", "Id,Account ID,Severity,Confidence,Status,Date Observed"),
    ):
        (desk.folder / f"{kind}.csv").write_text(f"{head}\n")
        summary = desk.run(kind, f"{kind}.csv", "--covered-since", "2026-01-01", answers="y\n")
    assert summary["covered_since"] == "2026-10-01T00:00:00Z"


def test_who_says_no_changes_the_file_of_columns(desk: Desk) -> None:
    """Nothing is taken in; a likeness is not in that file, but asked for."""
    (desk.folder / "payments.csv").write_text(f"{HEAD}\n{ROW}\n")
    with pytest.raises(Exception, match="nobody can be sure of status"):
        desk.run("payments", "payments.csv", answers="n\n")
    assert "status: null  # needed, is it Statuss?" in (desk.folder / "payments.csv.columns.yaml").read_text()
    assert not (desk.folder / "s.db").exists()


def test_a_mapping_is_not_written_unasked(desk: Desk) -> None:
    """What is new goes in where a person says yes; else it stays, byte by byte."""
    (desk.folder / "accounts.csv").write_text("Account ID,Account Name\n0015f00000YtSBVAA3,Acme\n")
    mapping = desk.folder / "mapping.csv"
    mapping.write_text("sf_account_id;account_name;mine\n0015f00000YtSBWAA3;Beta;kept\n")
    before = mapping.read_bytes()
    with pytest.raises(click.ClickException, match="was left as it is"):
        desk.run("accounts", "accounts.csv", answers="y\nn\n")
    assert mapping.read_bytes() == before
    assert desk.run("accounts", "accounts.csv", answers="y\n")["taken"] == 1
    first, second, third = mapping.read_text().splitlines()
    assert (first[:34], second[:31], third[:24]) == (
        "sf_account_id;account_name;mine;in",
        "0015f00000YtSBWAA3;Beta;kept;;;",
        "0015f00000YtSBVAA3;Acme;",
    )


def test_what_a_file_holds_is_asked_before_anything_is_taken_in(desk: Desk) -> None:
    """Who goes away at the question leaves the store as it was; of a file that covers nothing it is not asked."""
    (desk.folder / "payments.csv").write_text(f"{HEAD.replace('ss', 's')}\n{ROW}\n")
    with pytest.raises(click.Abort):
        desk.run("payments", "payments.csv", answers="y\n")
    assert not (desk.folder / "s.db").exists()
    (desk.folder / "payments.csv").write_text(f"{HEAD.replace('ss', 's')}\n{ROW}\nP-2,,,\n")
    with pytest.raises(SystemExit, match="3"):
        desk.run("payments", "payments.csv")
