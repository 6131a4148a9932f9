"""Files that a command writes: regular ones alone, through a link, whole or not at all, and never what must be kept."""

import json
import os
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import click
import pytest
from click.testing import CliRunner, Result

from config.loader import DEFAULT_DIRECTORY
from handlers.cli import cli
from handlers.commands.outputs import output_file
from handlers.commands.session import Session
from handlers.files import OutputError, OutputFile

HEADER = "sf_account_id,intercom_company_id,looker_customer_id,account_name,segment\n"
ACCOUNT = "001Qy00000AbCdEIAV"
KEPT = (
    "healthscore.db",
    "healthscore.db-wal",
    "healthscore.db-shm",
    "healthscore.db-journal",
    "mapping.csv",
    "events.jsonl",
    *(f"config/{file.name}" for file in sorted(DEFAULT_DIRECTORY.iterdir()) if file.suffix in {".yaml", ".csv"}),
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder that has a file of each kind that must be kept."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    for name in KEPT:
        Path(name).write_bytes(b"precious")
    return tmp_path


def judged(path: str) -> OutputFile:
    """Judge an output of a call that has a store, a config, a mapping, and reads a file."""
    session = Session("sqlite:///healthscore.db", Path("config"), quiet=True)
    return output_file(session, Path(path), reads=["events.jsonl", "-"], mapping=Path("mapping.csv"))


def _fifo(path: str) -> None:
    os.mkfifo(path)


def _folder(path: str) -> None:
    Path(path).mkdir()


def _null(path: str) -> None:
    Path(path).symlink_to("/dev/null")


def _full(path: str) -> None:
    Path(path).symlink_to("/dev/full")


def _socket(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(path)


def _loop(path: str) -> None:
    Path(path).symlink_to(path)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (_fifo, "is a pipe: name a regular file"),
        (_folder, "is a folder: name a file in it"),
        (_null, "is a device: name a regular file"),
        (_full, "is a device: name a regular file"),
        (_socket, "is a socket: name a regular file"),
        (_loop, "cannot be written: Too many levels of symbolic links"),
    ],
)
def test_what_is_no_regular_file_is_refused_by_name(folder: Path, made: Callable[[str], None], said: str) -> None:
    """Behind a symbolic link as well."""
    made("out")
    Path("link").symlink_to("out")
    for name in ("out", "link"):
        with pytest.raises(click.ClickException, match=f"^{name} {said}"):
            judged(name)
    assert sorted(path.name for path in folder.iterdir() if path.name in {"out", "link"}) == ["link", "out"]


@pytest.mark.parametrize("there", [True, False], ids=["there", "not there yet"])
@pytest.mark.parametrize("name", KEPT)
def test_what_must_be_kept_is_refused_under_every_name(folder: Path, name: str, *, there: bool) -> None:
    """By its own path, an absolute one, a symbolic link, and a hard link where it is there."""
    names = [name, str(folder / name), f"config/../{name}", "symbolic"]
    Path("symbolic").symlink_to(folder / name)
    if there:
        os.link(name, "hard")
        names.append("hard")
    else:
        Path(name).unlink()
    for one in names:
        with pytest.raises(
            click.ClickException, match=r"(is the store|is the mapping|of the config|is read here): name"
        ):
            judged(one)


def test_an_output_through_a_link_leaves_the_link(folder: Path) -> None:
    """What it leads to is written, be it there yet or not, in a folder of its own."""
    Path("link").symlink_to("elsewhere/scores.csv")
    for text in (b"one", b"two"):
        with judged("link").replaced() as file:
            file.write(text)
        assert Path("link").is_symlink()
        assert Path("elsewhere/scores.csv").read_bytes() == text
    judged("link").append([b"three"])
    assert Path("link").is_symlink()
    assert Path("elsewhere/scores.csv").read_bytes() == b"two\nthree\n"
    assert [path.name for path in (folder / "elsewhere").iterdir()] == ["scores.csv"]


def test_the_old_file_stays_where_the_new_one_fails(folder: Path) -> None:
    """Nothing half-written takes its place, and nothing is left beside it."""
    Path("scores.csv").write_bytes(b"old")

    def rows() -> Iterator[list[str]]:
        yield ["new"]
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        judged("scores.csv").write_rows(rows())
    assert Path("scores.csv").read_bytes() == b"old"
    assert not list(folder.glob("*.part"))
    assert not list(folder.glob(".*"))


@pytest.mark.parametrize("mode", [0o600, 0o664])
def test_rights_stay_as_they_were(folder: Path, mode: int) -> None:
    """A file that nobody else may read stays so."""
    del folder
    Path("scores.csv").touch()
    Path("scores.csv").chmod(mode)
    judged("scores.csv").write_rows([["new"]])
    assert stat.S_IMODE(Path("scores.csv").stat().st_mode) == mode


def test_a_disk_that_is_full_is_one_line(folder: Path) -> None:
    """It names the file, and what to do."""
    del folder
    with pytest.raises(OutputError, match=r"^scores\.csv cannot be written: File too large: make room on its disk$"):
        _beyond_a_limit()


def _beyond_a_limit() -> None:
    import resource  # noqa: PLC0415
    import signal  # noqa: PLC0415

    before, ignored = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
        with judged("scores.csv").replaced() as file:
            file.write(b"x" * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_a_torn_line_is_ended_before_the_next(folder: Path) -> None:
    """As a killed process leaves it."""
    del folder
    Path("letters.jsonl").write_bytes(b'{"whole": 1}\n{"to')
    judged("letters.jsonl").append([b"{}"])
    assert Path("letters.jsonl").read_bytes() == b'{"whole": 1}\n{"to\n{}\n'


def _append(path: str, times: int) -> None:
    for number in range(times):
        OutputFile(Path(path)).append([b"%d" % number])


def test_what_others_append_meanwhile_is_not_lost(folder: Path) -> None:
    """Two append, each with files of its own as processes have, while a third takes out what it has read."""
    del folder
    output, taken = OutputFile(Path("letters.jsonl")), list[bytes]()
    output.append([])
    others = [Thread(target=_append, args=("letters.jsonl", 200)) for _ in range(2)]
    for other in others:
        other.start()
    while any(other.is_alive() for other in others) or output.path.read_bytes():
        read = output.path.read_bytes()
        whole = read[: read.rfind(b"\n") + 1]
        assert output.keep([], whole)
        taken += whole.splitlines()
    assert sorted(taken) == sorted(b"%d" % number for number in [*range(200), *range(200)])


def test_what_another_process_replaced_meanwhile_is_left_as_it_is(folder: Path) -> None:
    """It knows more of the file than this one."""
    del folder
    output = OutputFile(Path("letters.jsonl"))
    output.append([b"one", b"two"])
    read = output.path.read_bytes()
    assert output.keep([b"two"], read)
    assert not output.keep([b"one", b"two"], read)
    assert output.path.read_bytes() == b"two\n"


def call(*words: str) -> Result:
    """Run `healthscore` with these words."""
    return CliRunner().invoke(cli, words)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with a store and a mapping."""
    monkeypatch.chdir(tmp_path)
    Path("mapping.csv").write_text(f"{HEADER}{ACCOUNT},,,Hotel Acme,paid\n")
    Path("one.jsonl").write_text('{"type": "feed.heard", "source": "looker", "at": "2026-10-01T00:00:00Z"}\n')
    Path("bad.jsonl").write_text("nothing\n")
    assert call("ingest", "one.jsonl").exit_code == 0
    return tmp_path


COMMANDS = {
    "ingest": ("ingest", "bad.jsonl", "--dead-letter"),
    "finalise": ("finalise", "--period", "2026-10", "--accounts", "mapping.csv", "--output"),
    "replay": ("replay", "one.jsonl", "--accounts", "mapping.csv", "--as-of", "2026-11-01", "--output"),
    "propose": ("identity", "propose", "--accounts", "mapping.csv", "--output"),
    "apply": ("identity", "apply", "one.jsonl", "--accounts", "mapping.csv", "--output"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_a_device_and_the_store(desk: Path, command: str) -> None:
    """As root, a CSV replaced /dev/full, and the store itself."""
    before = {path.name: path.read_bytes() for path in (desk / "var").iterdir()}
    for output, said in (
        ("/dev/full", "is a device: name a regular file"),
        ("var/healthscore.db", "is the store: name"),
    ):
        answer = call(*COMMANDS[command], output)
        assert (answer.exit_code, answer.stdout) == (1, "")
        assert answer.stderr.startswith(f"Error: {output} {said}")
        assert answer.stderr.count("\n") == 1
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)
    assert {path.name: path.read_bytes() for path in (desk / "var").iterdir()} == before


def test_a_demo_never_takes_a_store_or_a_file_of_somebodys(desk: Path) -> None:
    """Not the store that other commands use by default, not recorded events, not the mapping of the config."""
    before = Path("var/healthscore.db").read_bytes()
    (desk / "recorded").mkdir()
    (desk / "recorded" / "events.jsonl").write_text("mine")
    for folder, said in {
        "var": "var/healthscore.db is the store: name another file to write to",
        "recorded": "recorded holds events.jsonl, which no demo made: name another folder",
        str(DEFAULT_DIRECTORY): "account_mapping.csv",
    }.items():
        answer = call("demo", "--output", folder)
        assert (answer.exit_code, answer.stdout) == (1, "")
        assert said in answer.stderr
    assert Path("var/healthscore.db").read_bytes() == before
    assert (desk / "recorded" / "events.jsonl").read_text() == "mine"


def test_scores_of_a_replay_replace_a_file_only_when_all_are_there(desk: Path) -> None:
    """A line that cannot be read is no reason not to write them; a wrong mapping is."""
    Path("scores.jsonl").write_text("old")
    words = ("replay", "bad.jsonl", "--as-of", "2026-11-01", "--output", "scores.jsonl", "--accounts")
    (desk / "wrong.csv").write_text(f"{HEADER}A1,,,,\n")
    assert call(*words, "wrong.csv").exit_code == 1
    assert Path("scores.jsonl").read_text() == "old"
    assert call(*words, "mapping.csv").exit_code == 3
    assert json.loads(Path("scores.jsonl").read_text())["account_id"] == ACCOUNT
