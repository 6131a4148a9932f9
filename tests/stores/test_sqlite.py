"""What the embedded store promises beyond the contract: good errors, indexed reads, a file that can be shared."""

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier

import pytest

from handlers.stores.protocol import StoreError
from handlers.stores.sqlite.queries import FACTS_IN_SCOPE, FACTS_OF_OWNERS, scope_values
from handlers.stores.sqlite.store import SqliteStore
from scoring.observations import Conversation, Observation, Subject
from scoring.scope import Scope
from tests.scoring.strategies import START
from tests.stores.limits import MANY
from tests.stores.places import batch_of
from tests.stores.test_store_contract import said


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the path of a store's file."""
    return tmp_path / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    """Give a store with one fact."""
    with closing(SqliteStore(path)) as opened:
        opened.merge(batch_of(said(START, "one")))
        yield opened


def refusal(path: Path) -> str:
    """Give the message with which a file is refused."""
    with pytest.raises(StoreError) as refused:
        SqliteStore(path)
    return str(refused.value)


def test_a_folder_that_cannot_be_made_is_named(path: Path) -> None:
    """A file stands where the folder should be."""
    path.write_text("")
    assert refusal(path / "deeper" / "store.db").startswith(f"the folder of the store {path}/deeper/store.db cannot be")


def test_a_file_that_is_no_database_is_left_alone_and_named(path: Path) -> None:
    """A person may have named the wrong file."""
    path.write_text("account,score\n" * 100)
    assert refusal(path) == f"the store {path} is no SQLite database: name another file in --store"
    assert path.read_text() == "account,score\n" * 100


def test_a_database_of_another_program_is_left_alone_and_named(path: Path) -> None:
    """No table of ours is added to it."""
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE mine (x)")
    before = path.read_bytes()
    assert refusal(path) == f"{path} is a database of another program: name another file in --store"
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("number", "advice"), [(99, "ingest into a new file, or use the newer version"), (2, "ingest into a new file")]
)
def test_a_store_of_another_format_is_refused_by_number(
    path: Path, store: SqliteStore, number: int, advice: str
) -> None:
    """A later program's file is not misread, nor one of before the first release."""
    store.close()
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"PRAGMA user_version = {number}")
    said = rf"the store .*/store\.db has format {number}, this program needs \d: {advice}.*"
    assert re.fullmatch(said, refusal(path))


def test_a_folder_in_place_of_the_file_is_named(path: Path) -> None:
    """SQLite's own words would not say what to do."""
    path.mkdir()
    assert refusal(path) == f"the store {path} cannot be opened: check the path, and the rights on it and its folder"


def told_under(limit: str, path: Path) -> str:
    """Merge many facts in a process that lives under a limit; give what it says."""
    child = [sys.executable, "-m", "tests.stores.limits", limit, str(path)]
    return subprocess.run(child, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True).stdout  # noqa: S603


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give up the right to write")
def test_a_store_that_may_not_be_written_says_so() -> None:
    """A laptop's file may belong to someone else."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "store.db"
        SqliteStore(path).close()
        assert told_under("no-rights", path).startswith(f"the store {path} cannot be")


def test_a_full_disk_is_told_and_what_was_merged_stays(path: Path, store: SqliteStore) -> None:
    """A limit on the size of files stands in for a full disk; where it is lifted, the same goes through."""
    store.close()
    assert "disk" in told_under("no-room", path)
    assert facts_in(path) == 1
    assert told_under("no-limit", path) == "merged"
    assert facts_in(path) == 1 + MANY


def facts_in(path: Path) -> int:
    """Count the facts of a file, in a store of its own."""
    with closing(SqliteStore(path)) as opened:
        return len(opened.facts("intercom", ["one"]))


def test_reading_an_account_searches_indexes_and_scans_no_table(path: Path, store: SqliteStore) -> None:
    """The cost of an account does not grow with the store."""
    assert facts_in(path) == 1
    store.close()
    with closing(sqlite3.connect(path)) as other:
        plan = [row[-1] for row in other.execute(f"EXPLAIN QUERY PLAN {FACTS_OF_OWNERS}", ("[]",))]
        asked = scope_values("intercom", "[]", Scope(START, START))
        scoped = [row[-1] for row in other.execute(f"EXPLAIN QUERY PLAN {FACTS_IN_SCOPE}", asked)]
    assert [
        step for step in [*plan, *scoped] if "SCAN" in step and "json_each" not in step and "mine" not in step
    ] == []
    assert sum("SEARCH" in step and "PRIMARY KEY" in step for step in plan) == 2
    assert sum("SEARCH members USING PRIMARY KEY (owner=? AND subject" in step for step in scoped) == 5


def test_a_new_file_may_be_opened_by_many_at_once(tmp_path: Path) -> None:
    """Whoever comes first makes the tables; the others wait for them."""
    together = Barrier(8)

    def open_and_close(path: Path) -> None:
        together.wait()
        SqliteStore(path).close()

    with ThreadPoolExecutor(8) as threads:
        for attempt in range(15):
            list(threads.map(open_and_close, [tmp_path / f"{attempt}.db"] * 8))


def test_a_reader_sees_whole_batches_while_another_writes(path: Path, store: SqliteStore) -> None:
    """A listing that is being read does not keep a writer waiting, nor a writer a reader."""
    with closing(SqliteStore(path)) as reader:
        store.merge(batch_of(*(said(START + at, "one") for at in range(10))))
        owners = reader.owners("intercom")
        store.merge(batch_of(said(START + 20, "one")))
        assert list(owners) == []
        assert len(reader.facts("intercom", ["one"])[0].observations) == 11


def test_a_store_that_need_not_last_keeps_no_log(tmp_path: Path) -> None:
    """A replay's store is one file that is quick to write and to remove."""
    with closing(SqliteStore(tmp_path / "store.db", durable=False)) as opened:
        observation = Observation(Subject("intercom", "conversation", "1"), START, Conversation(START), "one")
        opened.merge(batch_of(observation))
        assert [file.name for file in tmp_path.iterdir()] == ["store.db"]
