"""On a terminal commands print for people; anywhere else, and where a program asks for it, JSON."""

import json
from io import StringIO
from pathlib import Path

import pytest

from handlers.cli import cli
from tests.test_close_output import closer
from tests.test_history import LAST

COMMANDS = {
    "finalise": ("--period", LAST, "--dry-run", "--no-workbook", "--accounts", "accounts.csv"),
    "history": ("grand", "--months", "1", "--accounts", "accounts.csv"),
    "portfolio": (),
    "status": ("--accounts", "accounts.csv"),
    "flags": ("stale",),
}


class Output(StringIO):
    """Stdout; a terminal, or not."""

    def __init__(self, *, terminal: bool) -> None:
        """Begin empty."""
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        """Say whether a person looks at it."""
        return self._terminal


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a store of one account, whose last month is closed."""
    folder = tmp_path_factory.mktemp("terminal")
    assert closer(folder, covered=True)(LAST).exit_code == 0
    return folder


@pytest.mark.parametrize(
    ("terminal", "asked", "as_json"),
    [(True, (), False), (False, (), True), (True, ("--json",), True), (False, ("--table",), False)],
)
@pytest.mark.parametrize("command", COMMANDS)
def test_people_get_tables_and_programs_json(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    asked: tuple[str, ...],
    *,
    terminal: bool,
    as_json: bool,
) -> None:
    """Which of them may be asked for, whatever stdout is."""
    monkeypatch.chdir(folder)
    out = Output(terminal=terminal)
    monkeypatch.setattr("sys.stdout", out)
    cli.main(["--quiet", "--store", "sqlite:///store.db", command, *COMMANDS[command], *asked], standalone_mode=False)
    lines = out.getvalue().splitlines()
    assert lines
    if as_json:
        assert all(isinstance(json.loads(line), dict) for line in lines)
    else:
        assert not any(line.startswith("{") for line in lines)
        assert any("─" in line for line in lines)
