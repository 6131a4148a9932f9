"""Work on all cores: in processes of their own, with results in the order of its parts.

Processes are spawned, on every system: a fork would take along threads' locks and open databases.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from itertools import islice
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any, TypeAlias, TypeVar

from handlers.garbage import collect_seldom

Part = TypeVar("Part")
Result = TypeVar("Result")
Work: TypeAlias = Callable[[Part], Result]
"""What is done with a part. Parts and results are sent between processes, so they must be picklable."""

Share: TypeAlias = Callable[[Iterable[Part]], Iterator[Result]]
"""Gives the result of each part, in their order."""

AHEAD = 2
"""So many parts a worker are given out before their results are taken: that is all that is held in memory."""

_LOST = (
    "a process that shared the work ended before it was done, perhaps for want of memory; what was done is safe: "
    "make the same call again, with --cores 1 if it happens again"
)


class WorkerLostError(Exception):
    """A process that shared the work ended before it was done; the text says what to do."""


def cores() -> int:
    """Count the cores that this process may use, which may be fewer than the computer has."""
    counted = getattr(os, "process_cpu_count", None)
    if counted is not None:
        return counted() or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(
    begin: Callable[[], Work[Part, Result]], parts: Iterable[Part], workers: int
) -> Generator[Result, None, None]:
    """Give the result of each part, in their order, as they are asked for.

    `begin` is called once in each process, and gives what does the work there; it must be picklable: a function of a
    module, or a `partial` of one. With one worker all is done here, and no process is started. Parts are asked for no
    further ahead than AHEAD for each worker. An error that a part raises is raised here; what was given out is then
    dropped. Raises WorkerLostError where a process ended by itself.
    """
    if workers <= 1:
        yield from map(begin(), parts)
        return
    with team(begin, workers) as share:
        yield from share(parts)


@contextmanager
def team(begin: Callable[[], Work[Part, Result]], workers: int) -> Iterator[Share[Part, Result]]:
    """Give what shares parts among processes as `in_order` does, again and again by the same ones; they start late."""
    with _pool(begin, workers) as pool:
        yield partial(_shared, pool, workers)


def _shared(pool: ProcessPoolExecutor, workers: int, parts: Iterable[Any]) -> Iterator[Any]:
    coming = iter(parts)
    given = deque(_give_out(pool, part) for part in islice(coming, workers * AHEAD))
    try:
        while given:
            result = given.popleft().result()
            given.extend(_give_out(pool, part) for part in islice(coming, 1))
            yield result
    finally:
        for one in given:
            one.cancel()


@contextmanager
def _pool(begin: Callable[[], Work[Any, Any]], workers: int) -> Iterator[ProcessPoolExecutor]:
    """Start processes when they are first needed; at the end, whatever it is, none is left."""
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_prepare, initargs=(begin,))
    try:
        yield pool
    except BrokenProcessPool as error:
        raise WorkerLostError(_LOST) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _give_out(pool: ProcessPoolExecutor, part: object) -> Future[Any]:
    """Give a part out. A process that this starts must not hear of a Ctrl-C before it is ready: see `_prepare`."""
    if not hasattr(signal, "pthread_sigmask"):
        return pool.submit(_do, part)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        return pool.submit(_do, part)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_work: list[Work[Any, Any]] = []
"""What this process does with parts, where it is a worker."""


def _prepare(begin: Callable[[], Work[Any, Any]]) -> None:
    """Make a worker ready: a stop is for whoever started it, and without that one it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _work.append(begin())
    collect_seldom()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(part: object) -> object:
    return _work[0](part)
