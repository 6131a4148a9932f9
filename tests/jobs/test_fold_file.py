"""A file that is shared among cores is folded as one process folds it line by line: store, tallies, dead letters."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from multiprocessing import active_children
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handlers.demo import load_lines
from handlers.jobs.blocks import Lines, blocks_of
from handlers.jobs.fold import REFUSED, Tally, fold_entries
from handlers.jobs.fold_file import Recording, Sharing, fold_file
from handlers.jobs.recordings import entries
from handlers.stores.sqlite.merge import Rows
from handlers.stores.sqlite.store import SqliteStore
from handlers.stores.tombstones import Tombstones, bury, key_of, name_of, owner_word
from tests.bench.load import NOW
from tests.messages import body, conversation, feed_heard, notification, reading
from tests.sources.mutations import poison
from tests.sources.taking import the_intake

LINES = list(load_lines(29, 4_000, 60))
ROOT = Path(__file__).parents[2]
GOOD = [
    body(notification("conversation.admin.closed", conversation(id="1"))),
    body(reading()),
    body(feed_heard("looker")),
    *LINES[:4],
]
INDENTED = json.dumps([json.loads(line) for line in GOOD[1:3]], indent=1).encode()
ODD = [b"", b" ", b"no JSON", b"{}", b"[1]", b"[", b"{", b'{"type":', b"\0\0", b"a\rb", b"\xef\xbb\xbf", INDENTED]
TABLES = Rows._fields
files = st.builds(
    lambda parts, ends, last, mark: mark + b"".join(p + e for p, e in zip(parts, ends, strict=False)) + last,
    st.lists(st.sampled_from([*GOOD, *ODD]) | poison, max_size=12),
    st.lists(st.sampled_from([b"\n", b"\n", b"\n", b"\r\n", b"\n\n"]), min_size=12, max_size=12),
    st.sampled_from([b"", GOOD[0], b"\n"]),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
)
"""Files of good messages, odd lines, documents, ends of lines of every kind."""


@contextmanager
def folder() -> Iterator[Path]:
    """Give a folder for one example."""
    with TemporaryDirectory() as path:
        yield Path(path)


def stored(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Give all rows of a store."""
    with closing(SqliteStore(path)) as store:
        return {table: list(store._rows(f"SELECT * FROM {table}")) for table in TABLES}  # noqa: S608, SLF001


def in_all(tallies: Iterator[Tally]) -> Tally:
    """Add up what became of all messages."""
    total = Tally()
    for tally in tallies:
        total.add(tally)
    return total


def line_by_line(path: Path, store: Path) -> Tally:
    """Fold a file in this process."""
    with closing(SqliteStore(store)) as into, path.open("rb") as file:
        return in_all(fold_entries(entries(file), "events", into, the_intake(), NOW))


def shared(path: Path, store: Path, sharing: Sharing) -> Tally:
    """Fold a file in blocks."""
    with closing(SqliteStore(store)) as into:
        return in_all(tally for tally, _ in fold_file(Recording(path, "events", the_intake(), NOW), into, sharing))


@settings(max_examples=60, deadline=None)
@given(files, st.sampled_from([1, 7, 64, 900, 3_000, 10_000, 10**6]))
@example(b"\n".join([*GOOD, INDENTED, *GOOD]), 3_000)
@example(b"\r".join(GOOD), 10**6)
@example(GOOD[0] + b"\n" + b"\n" * 50 + GOOD[1], 7)
@example(b"\n" * 40 + b"[" + GOOD[0] + b"]", 7)
def test_any_file_in_blocks_of_any_size_is_folded_as_line_by_line(content: bytes, size: int) -> None:
    """Each message once, each dead letter with its line and body; documents of several lines as well."""
    with folder() as path:
        (path / "events").write_bytes(content)
        assert shared(path / "events", path / "blocks.db", Sharing(block_size=size)) == line_by_line(
            path / "events", path / "lines.db"
        )
        assert stored(path / "blocks.db") == stored(path / "lines.db")


@given(st.lists(st.sampled_from([b"", b"{}", b'{"a":1}', b"x" * 30]), max_size=30), st.integers(1, 40))
def test_blocks_hold_each_line_once(lines: list[bytes], size: int) -> None:
    """Wherever a block ends, and however long a line is."""
    with folder() as path:
        (path / "file").write_bytes(b"\n".join(lines))
        told = [Lines(block) for block in blocks_of(path / "file", size)]
        bodies = [body for one in told for _, body in one]
    assert bodies == [body for line in lines if (body := line.strip())]
    assert sum(one.size for one in told) == len(lines[:-1] if lines[-1:] == [b""] else lines)


@pytest.fixture
def events(tmp_path: Path) -> Path:
    """Write a file of events, some of which cannot be read."""
    spoilt = [line if number % 700 else b'{"type": 7}' for number, line in enumerate(LINES)]
    (tmp_path / "events").write_bytes(b"\n".join(spoilt))
    return tmp_path / "events"


def test_processes_fold_what_one_folds(events: Path, tmp_path: Path) -> None:
    """The same store, dead letters in the order of their lines."""
    mine = line_by_line(events, tmp_path / "one.db")
    assert shared(events, tmp_path / "two.db", Sharing(2, 0, 200_000)) == mine
    assert stored(tmp_path / "two.db") == stored(tmp_path / "one.db")
    assert [letter.line for letter in mine.dead_letters] == [number + 1 for number in range(0, 4_000, 700)]


def test_a_small_file_starts_no_process(events: Path, tmp_path: Path) -> None:
    """Blocks are then read where they are merged."""
    with closing(SqliteStore(tmp_path / "events.db")) as store:
        folded = fold_file(Recording(events, "events", the_intake(), NOW), store, Sharing(8))
        next(folded)
        assert active_children() == []


SLOWLY = Sharing(2, 0, 200_000, 500)
FOLDS = "import sys; from tests.jobs.test_fold_file import fold_slowly; fold_slowly(*sys.argv[1:])"


def fold_slowly(events: str, store: str) -> None:
    """Fold a file on two cores, and say how many messages are in the store by now."""
    with closing(SqliteStore(Path(store))) as into:
        for tally, _ in fold_file(Recording(Path(events), "events", the_intake(), NOW), into, SLOWLY):
            sys.stdout.write(f"{tally.messages}\n")
            sys.stdout.flush()


@pytest.mark.parametrize("pause", [0.0, 0.1])
def test_a_kill_loses_nothing_merged_and_the_same_call_makes_the_store_whole(
    tmp_path: Path, events: Path, pause: float
) -> None:
    """Whatever was said to be in the store is there; no process stays."""
    call = [sys.executable, "-c", FOLDS, str(events), str(tmp_path / "killed.db")]
    with subprocess.Popen(call, cwd=ROOT, stdout=subprocess.PIPE) as running:  # noqa: S603
        assert running.stdout is not None
        merged = int(running.stdout.readline())
        time.sleep(pause)
        running.kill()
    survived = set(stored(tmp_path / "killed.db")["observations"])
    (tmp_path / "merged").write_bytes(b"\n".join(events.read_bytes().splitlines()[:merged]))
    line_by_line(tmp_path / "merged", tmp_path / "merged.db")
    line_by_line(events, tmp_path / "whole.db")
    assert merged < len(LINES)
    assert set(stored(tmp_path / "merged.db")["observations"]) <= survived
    assert survived <= set(stored(tmp_path / "whole.db")["observations"])
    shared(events, tmp_path / "killed.db", SLOWLY)
    assert stored(tmp_path / "killed.db") == stored(tmp_path / "whole.db")


def erase(store: SqliteStore, owner: str) -> None:
    """Make a store forget an Intercom owner for good."""
    bury(store, name_of(key_of(store), "company", owner), [owner_word("intercom", owner)], "2026-01-01")


def test_who_is_erased_while_the_file_is_read_does_not_come_back(events: Path, tmp_path: Path) -> None:
    """What was laid out before is read once more before it is merged."""
    with closing(SqliteStore(tmp_path / "events.db")) as store:
        folded = fold_file(Recording(events, "events", the_intake(), NOW), store, Sharing(2, 0, 200_000))
        erase(store, "htl-7")
        total = in_all(tally for tally, _ in folded)
        assert total.remarks[REFUSED] > 0
        assert store.facts("intercom", ["htl-7"]) == []
        assert store.facts("intercom", ["htl-8"]) != []
        erased = store.tombstones()
        assert not store.merge_rows(Rows(*([] for _ in TABLES)), Tombstones())
        assert store.merge_rows(Rows(*([] for _ in TABLES)), erased)
