"""A deed that may hang, given up after some seconds."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def bounded(act: Callable[[], T], seconds: float) -> T:
    """Give the result of a deed; raises TimeoutError where it is not done within so many seconds, if any.

    It runs in a thread of its own, so it is given up wherever it hangs: timeouts of sockets begin
    anew with each byte. What is given up may still go on unseen; it never holds up the process's end.
    """
    if seconds <= 0:
        raise TimeoutError
    done: Future[T] = Future()
    threading.Thread(target=_run, args=(act, done), daemon=True).start()
    return done.result(seconds)


def _run(act: Callable[[], T], done: Future[T]) -> None:
    try:
        done.set_result(act())
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised where the result is waited for
        done.set_exception(error)
