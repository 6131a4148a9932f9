"""The file of the embedded store: its tables, how it is opened, and what its errors ask for."""

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from handlers.adapters.store import StoreError

_APPLICATION = 0x48534352
_VERSION = 3
_WAIT_SECONDS = 30.0
_PAUSE_SECONDS = 0.02
_CACHE_KIB = 64 * 1024
_CHECKPOINT_PAGES = 16_000
"""After how many changed pages (64 MB) the log is written back: seldom, since a write-back waits for the disk."""

_SCHEMA = """
CREATE TABLE observations (
  subject TEXT NOT NULL, at INTEGER NOT NULL, owner TEXT NOT NULL, form TEXT NOT NULL, content TEXT NOT NULL,
  PRIMARY KEY (subject, at, owner, form, content)) WITHOUT ROWID;
CREATE TABLE members (
  owner TEXT NOT NULL, subject TEXT NOT NULL, PRIMARY KEY (owner, subject)) WITHOUT ROWID;
CREATE TABLE gap_marks (subject TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE owner_ids (
  source TEXT NOT NULL, id TEXT NOT NULL, other TEXT NOT NULL, since INTEGER NOT NULL,
  PRIMARY KEY (source, id, other)) WITHOUT ROWID;
CREATE TABLE owner_names (
  source TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY (source, id)) WITHOUT ROWID;
CREATE TABLE owner_attributes (
  source TEXT NOT NULL, id TEXT NOT NULL, slot TEXT NOT NULL, said TEXT NOT NULL,
  PRIMARY KEY (source, id, slot)) WITHOUT ROWID;
CREATE TABLE feeds (source TEXT NOT NULL PRIMARY KEY, covered_since INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE heard (
  source TEXT NOT NULL, hour INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  PRIMARY KEY (source, hour)) WITHOUT ROWID;
CREATE TABLE records (
  account_id TEXT NOT NULL, period TEXT NOT NULL, rank TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (account_id, period));
CREATE TABLE cursors (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE models (version TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL)
"""

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
def told(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into a StoreError of one line that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        advice = next((said for sign, said in _ADVICE.items() if sign in str(error)), f"failed: {error}")
        raise StoreError(f"the store {path} {advice}") from error


def open_file(path: Path, *, durable: bool = True) -> sqlite3.Connection:
    """Open a store's file, making it and its folder where there is none.

    With `durable`, what was committed survives a kill; without, writing is quicker and the file
    is good for this process alone. Raises StoreError where it cannot be used.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the folder of the store {path} cannot be made: {error.strerror}") from error
    with told(path):
        db = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)
        try:
            _prepare(db, path, durable=durable)
        except BaseException:
            db.close()
            raise
    return db


def _prepare(db: sqlite3.Connection, path: Path, *, durable: bool) -> None:
    db.execute("BEGIN")
    new = _is_new(db, path)
    db.execute("COMMIT")
    db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    db.execute(f"PRAGMA synchronous = {'NORMAL' if durable else 'OFF'}")
    db.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    _set_journal(db, "WAL" if durable else "MEMORY")
    if new:
        _create(db, path)


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


def _is_new(db: sqlite3.Connection, path: Path) -> bool:
    """Tell, within a transaction, whether there are no tables yet; raises StoreError where they are not ours."""
    ((application,),) = db.execute("PRAGMA application_id")
    ((version,),) = db.execute("PRAGMA user_version")
    ((tables,),) = db.execute("SELECT count(*) FROM sqlite_master")
    if (application, version) == (_APPLICATION, _VERSION):
        return False
    if application == _APPLICATION:
        raise StoreError(
            f"the store {path} has format {version}, this program needs {_VERSION}: ingest into a new file"
        )
    if tables:
        raise StoreError(f"{path} is a database of another program: name another file in --store")
    return True


def _create(db: sqlite3.Connection, path: Path) -> None:
    db.execute("BEGIN IMMEDIATE")
    if _is_new(db, path):
        for statement in _SCHEMA.split(";"):
            db.execute(statement)
        db.execute(f"PRAGMA application_id = {_APPLICATION}")
        db.execute(f"PRAGMA user_version = {_VERSION}")
    db.execute("COMMIT")
