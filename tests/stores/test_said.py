"""What ids a connection has said is not written again, and never missing: whoever erases, writes or fails meanwhile."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.stores.sqlite import merge, said, store
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Naming
from scoring.instants import DAY
from tests.scoring.strategies import START
from tests.stores.places import batch_of

IDS = "ab"
Step: TypeAlias = tuple[str, int, str, str, int]
"""What is done, by which connection, to which two ids, on which day."""
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["say", "say", "say", "forget", "fail"]),
        st.integers(0, 1),
        st.sampled_from(IDS),
        st.sampled_from(IDS),
        st.integers(0, 3),
    ),
    max_size=14,
)


def say(here: SqliteStore, one: str, other: str, day: int) -> None:
    """Say that two ids are one."""
    here.merge(batch_of(Naming("intercom", tuple(dict.fromkeys((one, other))), START + day * DAY)))


def take(here: SqliteStore, step: Step) -> None:
    """Take a step."""
    what, _, one, other, day = step
    if what == "forget":
        here.erasing.forget_owner("intercom", [one])
    elif what == "say":
        say(here, one, other, day)
    else:
        with pytest.MonkeyPatch.context() as patch, suppress(ZeroDivisionError):
            patch.setattr(store, "write", _failing)
            say(here, one, other, day)


def _failing(db: sqlite3.Connection, rows: merge.Rows) -> None:
    merge.write(db, rows)
    raise ZeroDivisionError


def ids_in(path: Path) -> list[tuple[Any, ...]]:
    """Give what a file says of ids."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT * FROM owner_ids ORDER BY 1, 2, 3").fetchall()


def remembered(path: Path, steps: Sequence[Step]) -> list[tuple[Any, ...]]:
    """Take steps by two connections that last."""
    with closing(SqliteStore(path, durable=False)) as one, closing(SqliteStore(path, durable=False)) as other:
        for step in steps:
            take((one, other)[step[1]], step)
    return ids_in(path)


def anew(path: Path, steps: Sequence[Step]) -> list[tuple[Any, ...]]:
    """Take steps, each by a connection that remembers nothing."""
    SqliteStore(path, durable=False).close()
    for step in steps:
        with closing(SqliteStore(path, durable=False)) as here:
            take(here, step)
    return ids_in(path)


@given(STEPS, st.sampled_from([1, 5, said.MOST]))
@settings(max_examples=60)
def test_what_is_remembered_changes_no_row(steps: list[Step], most: int) -> None:
    """Two connections say ids, forget them and fail, in any order: the file is as if nothing were remembered."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(said, "MOST", most)
        assert remembered(Path(folder, "a.db"), steps) == anew(Path(folder, "b.db"), steps)


@pytest.mark.parametrize("by", [0, 1])
def test_what_was_forgotten_is_written_again(tmp_path: Path, by: int) -> None:
    """Whichever connection forgot it."""
    steps = [("say", 0, "a", "b", 1), ("forget", by, "a", "b", 0), ("say", 0, "a", "b", 2)]
    assert [row[3] for row in remembered(tmp_path / "a.db", steps)] == [START + 2 * DAY] * 3


def test_what_was_not_committed_is_written_again(tmp_path: Path) -> None:
    """A merge that failed has said nothing."""
    steps = [("fail", 0, "a", "b", 1), ("say", 0, "a", "b", 2)]
    assert [row[3] for row in remembered(tmp_path / "a.db", steps)] == [START + 2 * DAY] * 3


def test_what_was_said_is_not_written_again(tmp_path: Path) -> None:
    """Nor what says a later instant; an earlier one is."""
    with closing(SqliteStore(tmp_path / "a.db")) as here:
        written = _watched(here)
        for day, expected in ((2, 3), (2, 0), (3, 0), (1, 3), (2, 0)):
            say(here, "a", "b", day)
            assert written() == expected


def _watched(here: SqliteStore) -> Callable[[], int]:
    """Give what counts the rows of ids that were written since it was last asked."""
    counted = [0]

    def see(statement: str) -> None:
        if statement.startswith("INSERT INTO owner_ids"):
            counted[0] += 1

    def told() -> int:
        found, counted[0] = counted[0], 0
        return found

    here._db.set_trace_callback(see)  # noqa: SLF001 - SQLite's own trace tells what is written
    return told
