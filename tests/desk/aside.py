"""What has a loop of events of its own, beside a browser that has one, too."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def aside(does: Callable[[], T]) -> T:
    """Do something in a thread of its own: once a browser was opened, its loop runs in the thread of the tests."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(does).result()
