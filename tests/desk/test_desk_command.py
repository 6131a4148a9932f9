"""`healthscore desk`: its address works once and at once, it ends by Ctrl-C, and says in a sentence what is wrong."""

import shutil
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.calling import call
from tests.desk.running import CLOSED, caller, running
from tests.test_stopping import begun, ended


@pytest.fixture
def store(pristine: Path, tmp_path: Path) -> Path:
    """Give a store of the test's own."""
    (tmp_path / "temporary").mkdir()
    return Path(shutil.copy(pristine, tmp_path / "healthscore.db"))


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_its_address_signs_in_once_and_ctrl_c_ends_it_well(store: Path, stop: signal.Signals) -> None:
    """Whoever comes first is in, whoever comes second reads why not; the end is a sentence and no error."""
    with running(store) as desk:
        first, second = caller(), caller()
        assert first.get(desk.entrance)[0] == 200
        status, said = second.get(desk.entrance)
        assert (status, "If it was not you who opened it" in said) == (401, True)
        assert first.get(desk.entrance)[0] == 200
        assert "It works once" in second.get(f"{desk.address}/sign-in?token=x")[1]
        assert first.get(f"{desk.address}/")[0] == 200
        assert second.get(f"{desk.address}/")[0] == 401
        desk.process.send_signal(stop)
        assert ended(desk.process) == (0, CLOSED)


def test_another_name_for_this_machine_is_refused(store: Path) -> None:
    """A page elsewhere whose name leads to 127.0.0.1 gets nothing, not even with the token."""
    with (
        running(store) as desk,
        socket.create_connection((urlsplit(desk.address).hostname, _port(desk.address))) as line,
    ):
        line.sendall(f"GET {desk.entrance.partition(desk.address)[2]} HTTP/1.0\r\nHost: evil.example\r\n\r\n".encode())
        assert line.makefile("rb").readline().split()[1] == b"400"
        assert caller().get(desk.entrance)[0] == 200


def test_a_store_that_goes_away_is_said_and_one_that_is_back_is_shown(store: Path) -> None:
    """The desk goes on: what it keeps in memory is not shown as if the store were there."""
    with running(store) as desk:
        somebody, aside = caller(), store.with_name("aside.db")
        assert somebody.get(desk.entrance)[0] == 200
        store.rename(aside)
        status, said = somebody.get(f"{desk.address}/")
        assert (status, f"there is no store at {store}" in said) == (503, True)
        aside.rename(store)
        assert somebody.get(f"{desk.address}/")[0] == 200


def test_a_port_that_another_program_has_is_said(store: Path) -> None:
    """With what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = call("--store", f"sqlite:///{store}", "desk", "--port", f"{port}", "--no-browser", folder=store.parent)
    assert done.returncode == 1
    assert done.stderr.decode() == (
        f"healthscore: the desk cannot listen on port {port}: another program has it; "
        "choose one with --port, or any free one with --port 0\n"
    )


def test_no_store_is_said_before_anything_is_served(tmp_path: Path) -> None:
    """By the sentence of every other command."""
    (tmp_path / "temporary").mkdir()
    with begun(tmp_path, "--store", "sqlite:///none.db", "desk", "--port", "0", "--no-browser") as desk:
        assert ended(desk) == (
            1,
            b"healthscore: there is no store at none.db: ingest something first, or name one with --store\n",
        )


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    """A Python that lacks Starlette."""
    (tmp_path / "temporary").mkdir()
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['starlette'] = None\n")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYTHONPATH", f"{tmp_path}")
        with begun(tmp_path, "--store", "sqlite:///none.db", "desk", "--no-browser") as desk:
            code, said = ended(desk)
    assert code == 1
    assert b"the desk needs starlette, which is not installed: pip install 'healthscore[desk]', or make install" in said


def _port(address: str) -> int:
    port = urlsplit(address).port
    assert port is not None
    return port
