"""How often Python looks for cycles of objects: seldom, for what is read and scored has none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS = 50_000
"""After so many new objects Python looks for cycles: its 700 are made anew by every import, and by 70 accounts."""


def collect_seldom() -> None:
    """Look for cycles seldom from now on, and never among what is loaded by now: modules, models, clients stay."""
    gc.set_threshold(OBJECTS)
    gc.freeze()


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Do the same for as long as some work lasts that makes many objects; what it gives is the same."""
    before = gc.get_threshold()
    collect_seldom()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
