"""A watch over a file sees what others wrote, and adds lines to journals that no page need read the store anew for."""

from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from handlers.stores.protocol import StoreError
from handlers.stores.sqlite.store import SqliteStore
from handlers.stores.sqlite.watch import Watch
from scoring.instants import DAY, EPOCH


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Make an empty store."""
    path = tmp_path / "healthscore.db"
    SqliteStore(path).close()
    return path


def test_a_line_of_its_own_changes_no_stamp(file: Path) -> None:
    """Another thread may add it; whoever opens the store sees it."""
    with closing(Watch(file)) as watch:
        before = watch.stamp()
        adding = Thread(target=watch.append, args=("audit", EPOCH, "a line", DAY))
        adding.start()
        adding.join()
        assert watch.stamp() == before
        with closing(SqliteStore(file)) as store:
            assert list(store.entries("audit", EPOCH)) == ["a line"]
        assert watch.stamp() == before


def test_what_others_write_changes_the_stamp(file: Path) -> None:
    """Also right after a line of its own."""
    with closing(Watch(file)) as watch, closing(SqliteStore(file)) as other:
        before = watch.stamp()
        watch.append("audit", EPOCH, "a line", DAY)
        other.set_cursor("sweep", "1")
        assert watch.stamp() != before


def test_a_file_in_its_place_is_another(file: Path, tmp_path: Path) -> None:
    """Where there is none nothing can be added, and none is made; another one is watched anew."""
    with closing(Watch(file)) as watch:
        before = watch.stamp()
        file.rename(tmp_path / "moved.db")
        assert watch.stamp() is None
        with pytest.raises(StoreError, match="is gone"):
            watch.append("audit", EPOCH, "a line", DAY)
        assert not file.exists()
        SqliteStore(file).close()
        assert watch.stamp() not in (None, before)
        watch.append("audit", EPOCH, "a line", DAY)
