"""A file of an earlier format becomes one of today's when it is opened: wholly or not at all, whoever else opens it."""

import gzip
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from handlers.stores.sqlite.file import prepare
from handlers.stores.sqlite.reaches import EVERYWHERE
from handlers.stores.sqlite.schema import FORMAT, STEPS
from handlers.stores.sqlite.store import SqliteStore
from tests.golden import sample

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.fixture(params=sorted(STEPS))
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Give a file of each earlier format."""
    path = tmp_path / "store.db"
    path.write_bytes(gzip.decompress((HERE / str(request.param) / "store.db.gz").read_bytes()))
    return path


def schema(path: Path) -> list[tuple[str, ...]]:
    """Give what a file is made of."""
    with closing(sqlite3.connect(path)) as file:
        return file.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()


def content(path: Path) -> list[str]:
    """Give all that stands in a file, and its format."""
    with closing(sqlite3.connect(path)) as file:
        return [*file.iterdump(), f"format {file.execute('PRAGMA user_version').fetchone()[0]}"]


def members(path: Path) -> set[tuple[str, str]]:
    """Give who was ever said to own what, which later formats say more beside."""
    with closing(sqlite3.connect(path)) as file:
        return set(file.execute("SELECT owner, subject FROM members"))


def test_an_earlier_file_becomes_what_a_new_one_is(path: Path, tmp_path: Path) -> None:
    """Same tables, same columns, same keys; and it is of today's format."""
    SqliteStore(path).close()
    SqliteStore(tmp_path / "new.db").close()
    assert schema(path) == schema(tmp_path / "new.db")
    assert content(path)[-1] == f"format {FORMAT}"


def test_rows_of_an_earlier_file_are_all_there(path: Path) -> None:
    """Opening loses none; a second opening changes nothing."""
    before, owners = {line for line in content(path) if line.startswith("INSERT")}, members(path)
    SqliteStore(path).close()
    once = content(path)
    assert {line for line in before if '"members"' not in line} <= set(once)
    assert members(path) == owners
    SqliteStore(path).close()
    assert content(path) == once


@pytest.mark.parametrize("number", sorted(STEPS))
def test_an_earlier_file_says_how_far_its_subjects_reach(number: int, tmp_path: Path) -> None:
    """As one of today's does that was told the same; what cannot be read is in reach of all."""
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    old.write_bytes(gzip.decompress((HERE / str(number) / "store.db.gz").read_bytes()))
    SqliteStore(old).close()
    with closing(SqliteStore(new)) as store:
        for batch in sample.batches(number):
            store.merge(batch)
    assert reaches(old) == reaches(new)


def test_what_cannot_be_read_is_in_reach_of_all(tmp_path: Path) -> None:
    """So that whoever reads its account is told of it, as before."""
    path = tmp_path / "store.db"
    path.write_bytes(gzip.decompress((HERE / str(min(STEPS)) / "store.db.gz").read_bytes()))
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE observations SET content = '{' WHERE subject = 'intercom/conversation/2'")
    SqliteStore(path).close()
    assert ("intercom/acme", "intercom/conversation/2", *EVERYWHERE) in reaches(path)


def reaches(path: Path) -> list[tuple[str | int, ...]]:
    """Give how far each subject of a file reaches, by its owners."""
    with closing(sqlite3.connect(path)) as file:
        return file.execute("SELECT * FROM members ORDER BY owner, subject").fetchall()


def test_a_file_whose_step_fails_stays_what_it_was(path: Path) -> None:
    """The last statement of all is refused, as it would be where the process dies before it."""

    def refuse_the_format(action: int, name: str | None, value: str | None, *_: str | None) -> int:
        writes = action == sqlite3.SQLITE_PRAGMA and name == "user_version" and value is not None
        return sqlite3.SQLITE_DENY if writes else sqlite3.SQLITE_OK

    before = content(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.set_authorizer(refuse_the_format)
        with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
            prepare(file, path, durable=True)
    assert content(path) == before
    SqliteStore(path).close()
    assert content(path)[-1] == f"format {FORMAT}"


def test_many_may_open_an_earlier_file_at_once(path: Path, tmp_path: Path) -> None:
    """Whoever comes first takes the steps; the others wait, and find them taken."""
    together = Barrier(6)

    def open_and_close(copy: Path) -> None:
        together.wait()
        SqliteStore(copy).close()

    for attempt in range(5):
        copy = tmp_path / f"{attempt}.db"
        copy.write_bytes(path.read_bytes())
        with ThreadPoolExecutor(6) as threads:
            list(threads.map(open_and_close, [copy] * 6))
        assert content(copy)[-1] == f"format {FORMAT}"


@pytest.mark.parametrize("path", [min(STEPS)], indirect=True)
def test_several_processes_may_open_an_earlier_file_at_once(path: Path) -> None:
    """As a command in a terminal and one of a schedule do after an upgrade; the oldest has the most steps to take."""
    words = f"from handlers.stores.sqlite.store import SqliteStore, Path; SqliteStore(Path({str(path)!r})).close()"
    processes = [subprocess.Popen([sys.executable, "-c", words], cwd=ROOT) for _ in range(3)]  # noqa: S603
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert content(path)[-1] == f"format {FORMAT}"
