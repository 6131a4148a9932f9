"""How time and memory are measured."""

import gc
import resource
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from time import perf_counter
from typing import NamedTuple, ParamSpec, TypeVar

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
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024) / 1_000_000
