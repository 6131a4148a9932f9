"""Many items, some at a time: so many are read, sent or written at once, and no more are in memory."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_parts(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Give items in lists of `size`, in their order; the last may be shorter."""
    remaining = iter(items)
    while some := list(islice(remaining, size)):
        yield some
