"""Work that is shared by processes gives what one process gives; whatever happens, none of them stays."""

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from handlers.cores import AHEAD, WorkerLostError, cores, in_order
from handlers.garbage import OBJECTS, seldom_collected

ROOT = Path(__file__).parents[1]
CALL = "from tests.test_cores import long_work; long_work()"


def multiplier(factor: int) -> Callable[[int], tuple[int, int]]:
    """Give work that tells its process as well."""
    return lambda number: (factor * number, os.getpid())


def picky() -> Callable[[int], int]:
    """Give work that does not take every number."""
    return lambda number: 12 // number


def mortal() -> Callable[[int], int]:
    """Give work in which a process is killed, as where memory is short."""

    def work(number: int) -> int:
        if number == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    return work


def slow() -> Callable[[int], int]:
    """Give work that takes a while."""

    def work(number: int) -> int:
        time.sleep(0.05)
        return number

    return work


def long_work() -> None:
    """Say the processes that share a long work, and do it."""
    sys.stdout.write(f"{os.getpid()}\n")
    for pid in in_order(partial(multiplier, 1), iter(int, 1), 2):
        sys.stdout.write(f"{pid[1]}\n")
        sys.stdout.flush()


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_results_come_in_the_order_of_parts(workers: int) -> None:
    """Whoever is done first."""
    assert [told for told, _ in in_order(partial(multiplier, 3), range(40), workers)] == list(range(0, 120, 3))


def test_one_worker_is_this_process_and_two_are_others() -> None:
    """Nothing is started for one."""
    assert {pid for _, pid in in_order(partial(multiplier, 1), range(4), 1)} == {os.getpid()}
    assert os.getpid() not in {pid for _, pid in in_order(partial(multiplier, 1), range(4), 2)}


def test_no_parts_start_no_process() -> None:
    """There is nothing to do."""
    assert list(in_order(picky, (), 2)) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_a_part_is_raised_in_its_place(workers: int) -> None:
    """What came before it was given."""
    results = in_order(picky, (1, 2, 0, 3), workers)
    assert [next(results), next(results)] == [12, 6]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_a_process_that_is_lost_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    """In one error that says what to do; nothing hangs, and nothing else is printed."""
    with pytest.raises(WorkerLostError, match="make the same call again, with --cores 1"):
        list(in_order(mortal, range(10), 2))
    assert capfd.readouterr() == ("", "")


def test_parts_are_taken_as_they_are_done() -> None:
    """A stream of any length is never held whole."""
    taken: list[int] = []

    def parts() -> Iterator[int]:
        for number in range(30):
            taken.append(number)
            yield number

    for done, _ in enumerate(in_order(slow, parts(), 2)):
        assert len(taken) <= done + 1 + 2 * AHEAD


def is_there(pid: int) -> bool:
    """Tell whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def end(running: subprocess.Popen[bytes], stop: signal.Signals, *, group: bool) -> list[int]:
    """Stop a process that shares work as soon as it has begun; give all its processes."""
    assert running.stdout is not None
    pids = [int(running.stdout.readline()) for _ in range(200)]
    (os.killpg if group else os.kill)(running.pid, stop)
    running.wait(timeout=30)
    return sorted({*pids, running.pid})


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT])
def test_no_process_outlives_the_one_that_started_it(stop: signal.Signals) -> None:
    """However that one ends: a kill, or Ctrl-C, which the terminal sends to all of them; the workers say nothing."""
    call, pipe = [sys.executable, "-c", CALL], subprocess.PIPE
    with subprocess.Popen(call, cwd=ROOT, stdout=pipe, stderr=pipe, start_new_session=True) as running:  # noqa: S603
        pids = end(running, stop, group=stop == signal.SIGINT)
        said = running.stderr.read() if running.stderr is not None else b""
    deadline = time.monotonic() + 10
    while any(map(is_there, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(map(is_there, pids))
    assert said.count(b"Traceback") == (stop == signal.SIGINT)


def test_cores_are_those_this_process_may_use() -> None:
    """At least one, and no more than there are."""
    assert 1 <= cores() <= (os.cpu_count() or 1)


def test_cycles_are_looked_for_seldom_while_work_lasts() -> None:
    """Afterwards as before."""
    before = gc.get_threshold()
    with seldom_collected():
        assert gc.get_threshold()[0] == OBJECTS
        assert gc.get_freeze_count() > 0
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
