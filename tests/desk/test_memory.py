"""What pages keep in memory: made once while the store says the same, also for many who ask at the same time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import pytest

from handlers.desk.memory import Memory
from tests.desk.places import Place

TOGETHER = 8


def test_what_many_miss_at_the_same_time_is_made_once() -> None:
    """All wait for the one who makes it, and get the same."""
    memory, all_ask, made = Memory(lambda: 0), Barrier(TOGETHER), list[object]()

    def make() -> object:
        Event().wait(0.05)
        made.append(object())
        return made[-1]

    def ask(_: int) -> object:
        all_ask.wait()
        return memory.get("lines", make)

    with ThreadPoolExecutor(TOGETHER) as people:
        given = list(people.map(ask, range(TOGETHER)))
    assert len(made) == 1
    assert set(map(id, given)) == {id(made[0])}


def test_what_could_not_be_made_is_tried_again() -> None:
    """An error is of whoever met it, and nothing is kept."""
    memory = Memory(lambda: 0)

    def fail() -> str:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        memory.get("lines", fail)
    assert memory.get("lines", lambda: "made") == "made"


def test_what_is_kept_is_made_of_other_things_that_are_kept() -> None:
    """One thing may ask for another while it is made, and for itself where it is kept by then."""
    memory = Memory(lambda: 0)
    assert memory.get("page", lambda: memory.get("lines", lambda: 1) + memory.get("lines", lambda: 5)) == 2


def test_a_change_of_the_store_forgets_all() -> None:
    """Also what was being made while the store changed is made anew for the next."""
    stamps = [0]
    memory = Memory(lambda: stamps[0])

    def changing(value: str) -> Callable[[], str]:
        def make() -> str:
            stamps[0] += 1
            return value

        return make

    assert memory.get("lines", changing("old")) == "old"
    assert memory.get("lines", lambda: "new") == "new"
    assert memory.get("lines", lambda: "newer") == "new"


def test_reading_a_store_forgets_nothing(own_place: Place, tmp_path: Path) -> None:
    """Connections of SQLite come and go, and with them an empty log beside the file."""
    made = list[int]()
    own_place.desk.memory.get("mark", lambda: made.append(1))
    log = tmp_path / "healthscore.db-wal"
    log.touch()
    own_place.visitor().get("/")
    own_place.desk.memory.get("mark", lambda: made.append(2))
    assert made == [1]


def test_a_line_of_the_audit_has_nothing_read_anew(own_place: Place) -> None:
    """An export is a line of the audit; the next page is made of what is kept. What somebody else writes is seen."""
    made: list[int] = []
    desk, visitor = own_place.desk, own_place.visitor()
    visitor.get("/")
    desk.memory.get("probe", lambda: made.append(1))
    visitor.get("/export.csv")
    desk.memory.get("probe", lambda: made.append(2))
    with own_place.store() as store:
        store.set_cursor("sweep", "1")
    desk.memory.get("probe", lambda: made.append(3))
    assert made == [1, 3]
