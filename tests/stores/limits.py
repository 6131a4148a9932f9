"""A process of its own that merges under a limit and says what came of it: `python -m tests.stores.limits`.

Arguments: `no-rights` (as a user who may not write), `no-room` (files of one megabyte at most)
or `no-limit`, and the path of the store.
"""

import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from handlers.stores.protocol import StoreError
from handlers.stores.sqlite.store import SqliteStore
from scoring.observations import Conversation, Observation, Subject
from tests.scoring.strategies import START
from tests.stores.places import batch_of

MANY = 10_000
NOBODY = 65534
MEGABYTE = 2**20


def no_rights() -> None:
    """Become a user who owns nothing."""
    os.setuid(NOBODY)


def no_room() -> None:
    """Let no file grow beyond a megabyte."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MEGABYTE, MEGABYTE))


def no_limit() -> None:
    """Stay as it is."""


LIMITS: Mapping[str, Callable[[], None]] = {"no-rights": no_rights, "no-room": no_room, "no-limit": no_limit}


def merge(path: Path) -> str:
    """Merge many facts; give the error's text if there was one."""
    subjects = [Subject("intercom", "conversation", f"many-{number}") for number in range(MANY)]
    batch = batch_of(*(Observation(subject, START, Conversation(START, "open"), "one") for subject in subjects))
    try:
        store = SqliteStore(path)
        store.merge(batch)
    except StoreError as error:
        return str(error)
    store.close()
    return "merged"


if __name__ == "__main__":
    LIMITS[sys.argv[1]]()
    sys.stdout.write(merge(Path(sys.argv[2])))
