"""How a call begins: what answers at once loads nothing, and says the same as the whole command line."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

START = "from handlers.start import main; main()"
LOADED = "import atexit, sys; atexit.register(lambda: sys.stderr.write(' '.join(sys.modules))); "


def started(*words: str, code: str = START, stdout: int = subprocess.PIPE) -> "subprocess.CompletedProcess[bytes]":
    """Begin as the console script does."""
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, check=False)  # noqa: S603 - ours


@pytest.mark.parametrize(
    ("words", "unloaded"),
    [
        (("--version",), {"click", "msgspec", "pydantic", "rich", "yaml", "handlers.cli"}),
        (("--help",), {"msgspec", "pydantic", "rich", "yaml", "handlers.commands.session"}),
        (("explain", "--help"), {"requests", "rich", "urllib3"}),
        (("portfolio", "--help"), {"requests", "rich", "urllib3"}),
    ],
)
def test_what_a_call_does_not_need_is_not_loaded(words: tuple[str, ...], unloaded: set[str]) -> None:
    """A person waits for it each time."""
    done = started(*words, code=LOADED + START)
    assert done.returncode == 0
    assert unloaded & set(done.stderr.decode().split()) == set()


def test_the_version_is_the_packages() -> None:
    """Whichever door it is asked at."""
    doors = START, "from handlers.cli import main; main()"
    assert {started("--version", code=code).stdout.decode() for code in doors} == {f"{version('healthscore')}\n"}


def test_a_version_that_cannot_be_written_is_said() -> None:
    """As of any output: in one line."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no device that is always full")
    with full.open("wb") as file:
        done = started("--version", stdout=file.fileno())
    assert done.returncode == 1
    assert done.stderr.decode() == "healthscore: the output cannot be written: No space left on device\n"
