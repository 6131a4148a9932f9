"""How time and memory are measured."""

import gc
import os
import resource
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from threading import Event, Thread
from time import perf_counter
from typing import NamedTuple, ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Lap(NamedTuple):
    """Seconds of one round: of what is measured, and of `json.loads` of the same bytes."""

    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        """Say how often `json.loads` would have been done in that time."""
        return self.ours / self.theirs


def seconds(work: Callable[[], object]) -> float:
    """Say how long some work takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def laps(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> list[Lap]:
    """Measure two works in turn, so that a machine that slows down slows both; a first round warms up."""
    return [_lap(ours, theirs) for _ in range(rounds + 1)][1:]


def _lap(ours: Callable[[], object], theirs: Callable[[], object]) -> Lap:
    gc.collect()
    return Lap(seconds(ours), seconds(theirs))


def fresh(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do some work in a process of its own that began for it."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *args, **kwargs).result()


def peak_mb() -> float:
    """Say how much memory this process held at most, in MB (a parent that held more counts as well)."""
    return megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def megabytes(peak: int) -> float:
    """Give the megabytes of a peak as the system counts it."""
    return peak * (1 if sys.platform == "darwin" else 1024) / 1_000_000


def cpu_seconds() -> float:
    """Say for how long this process has computed, and those that it started and that have ended."""
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in spent)


class Watched:
    """Watches how much memory this process and those that it started hold together; what they share counts once.

    Linux alone tells; elsewhere the peak is that of this process.
    """

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._over = Event()
        self._kib = 0
        self._thread = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        """Begin to watch."""
        if PSS_TOLD:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Watch no more."""
        self._over.set()

    @property
    def peak_mb(self) -> float:
        """Say how much was held at most, in MB."""
        return self._kib * 1024 / 1_000_000 if self._kib else peak_mb()

    def _watch(self) -> None:
        while not self._over.wait(_EVERY):
            self._kib = max(self._kib, sum(map(_held, ("self", *_CHILDREN.read_text().split()))))


_EVERY = 0.2
_CHILDREN = Path(f"/proc/self/task/{os.getpid()}/children")
PSS_TOLD = _CHILDREN.exists()
"""Whether the system tells how much memory several processes hold together."""


def _held(process: str) -> int:
    """Say how many KiB a process holds, and its share of what others hold too; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def count(given: str) -> int:
    """Read a whole number of at least 1 from a command line; raises ArgumentTypeError, which names its option."""
    if not given.isdecimal() or int(given) < 1:
        raise ArgumentTypeError(f"{given!r} is no whole number of at least 1")
    return int(given)


def counts(given: str) -> tuple[int, ...]:
    """Read several of them, with commas between."""
    return tuple(count(one) for one in given.split(","))
