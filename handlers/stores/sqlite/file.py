"""The file of the embedded store: its tables, how it is opened, and what its errors ask for."""

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from handlers.stores.protocol import StoreError
from handlers.stores.sqlite.reaches import fill_reaches
from handlers.stores.sqlite.records import fill_summaries
from handlers.stores.sqlite.schema import APPLICATION, FORMAT, REACHING, SUMMARISED, is_readable, statements

_WAIT_SECONDS = 30.0
_PAUSE_SECONDS = 0.02
_CACHE_KIB = 40 * 1024
READERS_CACHE = f"PRAGMA cache_size = -{8 * 1024}"
"""In KiB. Each account is read once: what is worth keeping is the upper pages of the indexes."""
_CHECKPOINT_PAGES = 16_000
"""After how many changed pages (64 MB) the log is written back: seldom, since a write-back waits for the disk."""

_ADVICE: Mapping[str, str] = {
    "not a database": "is no SQLite database: name another file in --store",
    "unable to open": "cannot be opened: check the path, and the rights on it and its folder",
    "readonly": "cannot be written: give yourself the right to write to it and its folder",
    "is full": "has no room left on its disk: free some and run the same again",
    "disk I/O error": "cannot be read or written by the disk: check its room and health, then run the same again",
    "locked": "is kept busy by another process: wait for it to end, then run the same again",
    "malformed": "is damaged: restore it from a copy, or ingest into a new file",
}


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into a StoreError of one line that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        advice = next((said for sign, said in _ADVICE.items() if sign in str(error)), f"failed: {error}")
        raise StoreError(f"the store {path} {advice}") from error


def open_file(path: Path, *, durable: bool = True, one_thread: bool = True) -> sqlite3.Connection:
    """Open a store's file, making it and its folder where there is none.

    With `durable`, what was committed survives a kill; without, writing is quicker and the file
    is good for this process alone. Raises StoreError where it cannot be used.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the folder of the store {path} cannot be made: {error.strerror}") from error
    with store_errors(path):
        db = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=one_thread)
        try:
            prepare(db, path, durable=durable)
        except BaseException:
            db.close()
            raise
    return db


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open the file of a store that another process has open, to read it alone.

    Raises StoreError where it cannot be used.
    """
    with store_errors(path):
        address = f"{path.resolve().as_uri()}?mode=ro"
        db = sqlite3.connect(address, uri=True, timeout=_WAIT_SECONDS, isolation_level=None)
        db.execute(READERS_CACHE)
    return db


def earlier_format(path: Path) -> int | None:
    """Give the format of a file that opening it will bring to today's; None of any other file."""
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS)) as db:
            found = _format(db, path)
    except (sqlite3.Error, StoreError):
        return None
    return found if 0 < found < FORMAT else None


def prepare(db: sqlite3.Connection, path: Path, *, durable: bool) -> None:
    """Make a connection ready: its tables are those of today's format, whatever the file had before."""
    db.execute("BEGIN")
    found = _format(db, path)
    db.execute("COMMIT")
    db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    db.execute(f"PRAGMA synchronous = {'NORMAL' if durable else 'OFF'}")
    db.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    _set_journal(db, "WAL" if durable else "MEMORY")
    if found < FORMAT:
        _bring_up(db, path)


def _set_journal(db: sqlite3.Connection, mode: str) -> None:
    """Set how changes are logged; SQLite does not wait by itself where others open the file too."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            db.execute(f"PRAGMA journal_mode = {mode}")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _format(db: sqlite3.Connection, path: Path) -> int:
    """Give, within a transaction, the format of a file, 0 where it is empty; raises StoreError where it is not ours."""
    ((application,),) = db.execute("PRAGMA application_id")
    ((found,),) = db.execute("PRAGMA user_version")
    ((tables,),) = db.execute("SELECT count(*) FROM sqlite_master")
    if application == APPLICATION and is_readable(found):
        return int(found)
    if application == APPLICATION:
        newer = ", or use the newer version of the program that wrote it" if found > FORMAT else ""
        said = f"has format {found}, this program needs {FORMAT}: ingest into a new file{newer}"
        raise StoreError(f"the store {path} {said}")
    if tables:
        raise StoreError(f"{path} is a database of another program: name another file in --store")
    return 0


def _bring_up(db: sqlite3.Connection, path: Path) -> None:
    """Make the tables of an empty file, or those of an earlier format into today's, wholly or not at all."""
    db.execute("BEGIN IMMEDIATE")
    found = _format(db, path)
    for statement in statements(found):
        db.execute(statement)
    if found < SUMMARISED:
        fill_summaries(db)
    if 0 < found < REACHING:
        fill_reaches(db)
    db.execute(f"PRAGMA application_id = {APPLICATION}")
    db.execute(f"PRAGMA user_version = {FORMAT}")
    db.execute("COMMIT")
