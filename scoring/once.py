"""What follows from a model alone is worked out once for it, however many accounts are scored under it."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

M = TypeVar("M")
T = TypeVar("T")

MOST = 32
"""Of so many models it is kept what follows: those that a close, a what-if or a person at the desk goes back to."""


def once(work: Callable[[M], T]) -> Callable[[M], T]:
    """Have a function of a model alone remember what it gave; a model never changes, so identity is enough."""
    held: dict[int, tuple[M, T]] = {}

    @wraps(work)
    def worked_out(model: M) -> T:
        known = held.get(id(model))
        if known is None:
            if len(held) >= MOST:
                held.clear()
            known = held[id(model)] = model, work(model)
        return known[1]

    return worked_out
