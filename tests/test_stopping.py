"""A call is stopped at any moment: one line says so, the exit code is what a shell expects, nothing is left behind."""

import os
import pty
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

ROOT = Path(__file__).parents[1]
START = "from handlers.start import main; main()"
HEARD = b'{"type": "feed.heard", "source": "looker", "at": "2026-10-01T00:00:00Z"}\n'
HEADER = "sf_account_id,intercom_company_id,looker_customer_id,account_name,segment\n"
STOPS = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
SAID = b"healthscore: stopped; what was done is safe, and the same call can be made again\n"
TOO_EARLY = b"healthscore: stopped before anything was done\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a mapping, and a pipe that a call waits for."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "mapping.csv").write_text(f"{HEADER}001Qy00000AbCdEIAV,,,Hotel Acme,paid\n")
    (tmp_path / "temporary").mkdir()
    return tmp_path


@contextmanager
def begun(folder: Path, *words: str, python: tuple[str, ...] = ()) -> Iterator[subprocess.Popen[bytes]]:
    """Begin a call in a folder; it is over when the test is."""
    call = [sys.executable, *python, "-c", START, *words]
    environment = {**os.environ, "TMPDIR": str(folder / "temporary")}
    pipe = subprocess.PIPE
    with subprocess.Popen(call, cwd=folder, stdout=pipe, stderr=pipe, env=environment) as running:  # noqa: S603
        try:
            yield running
        finally:
            running.kill()


@contextmanager
def reading(folder: Path) -> Iterator[IO[bytes]]:
    """Wait until the call reads the pipe, which it does when it has begun its work; give the pipe to write to."""
    with (folder / "pipe").open("wb") as pipe:
        yield pipe


def ended(running: subprocess.Popen[bytes]) -> tuple[int, bytes]:
    """Give the exit code of a call and what it said."""
    _, said = running.communicate(timeout=60)
    return running.returncode, said


@pytest.mark.parametrize(("stop", "code"), STOPS)
def test_a_call_that_reads_is_stopped_in_one_line(folder: Path, stop: signal.Signals, code: int) -> None:
    """Its store is closed, and can be used again."""
    with begun(folder, "ingest", "pipe") as running, reading(folder):
        running.send_signal(stop)
        assert ended(running) == (code, SAID)
    assert sorted(path.name for path in (folder / "var").iterdir()) == ["healthscore.db"]


def test_a_replay_that_is_stopped_leaves_nothing(folder: Path) -> None:
    """No throw-away store, no half-written scores; the old ones stay."""
    (folder / "scores.jsonl").write_text("old")
    words = ("replay", "pipe", "--accounts", "mapping.csv", "--as-of", "2026-11-01", "--output", "scores.jsonl")
    with begun(folder, *words) as running, reading(folder):
        running.send_signal(signal.SIGINT)
        assert ended(running) == (130, SAID)
    assert list((folder / "temporary").iterdir()) == []
    assert sorted(path.name for path in folder.iterdir()) == ["mapping.csv", "pipe", "scores.jsonl", "temporary"]
    assert (folder / "scores.jsonl").read_text() == "old"


@pytest.mark.parametrize("module", ["click.core", "pydantic"])
def test_a_call_that_is_still_being_loaded_is_stopped_in_one_line(folder: Path, module: str) -> None:
    """Python says on stderr what it has imported; then it is stopped, long before there is anything to do."""
    with begun(folder, "ingest", "pipe", python=("-X", "importtime")) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if line.split()[-1].decode() == module:
                break
        running.send_signal(signal.SIGINT)
        code, rest = ended(running)
    said = [line for line in rest.splitlines(keepends=True) if not line.startswith(b"import time:")]
    assert (code, said) == (130, [TOO_EARLY])


def test_a_call_that_waits_for_the_store_is_stopped_all_the_same(folder: Path) -> None:
    """Another process writes to it and does not end; SQLite would wait for half a minute."""
    with begun(folder, "ingest", "pipe") as running:
        with reading(folder) as pipe:
            other = sqlite3.connect(folder / "var" / "healthscore.db", isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            pipe.write(HEARD)
        running.send_signal(signal.SIGINT)
        assert ended(running) == (130, SAID)
        other.close()


def test_a_signal_that_is_to_be_passed_over_is_passed_over(folder: Path) -> None:
    """As a shell has it for what runs in the background of a script."""
    ignored = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with begun(folder, "ingest", "pipe") as running:
            with reading(folder) as pipe:
                running.send_signal(signal.SIGINT)
                pipe.write(HEARD)
            assert ended(running) == (0, b"")
    finally:
        signal.signal(signal.SIGINT, ignored)


@pytest.mark.parametrize("words", ["replay one.jsonl --accounts mapping.csv --as-of 2026-11-01", "ingest --help"])
def test_where_nobody_reads_the_output_nothing_is_said(folder: Path, words: str) -> None:
    """As behind `| head`; the exit code is that of a broken pipe."""
    (folder / "one.jsonl").write_bytes(HEARD)
    with begun(folder, *words.split()) as running:
        assert running.stdout is not None
        running.stdout.close()
        running.stdout = None
        assert ended(running) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_an_output_that_cannot_be_written_is_one_line(folder: Path) -> None:
    """And nothing that Python says at its very end."""
    (folder / "one.jsonl").write_bytes(HEARD)
    call = [sys.executable, "-c", START, "ingest", "one.jsonl"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(call, cwd=folder, stdout=full, stderr=subprocess.PIPE, check=False)  # noqa: S603
    said = b"healthscore: the output cannot be written: No space left on device\n"
    assert (done.returncode, done.stderr) == (1, said)


ASK = [sys.executable, "-m", "handlers.deploying", "ask"]
"""Asks what a deployment needs."""


def asked(words: list[str], question: bytes) -> tuple[int, bytes]:
    """Run a program in a terminal, and press Ctrl-C at a question; give its exit code and what it said then."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execv(words[0], words)  # noqa: S606
    said = b""
    while question not in said:
        said += os.read(terminal, 4096)
    os.write(terminal, b"\x03")
    rest = said.partition(question)[2]
    try:
        while more := os.read(terminal, 4096):
            rest += more
    except OSError:
        pass  # the terminal is gone with the program
    finally:
        os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), rest


def test_a_question_of_a_deployment_is_stopped_in_one_line(tmp_path: Path) -> None:
    """Nothing of what was answered is kept."""
    code, said = asked([*ASK, "--environment", "new", str(tmp_path / "given.yaml")], b"Stack [healthscore-new]: ")
    assert code == 130
    stopped = b"healthscore: stopped: nothing was deployed, nothing of what was answered is kept"
    assert said.removeprefix(b"^C").strip() == stopped
    assert not (tmp_path / "given.yaml").exists()
    assert not (ROOT / "config" / "environments" / "new.yaml").exists()


def test_questions_that_are_still_being_loaded_are_stopped_in_one_line(tmp_path: Path) -> None:
    """Python says on stderr what it has imported."""
    call = [sys.executable, "-X", "importtime", *ASK[1:], str(tmp_path / "given.yaml")]
    with subprocess.Popen(call, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as running:  # noqa: S603
        assert running.stderr is not None
        for line in running.stderr:
            if line.split()[-1] == b"json":
                break
        running.send_signal(signal.SIGINT)
        code, rest = ended(running)
    said = [line for line in rest.splitlines() if not line.startswith(b"import time:")]
    assert (code, said) == (130, [b"healthscore: stopped: nothing was deployed, nothing of what was answered is kept"])


def test_questions_that_nobody_answers_say_where_they_can_be(tmp_path: Path) -> None:
    """As in a pipeline that has no terminal."""
    call = [*ASK, "--environment", "new", str(tmp_path / "given.yaml")]
    done = subprocess.run(call, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603
    assert done.returncode == 1
    assert b"run it in a terminal, or with ASK=no" in done.stderr
    assert b"Traceback" not in done.stderr


def test_make_deploy_forgets_the_answers_when_it_is_stopped(tmp_path: Path) -> None:
    """Its file of them, which may hold secrets, is gone."""
    given = tmp_path / "given.yaml"
    words = ["/usr/bin/env", "make", "deploy", "ENV=new", f"GIVEN={given}", f"PYTHON={sys.executable}"]
    code, said = asked(words, b"Stack [healthscore-new]: ")
    assert code in {130, -signal.SIGINT, 2}
    assert b"healthscore: stopped: nothing was deployed" in said
    assert b"Traceback" not in said
    assert not given.exists()
