"""How the lines of journals are named: by their instant, then as they were added."""

from itertools import count
from secrets import token_hex

from scoring.instants import Instant

_NUMBERS = count()


def new_key(at: Instant) -> str:
    """Name a new line; two processes that add one at the same instant name them differently."""
    return f"{first_key(at)}/{next(_NUMBERS):08d}/{token_hex(6)}"


def first_key(since: Instant) -> str:
    """Give what the keys of an instant begin with: they and all later ones sort after it."""
    return f"{since:020d}"
